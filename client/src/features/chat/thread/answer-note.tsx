import type { Message } from '@parley/contracts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import type { Texts } from '../../../lib/i18n/use-texts.ts';

/** One quiet line under an answer that ended otherwise than by itself. */
export function AnswerNote({ message }: { readonly message: Message }) {
  const { chat } = useTexts();
  const note = noteOf(message, chat.turn);
  return note === undefined ? null : <p className="text-sm text-text-muted">{note}</p>;
}

function noteOf({ status, finishReason, parts }: Message, texts: Texts['chat']['turn']): string | undefined {
  if (status === 'stopped') return texts.stopped;
  if (status === 'failed') return parts.some(({ type }) => type === 'error') ? undefined : texts.interrupted;
  if (finishReason === 'length') return texts.cutByLength;
  if (finishReason === 'content-filter') return texts.filtered;
  return parts.length === 0 ? texts.empty : undefined;
}
