import { messageIdSchema } from '@parley/contracts';
import type { ConversationId, MessageId } from '@parley/contracts';
import { TextQuote } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import { useTurnTexts } from '../../../lib/i18n/use-turn-texts.ts';
import { addQuote } from '../composer/quotes/add-quote.ts';
import { useLive } from '../live/use-live.ts';
import { selectedIn } from './turn-words.ts';

/** Words selected in one turn, and where on the page they end. */
interface Selected {
  readonly messageId: MessageId;
  readonly text: string;
  readonly left: number;
  readonly top: number;
}

export interface QuoteSelectionProps {
  readonly conversationId: ConversationId;
  readonly scroller: RefObject<HTMLElement | null>;
}

/** A button beside what is selected in a turn, that quotes it. The keyboard's way is the turn's menu. */
export function QuoteSelection({ conversationId, scroller }: QuoteSelectionProps) {
  const texts = useTurnTexts();
  const live = useLive();
  const [selected, setSelected] = useState<Selected>();

  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const listening = new AbortController();
    const { signal } = listening;
    let isPressed = false;
    let isSomething = false;
    const look = () => setSelected(isPressed ? undefined : readSelection(element));
    const follow = () => {
      // An answer that grows scrolls all the while, and to ask for the selection makes the browser lay out.
      if (isSomething) look();
    };
    const onSelection = () => {
      isSomething = window.getSelection()?.isCollapsed === false;
      look();
    };
    document.addEventListener('selectionchange', onSelection, { signal });
    document.addEventListener(
      'pointerdown',
      ({ pointerType }) => {
        // A finger drags the ends of a selection without a press on the page.
        isPressed = pointerType === 'mouse';
      },
      { signal },
    );
    for (const type of ['pointerup', 'pointercancel'] as const) {
      document.addEventListener(
        type,
        () => {
          isPressed = false;
          look();
        },
        { signal },
      );
    }
    element.addEventListener('scroll', follow, { signal, passive: true });
    window.addEventListener('resize', follow, { signal });
    onSelection();
    return () => listening.abort();
  }, [scroller]);

  if (!selected) return null;
  const { messageId, text, left, top } = selected;
  return (
    <button
      type="button"
      // The selection stays while the button is pressed.
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => {
        addQuote({ live, texts, message: { id: messageId, conversationId }, text });
        window.getSelection()?.removeAllRanges();
      }}
      style={{ left, top }}
      className="fixed z-30 inline-flex min-h-8 -translate-x-1/2 animate-fade items-center gap-1.5 rounded-control bg-raised px-2.5 text-sm font-medium text-text shadow-floating hover:bg-hover touch:min-h-11"
    >
      <TextQuote aria-hidden className="size-4 text-text-muted" />
      {texts.quotes.button}
    </button>
  );
}

/** Half of the button's width, and its height with some air. */
const halfWidth = 48;
const height = 40;

function readSelection(scroller: HTMLElement): Selected | undefined {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const { anchorNode } = selection;
  const start = anchorNode instanceof Element ? anchorNode : anchorNode?.parentElement;
  const article = start?.closest<HTMLElement>('[data-message]');
  const messageId = messageIdSchema.safeParse(article?.dataset['message']).data;
  if (!article || messageId === undefined || !scroller.contains(article)) return undefined;
  const text = selectedIn(article, selection);
  if (text === '') return undefined;
  const frame = scroller.getBoundingClientRect();
  const words = selection.getRangeAt(0).getBoundingClientRect();
  if (words.bottom < frame.top || words.top > frame.bottom) return undefined;
  const below = words.bottom + 6;
  return {
    messageId,
    text,
    left: Math.min(Math.max(words.left + words.width / 2, frame.left + halfWidth), frame.right - halfWidth),
    top: below + height <= frame.bottom ? below : Math.max(frame.top + 4, words.top - height),
  };
}
