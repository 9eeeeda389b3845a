import { maxPromptLength } from '@parley/contracts';
import { CornerDownRight } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useId } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { usePreferences } from '../../../lib/preferences.ts';
import { Button } from '../../../ui/button.tsx';
import { focusUnlessTouch } from './focus-unless-touch.ts';
import { PromptField } from './prompt-field.tsx';
import { SendButton } from './send-button.tsx';
import { currentLocale } from '../../../lib/i18n/language-store.ts';

export interface ComposerFiles {
  readonly count: number;
  readonly isBusy: boolean;
  readonly hasFailed: boolean;
  /** It was sent, and leaves with the last of its files. */
  readonly isHeld: boolean;
  readonly onHold: () => void;
  readonly onPaste: (files: readonly File[]) => void;
  /** Shows them. */
  readonly list: ReactNode;
}

export interface ComposerProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  /** Whether it is what the page is for, and takes the focus when it comes. */
  readonly takesFocus: boolean;
  readonly text: string;
  readonly run: 'none' | 'running' | 'stopping';
  /** How it stands with the files beside the text. */
  readonly attached: ComposerFiles;
  /** Whether a model is there to ask. */
  readonly ready: boolean;
  /** Why nothing can be asked, if that is so. */
  readonly notice?: string | undefined;
  readonly onChange: (text: string) => void;
  /** The field lost the focus. */
  readonly onLeave: () => void;
  readonly onSend: () => void;
  /** Adds the text to the answer that is being written; present while that is possible. */
  readonly onSteer: (() => void) | undefined;
  /** Absent while what is being written is not ours to stop. */
  readonly onStop: (() => void) | undefined;
  /** Controls at the start of the row under the text. */
  readonly children: ReactNode;
}

/** The field everything begins with. Typing goes on during a run; what is sent then waits for the answer to end. */
export function Composer(props: ComposerProps) {
  const { field, takesFocus, text, run, attached, ready, notice, onChange, onSend, onSteer, onStop, children } = props;
  const { composer } = useTexts().chat;
  const sendKey = usePreferences((preferences) => preferences.sendKey);
  const hintId = useId();
  const isEmpty = text.trim() === '' && attached.count === 0;
  const isTooLong = text.length > maxPromptLength;
  const problem = isTooLong
    ? composer.tooLong(maxPromptLength.toLocaleString(currentLocale()))
    : attached.hasFailed
      ? composer.files.failed
      : notice;
  const isUnsendable = isEmpty || isTooLong || !ready || attached.hasFailed;
  const send = () => {
    if (isUnsendable || attached.isHeld) return;
    onSend();
    focusUnlessTouch(field.current);
  };

  const steer =
    onSteer &&
    (() => {
      if (isEmpty || isTooLong) return;
      onSteer();
      focusUnlessTouch(field.current);
    });

  useEffect(() => {
    if (takesFocus) focusUnlessTouch(field.current);
  }, [field, takesFocus]);

  return (
    <div
      data-region="composer"
      tabIndex={-1}
      onPaste={(event) => {
        const { files, types } = event.clipboardData;
        // Office programs put a picture of the text beside the text.
        if (files.length === 0 || (types.includes('text/plain') && types.includes('text/html'))) return;
        event.preventDefault();
        attached.onPaste(Array.from(files));
      }}
      className="rounded-bubble border border-outline bg-raised transition-[border-color,box-shadow] focus-within:border-accent focus-within:shadow-[0_0_0_3px_color-mix(in_oklab,var(--color-accent)_20%,transparent)] forced-colors:focus-within:outline-2"
    >
      {attached.list}
      <PromptField
        field={field}
        label={composer.label}
        text={text}
        placeholder={
          attached.count > 0
            ? composer.files.text(attached.count)
            : run === 'none'
              ? composer.placeholder
              : composer.placeholderRunning
        }
        describedBy={hintId}
        onChange={onChange}
        onSend={send}
        onSteer={steer}
        onLeave={props.onLeave}
        onEscape={() => {
          if (run === 'running' && onStop) onStop();
          else if (run === 'none' || !onStop) field.current?.blur();
        }}
      />
      <div className="flex items-center justify-between gap-2 ps-2.5 pe-2 pb-2">
        <div className="flex min-w-0 items-center">{children}</div>
        <span className="flex shrink-0 items-center gap-1.5">
          {steer && !isEmpty ? (
            <Button
              size="small"
              icon={<CornerDownRight aria-hidden className="size-3.5" />}
              data-tooltip={composer.steerTooltip}
              disabled={isTooLong}
              onClick={steer}
            >
              {composer.steer}
            </Button>
          ) : null}
          <SendButton
            state={attached.isHeld ? 'held' : sendState(run, isEmpty && onStop !== undefined)}
            disabled={isUnsendable}
            waits={attached.isBusy}
            onSend={send}
            onHold={attached.onHold}
            onStop={() => onStop?.()}
          />
        </span>
      </div>
      <p id={hintId} className="sr-only">
        {sendKey === 'enter' ? composer.hintEnter : composer.hintCtrlEnter}
        {steer ? ` ${composer.hintSteer}` : null}
      </p>
      {problem === undefined ? null : (
        <p role="alert" className="px-4 pb-2.5 text-sm text-danger">
          {problem}
        </p>
      )}
    </div>
  );
}

/** What the one button does: while an answer is being written and there is nothing to send, it stops it, if it may. */
function sendState(run: ComposerProps['run'], mayStop: boolean) {
  if (run === 'none') return 'send';
  if (!mayStop) return 'queue';
  return run === 'stopping' ? 'stopping' : 'stop';
}
