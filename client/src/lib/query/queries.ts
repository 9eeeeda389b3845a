import {
  configRoutes,
  conversationRoutes,
  deviceRoutes,
  docRoutes,
  generationRoutes,
  modelRoutes,
  userRoutes,
} from '@parley/contracts';
import type { ConversationId, GenerationId } from '@parley/contracts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call } from '../api/call.ts';
import { listsKey } from './conversation-lists.ts';
import type { Shelf } from './conversation-lists.ts';

/** Public settings of this install; they change only with a restart. */
export const configQuery = queryOptions({
  queryKey: ['config'],
  queryFn: ({ signal }) => call(configRoutes.config, {}, { signal }),
  staleTime: Infinity,
});

/** The account that is signed in. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => call(userRoutes.me, {}, { signal }),
  staleTime: 5 * 60_000,
});

/** A list of conversations page by page, newest first; the pinned ones in their own order, all at once. */
export function conversationListQuery(shelf: Shelf, which = '') {
  const query = {
    archived: shelf === 'archived' ? ('true' as const) : ('false' as const),
    ...(shelf === 'active' ? { pinned: 'false' as const } : {}),
    ...(shelf === 'pinned' ? { pinned: 'true' as const } : {}),
    ...(shelf === 'tag' ? { tag: which } : {}),
    ...(shelf === 'project' ? { projectId: which } : {}),
    ...(shelf === 'shared' ? { shared: 'true' as const } : {}),
  };
  return infiniteQueryOptions({
    queryKey: which === '' ? [listsKey, shelf] : [listsKey, shelf, which],
    queryFn: ({ pageParam, signal }) =>
      call(conversationRoutes.list, { query: { ...query, ...(pageParam ? { cursor: pageParam } : {}) } }, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** Your conversations but for the pinned ones. */
export const conversationsQuery = conversationListQuery('active');

/** The conversations in the archive. */
export const archivedConversationsQuery = conversationListQuery('archived');

/** One conversation, without its messages. */
export function conversationQuery(id: ConversationId) {
  return queryOptions({
    queryKey: ['conversation', id],
    queryFn: ({ signal }) => call(conversationRoutes.get, { params: { id } }, { signal }),
  });
}

/** All messages of a conversation, oldest first. */
export function messagesQuery(id: ConversationId) {
  return queryOptions({
    queryKey: ['messages', id],
    queryFn: async ({ signal }) => (await call(conversationRoutes.messages, { params: { id } }, { signal })).items,
  });
}

/** How a generation stands: running or not, on which device it began, and what is queued behind it. */
export function generationQuery(id: GenerationId) {
  return queryOptions({
    queryKey: ['generation', id],
    queryFn: ({ signal }) => call(generationRoutes.state, { params: { id } }, { signal }),
  });
}

/** Where you are signed in, and which of these devices this one is. */
export const devicesQuery = queryOptions({
  queryKey: ['devices'],
  queryFn: ({ signal }) => call(deviceRoutes.list, {}, { signal }),
});

/** Everything that may answer: endpoints and the operator's model specs. */
export const answerersQuery = queryOptions({
  queryKey: ['endpoints'],
  queryFn: ({ signal }) => call(modelRoutes.endpoints, {}, { signal }),
  staleTime: 5 * 60_000,
});

/** The endpoints you may use, in the operator's order. */
export const endpointsQuery = queryOptions({ ...answerersQuery, select: ({ items }) => items });

/** The models of each endpoint, by endpoint name. */
export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => call(modelRoutes.models, {}, { signal }),
  staleTime: 60_000,
});

/** A page of the product's own documentation. */
export function docPageQuery(path: string) {
  return queryOptions({
    queryKey: ['docs', path],
    queryFn: ({ signal }) => call(docRoutes.page, { query: { path } }, { signal }),
    staleTime: Infinity,
  });
}
