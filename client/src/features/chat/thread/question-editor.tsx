import { maxPromptLength } from '@parley/contracts';
import type { Message } from '@parley/contracts';
import { useRef, useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { useTurnTexts } from '../../../lib/i18n/use-turn-texts.ts';
import { usePreferences } from '../../../lib/preferences.ts';
import { Button } from '../../../ui/button.tsx';
import { EditConflict } from './edit-conflict.tsx';
import { EditField } from './edit-field.tsx';
import { QuestionFiles } from './question-files.tsx';
import { QuestionQuotes } from './question-quotes.tsx';
import type { QuestionTurn } from './thread-turns.ts';
import { useSaveText } from './use-save-text.ts';
import { currentLocale } from '../../../lib/i18n/language-store.ts';

export interface QuestionEditorProps {
  readonly turn: QuestionTurn;
  readonly message: Message;
  /** Whether nothing can be asked now. */
  readonly busy: boolean;
  readonly onSend: (text: string) => void;
  readonly onClose: () => void;
}

/**
 * A question being reworded, with what it brings along. Sending it makes a new version and leaves the old one as it is;
 * saving changes it in place.
 */
export function QuestionEditor({ turn, message, busy, onSend, onClose }: QuestionEditorProps) {
  const { chat, common } = useTexts();
  const { editor } = useTurnTexts();
  const sendKey = usePreferences((preferences) => preferences.sendKey);
  const [original] = useState(turn.text);
  const [text, setText] = useState(original);
  const frame = useRef<HTMLDivElement>(null);
  const close = () => {
    // The turn takes the focus back, so that keyboard users stay where they are.
    frame.current?.closest('article')?.focus();
    onClose();
  };
  const { state, save } = useSaveText(message, close);
  const isTooLong = text.length > maxPromptLength;
  const isSendable = text.trim() !== '' && !isTooLong;
  const send = () => {
    if (isSendable && !busy) onSend(text.trim());
  };
  const saveText = (was = original) => {
    if (isSendable) void save([{ text: text.trim(), was }]);
  };
  return (
    <div ref={frame} className="rounded-bubble border border-outline bg-raised focus-within:border-accent">
      {turn.files.length + turn.quotes.length > 0 ? (
        <div className="px-3 pt-3">
          {turn.files.length > 0 ? <QuestionFiles files={turn.files} /> : null}
          {turn.quotes.length > 0 ? <QuestionQuotes quotes={turn.quotes} /> : null}
        </div>
      ) : null}
      <EditField
        label={chat.turn.editLabel}
        hint={editor.hintQuestion}
        text={text}
        takesFocus
        onChange={setText}
        onEnter={sendKey === 'enter' ? send : undefined}
        onModEnter={send}
        onSave={() => saveText()}
        onCancel={close}
      />
      {state.kind === 'changed' ? (
        <EditConflict
          mine={text}
          theirs={state.theirs}
          onKeepMine={() => saveText(state.theirs)}
          onTakeTheirs={close}
        />
      ) : null}
      <div className="flex flex-wrap items-center justify-end gap-2 p-2">
        <span role="alert" className="min-w-0 flex-1 ps-2 text-sm text-danger empty:hidden">
          {isTooLong ? editor.tooLong(maxPromptLength.toLocaleString(currentLocale())) : null}
          {state.kind === 'failed' ? state.reason : null}
        </span>
        <Button size="small" variant="ghost" onClick={close}>
          {common.cancel}
        </Button>
        <Button
          size="small"
          disabled={!isSendable}
          busy={state.kind === 'saving'}
          data-tooltip={editor.saveTooltip}
          onClick={() => saveText()}
        >
          {editor.save}
        </Button>
        <Button
          size="small"
          variant="primary"
          disabled={!isSendable || busy}
          data-tooltip={editor.sendTooltip}
          onClick={send}
        >
          {editor.send}
        </Button>
      </div>
    </div>
  );
}
