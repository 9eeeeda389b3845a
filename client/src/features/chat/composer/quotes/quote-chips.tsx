import type { ConversationId } from '@parley/contracts';
import { TextQuote, X } from 'lucide-react';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useTurnTexts } from '../../../../lib/i18n/use-turn-texts.ts';
import { focusRegion } from '../../../../lib/regions.ts';
import { IconButton } from '../../../../ui/icon-button.tsx';
import type { Quote } from '../../live/turn-store.ts';
import { useLive } from '../../live/use-live.ts';
import { keepQuotes } from './keep-quotes.ts';

const noQuotes: readonly Quote[] = [];

/** Above the field: what the next prompt is about, each with a way to leave it out. */
export function QuoteChips({ conversationId }: { readonly conversationId: ConversationId }) {
  const { quotes: texts } = useTurnTexts();
  const { quotes } = useLive();
  useEffect(() => keepQuotes(quotes), [quotes]);
  const held = useStore(quotes, (places) => places.get(conversationId) ?? noQuotes);
  const remove = (quote: Quote) => {
    quotes.set(
      conversationId,
      held.filter((other) => other !== quote),
    );
    focusRegion('composer');
  };
  return (
    <>
      <output className="sr-only">{held.length === 0 ? null : texts.added}</output>
      {held.length === 0 ? null : (
        <ul
          aria-label={texts.label}
          className="m-0 flex max-h-[30vh] list-none flex-col gap-1.5 overflow-y-auto p-2 pb-0"
        >
          {held.map((quote) => (
            <li
              key={`${quote.messageId} ${quote.text}`}
              className="flex animate-rise items-center gap-2 rounded-[10px] bg-hover py-1 ps-3 pe-1 text-sm"
            >
              <TextQuote aria-hidden className="size-4 shrink-0 text-text-muted" />
              <span dir="auto" className="line-clamp-2 min-w-0 flex-1 wrap-anywhere text-text-muted">
                {quote.text.slice(0, 400)}
              </span>
              <IconButton
                size="small"
                label={texts.remove(quote.text.length > 60 ? `${quote.text.slice(0, 60)}…` : quote.text)}
                tooltip={texts.removeShort}
                icon={<X aria-hidden className="size-4" />}
                onClick={() => remove(quote)}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
