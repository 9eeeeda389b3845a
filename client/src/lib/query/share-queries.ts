import { shareRoutes } from '@parley/contracts';
import type { ConversationId, SharedMessage } from '@parley/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call, session } from '../api/call.ts';

/** All your links, newest first. */
export const sharesQuery = queryOptions({
  queryKey: ['shares'],
  queryFn: async ({ signal }) => (await call(shareRoutes.list, { query: {} }, { signal })).items,
});

/** The links to one chat, newest first. */
export function sharesOfQuery(conversationId: ConversationId) {
  return queryOptions({
    queryKey: ['shares', conversationId],
    queryFn: async ({ signal }) => (await call(shareRoutes.list, { query: { conversationId } }, { signal })).items,
  });
}

/** What a link leads to, whole, and whether its reader is signed in. */
export interface SharedChat {
  readonly title: string;
  /** When the snapshot was taken. */
  readonly updatedAt: string;
  readonly messages: readonly SharedMessage[];
  readonly isSignedIn: boolean;
}

export function sharedChatQuery(token: string) {
  return queryOptions({
    queryKey: ['shared', token],
    queryFn: ({ signal }) => readSharedChat(token, signal),
    refetchOnWindowFocus: false,
  });
}

/** The same for somebody with an account. */
const readSignedIn = { ...shareRoutes.read, access: 'user' } as const;

async function readSharedChat(token: string, signal: AbortSignal): Promise<SharedChat> {
  // Who is asking only matters where the link is not for everybody.
  const own = await session.restore().catch(() => undefined);
  const page = (from: number) => {
    const input = { params: { token }, query: { from } };
    return own ? call(readSignedIn, input, { signal }) : call(shareRoutes.read, input, { signal });
  };
  let held = await page(0);
  let messages = held.messages;
  while (held.next !== null) {
    const following = await page(held.next);
    const isSame = following.updatedAt === held.updatedAt;
    // The link was updated in the middle: from the start again.
    held = isSame ? following : await page(0);
    messages = isSame ? [...messages, ...held.messages] : held.messages;
  }
  return { title: held.title, updatedAt: held.updatedAt, messages, isSignedIn: own !== undefined };
}
