import { CornerLeftUp } from 'lucide-react';
import { use } from 'react';
import { useTurnTexts } from '../../../lib/i18n/use-turn-texts.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import type { Quote } from '../live/turn-store.ts';
import { ConversationContext } from '../parts/execution/conversation-context.ts';
import { revealMessage } from './reveal-message.ts';

/** What a question is about, each with a way to where it was said. */
export function QuestionQuotes({ quotes }: { readonly quotes: readonly Quote[] }) {
  const { quotes: texts } = useTurnTexts();
  const conversationId = use(ConversationContext);
  return (
    <ul aria-label={texts.question} className="m-0 mb-2 flex w-full list-none flex-col gap-1.5 p-0">
      {quotes.map((quote) => (
        <li key={`${quote.messageId} ${quote.text}`} className="flex items-start gap-1">
          <blockquote
            dir="auto"
            className="m-0 line-clamp-4 min-w-0 flex-1 border-s-2 border-outline ps-3 text-sm wrap-anywhere whitespace-pre-wrap text-text-muted"
          >
            {quote.text}
          </blockquote>
          {conversationId === undefined ? null : (
            <IconButton
              size="small"
              label={texts.source}
              icon={<CornerLeftUp aria-hidden className="size-4" />}
              onClick={() => revealMessage(conversationId, quote.messageId)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}
