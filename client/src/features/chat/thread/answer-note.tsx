import type { Message } from '@parley/contracts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import type { Texts } from '../../../lib/i18n/use-texts.ts';
import { Button } from '../../../ui/button.tsx';

export interface AnswerNoteProps {
  readonly message: Message;
  /** Whether nobody but the person in front of the page can have stopped it. */
  readonly isOwn: boolean;
  /** Present where the answer can go on. */
  readonly onContinue: (() => void) | undefined;
}

/** One quiet line under an answer that ended otherwise than by itself, and the way on. */
export function AnswerNote({ message, isOwn, onContinue }: AnswerNoteProps) {
  const { turn } = useTexts().chat;
  const note = message.status === 'stopped' && !isOwn ? turn.stoppedByOther : noteOf(message, turn);
  if (note === undefined) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-text-muted">
      <p>{note}</p>
      {onContinue ? (
        <Button size="small" onClick={onContinue}>
          {turn.continue}
        </Button>
      ) : null}
    </div>
  );
}

function noteOf({ status, finishReason, parts }: Message, texts: Texts['chat']['turn']): string | undefined {
  if (status === 'stopped') return texts.stopped;
  if (status === 'failed') return parts.some(({ type }) => type === 'error') ? undefined : texts.interrupted;
  if (finishReason === 'length') return texts.cutByLength;
  if (finishReason === 'content-filter') return texts.filtered;
  return parts.length === 0 ? texts.empty : undefined;
}
