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

/** Your conversations page by page, newest first. */
export const conversationsQuery = conversationPages('active');

/** The conversations in the archive page by page, newest first. */
export const archivedConversationsQuery = conversationPages('archived');

function conversationPages(shelf: 'active' | 'archived') {
  return infiniteQueryOptions({
    queryKey: ['conversations', shelf],
    queryFn: ({ pageParam, signal }) =>
      call(
        conversationRoutes.list,
        { query: { archived: shelf === 'archived' ? 'true' : 'false', ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  });
}

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

/** The endpoints you may use, in the operator's order. */
export const endpointsQuery = queryOptions({
  queryKey: ['endpoints'],
  queryFn: async ({ signal }) => (await call(modelRoutes.endpoints, {}, { signal })).items,
  staleTime: 5 * 60_000,
});

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
