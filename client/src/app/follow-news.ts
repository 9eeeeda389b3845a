import type { ConversationId, News } from '@parley/contracts';
import type { QueryClient } from '@tanstack/react-query';
import type { SessionKeeper } from '../lib/api/session-keeper.ts';
import {
  forgetConversation,
  markEnded,
  patchConversation,
  placeConversation,
} from '../lib/query/conversation-cache.ts';
import { findListed } from '../lib/query/conversation-lists.ts';
import type { OrderNews } from '../lib/query/follow-order.ts';
import { conversationQuery } from '../lib/query/queries.ts';
import type { NewsChannel } from '../lib/socket/news-channel.ts';
import { noteEnded } from '../lib/ended-unseen.ts';

export interface FollowNewsOptions {
  readonly news: Pick<NewsChannel, 'start' | 'stop' | 'subscribe'>;
  readonly session: SessionKeeper;
  readonly queryClient: QueryClient;
  /** Runs a function once the first page has been painted. */
  readonly whenIdle: (work: () => void) => void;
  /** Another device deleted a conversation, or `wasShared` and its owner did, or shares it no more. */
  readonly onRemoved: (id: ConversationId, wasShared: boolean) => void;
}

/**
 * Connects to the news while somebody is signed in, and keeps the cached conversations in step with them. After news
 * that may have been missed, what is shown is fetched again.
 */
export function followNews(options: FollowNewsOptions): void {
  const { news, session, queryClient, whenIdle } = options;
  const followSession = () => {
    if (!session.current()) return news.stop();
    whenIdle(() => {
      if (session.current()) news.start();
    });
  };
  session.subscribe(followSession);
  followSession();
  // A page that is kept for the way back may hold no connection; it begins anew when it is shown again.
  window.addEventListener('pagehide', news.stop);
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) followSession();
  });

  news.subscribe({
    onNews: (item) => apply(item, options),
    onMissed() {
      for (const key of ['conversations', 'tags', 'projects', 'conversation', 'messages', 'generation', 'devices']) {
        void queryClient.invalidateQueries({ queryKey: [key] });
      }
    },
  });
}

function apply(item: News, { queryClient, session, onRemoved }: FollowNewsOptions): void {
  switch (item.type) {
    case 'conversation-changed':
      placeConversation(queryClient, item.conversation);
      break;
    case 'conversation-removed': {
      const { conversationId: id } = item;
      const held = queryClient.getQueryData(conversationQuery(id).queryKey) ?? findListed(queryClient, id);
      forgetConversation(queryClient, id);
      onRemoved(id, held?.sharedBy !== undefined);
      break;
    }
    case 'generation-started':
      patchConversation(queryClient, item.conversationId, { runningGenerationId: item.generationId });
      break;
    case 'generation-ended':
      markEnded(queryClient, item.conversationId, item.generationId);
      noteEnded(item.conversationId);
      break;
    case 'project-changed':
    case 'project-removed':
    case 'tag-changed':
      void follow(queryClient, item);
      break;
    case 'session-ended':
      session.revoke();
      break;
    default:
      // Told to whoever shows it: the chat, the list of devices.
      break;
  }
}

/** Such news are rare, so the code for them comes with the first. */
async function follow(client: QueryClient, item: OrderNews): Promise<void> {
  const { followOrder } = await import('../lib/query/follow-order.ts');
  followOrder(client, item);
}
