import type { ConversationId } from '@parley/contracts';
import type { RefObject } from 'react';
import { QuoteSelection } from './quote-selection.tsx';
import { type RevealOptions, useReveal } from './use-reveal.ts';
import { useLongPress } from './use-long-press.ts';

export interface TranscriptToolsProps extends RevealOptions {
  readonly conversationId: ConversationId;
  readonly scroller: RefObject<HTMLElement | null>;
}

/** What a transcript can do beyond showing turns; loaded once it is on the page. */
export function TranscriptTools(props: TranscriptToolsProps) {
  const { conversationId, scroller } = props;
  useReveal(props);
  useLongPress(scroller);
  return <QuoteSelection conversationId={conversationId} scroller={scroller} />;
}
