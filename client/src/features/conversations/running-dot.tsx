import type { ConversationId } from '@parley/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { patchConversation } from '../../lib/query/conversation-cache.ts';
import { conversationQuery } from '../../lib/query/queries.ts';
import { useNewsConnected } from '../../lib/socket/use-news.ts';
import { VisuallyHidden } from '../../ui/visually-hidden.tsx';

const askAgainMs = 4000;
/** Where news tell, asking is only for what they may have lost. */
const askRarelyMs = 60_000;

export interface RunningDotProps {
  readonly id: ConversationId;
  /** Something is asked before it goes on. */
  readonly waits: boolean;
  /** Whom, where that is somebody else than the person in front of the page. */
  readonly waitsFor: string | undefined;
}

/**
 * The sign that an answer is being written, or waits for somebody. Without news, the conversation (not the list) is asked for every 4 s while
 * it shows, so that it ends, and a title arrives, for answers that no open thread follows.
 */
export function RunningDot({ id, waits, waitsFor }: RunningDotProps) {
  const { sidebar } = useTexts();
  const client = useQueryClient();
  const pauseMs = useNewsConnected() ? askRarelyMs : askAgainMs;
  const { data, isFetchedAfterMount } = useQuery({
    ...conversationQuery(id),
    refetchInterval: pauseMs,
    staleTime: pauseMs,
  });
  useEffect(() => {
    // What was cached earlier may be from before this answer began.
    if (!data || !isFetchedAfterMount) return;
    const { title, runningGenerationId, waitingForInput, waitingFor } = data;
    patchConversation(client, id, { title, runningGenerationId, waitingForInput, waitingFor });
  }, [client, id, data, isFetchedAfterMount]);
  if (waits) {
    return (
      <span className="size-2.5 rounded-full bg-warning forced-color-adjust-none forced-colors:bg-[Highlight]">
        <VisuallyHidden>{waitsFor === undefined ? sidebar.waiting : sidebar.waitingFor(waitsFor)}</VisuallyHidden>
      </span>
    );
  }
  return (
    <span className="relative inline-flex size-2.5 animate-pulse rounded-full border-2 border-accent forced-color-adjust-none forced-colors:border-[Highlight]">
      <VisuallyHidden>{sidebar.running}</VisuallyHidden>
    </span>
  );
}
