import type { ConversationId, ForkScope, MessageId } from '@parley/contracts';
import { useId } from 'react';
import { usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { useChatPanel } from '../panel/chat-panel.ts';
import { useForkChoice } from './fork-choice.ts';
import { ScopeOption } from './scope-option.tsx';
import { useFork } from './use-fork.ts';

const scopes: readonly ForkScope[] = ['path', 'branches', 'all'];

export interface ForkDialogProps {
  readonly conversationId: ConversationId;
  /** Where the fork ends, or begins. */
  readonly messageId: MessageId;
}

/** Asks how a chat is to be forked at a message, and does it. */
export function ForkDialog({ conversationId, messageId }: ForkDialogProps) {
  const { common } = useTexts();
  const { fork } = usePanelTexts();
  const choice = useForkChoice();
  const askFork = useChatPanel((panel) => panel.askFork);
  const close = () => askFork(undefined);
  const { isBusy, failure, fork: run } = useFork({ conversationId, messageId }, close);
  const name = useId();
  const words = choice.startHere ? fork.startScopes : fork.scopes;
  return (
    <Dialog
      open
      title={fork.title}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{common.cancel}</Button>
          <Button variant="primary" busy={isBusy} onClick={() => void run(choice)}>
            {fork.action}
          </Button>
        </>
      }
    >
      <p className="mb-4 text-text-muted">{fork.intro}</p>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1.5 font-medium">{fork.scopeLabel}</legend>
        {scopes.map((scope) => (
          <ScopeOption
            key={scope}
            name={name}
            label={words[scope].label}
            text={words[scope].text}
            isChosen={choice.scope === scope}
            onChoose={() => useForkChoice.setState({ scope })}
          />
        ))}
      </fieldset>
      <Checkbox
        className="mt-3 -mx-2"
        label={fork.startHere}
        description={fork.startHereText}
        checked={choice.startHere}
        onChange={(startHere) => useForkChoice.setState({ startHere })}
      />
      {failure === undefined ? null : (
        <p role="alert" className="mt-3 text-danger">
          {failure}
        </p>
      )}
    </Dialog>
  );
}
