import type { Message } from '@parley/contracts';
import type { TurnTexts } from '../../../../lib/i18n/use-turn-texts.ts';
import { focusRegion } from '../../../../lib/regions.ts';
import { showToast } from '../../../../ui/toast-store.ts';
import type { Live } from '../../live/live.ts';

const mostQuotes = 10;
const longestQuote = 10_000;

export interface AddQuoteOptions {
  readonly live: Live;
  readonly texts: TurnTexts;
  readonly message: Pick<Message, 'id' | 'conversationId'>;
  readonly text: string;
}

/** Puts words of a message beside the next prompt, and the focus where that is written. The same words count once. */
export function addQuote({ live, texts, message, text: selected }: AddQuoteOptions): void {
  const text = selected.trim().slice(0, longestQuote);
  const { id: messageId, conversationId } = message;
  const held = live.quotes.of(conversationId);
  const isHeld = held.some((quote) => quote.messageId === messageId && quote.text === text);
  if (text !== '' && !isHeld) {
    if (held.length >= mostQuotes) {
      showToast({ text: texts.quotes.tooMany });
      return;
    }
    live.quotes.set(conversationId, [...held, { text, messageId }]);
  }
  focusRegion('composer');
}
