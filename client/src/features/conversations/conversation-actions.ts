import { conversationRoutes, mostBulkIds } from '@parley/contracts';
import type { BulkChange, Conversation, ConversationId, ProjectId, RouteArguments } from '@parley/contracts';
import type { QueryClient } from '@tanstack/react-query';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { readOrderTexts } from '../../lib/i18n/use-order-texts.ts';
import type { Texts } from '../../lib/i18n/use-texts.ts';
import {
  forgetConversation,
  patchConversation,
  placeConversation,
  unlistConversation,
} from '../../lib/query/conversation-cache.ts';
import { archivedConversationsQuery, conversationQuery, conversationsQuery } from '../../lib/query/queries.ts';
import { endToast, showToast } from '../../ui/toast-store.ts';
import { addPendingDeletion, endPendingDeletion } from './pending-deletions.ts';

const undoMs = 10_000;

type ConversationChange = RouteArguments<typeof conversationRoutes.update>['body'];

export interface ConversationActions {
  readonly rename: (conversation: Conversation, title: string) => Promise<void>;
  readonly archive: (conversation: Conversation) => Promise<void>;
  readonly restore: (conversation: Conversation) => Promise<void>;
  /** Its place among the pinned ones; `null` unpins it. */
  readonly pin: (conversation: Conversation, rank: number | null) => Promise<void>;
  readonly setUnread: (conversation: Conversation, unread: boolean) => Promise<void>;
  /** Returns whether it worked. */
  readonly setTags: (conversation: Conversation, tags: readonly string[]) => Promise<boolean>;
  readonly move: (conversation: Conversation, projectId: ProjectId | null) => Promise<boolean>;
  /** Hides them at once and deletes them when the undo toast ends, or the page is left. */
  readonly remove: (...conversations: Conversation[]) => void;
  /** Changes many; what could not be changed is told. Returns whether all were. */
  readonly changeAll: (
    conversations: readonly Conversation[],
    change: Omit<Extract<BulkChange, { action: 'change' }>, 'action'>,
  ) => Promise<boolean>;
}

/** What can be done to conversations. The lists change at once; a failure changes them back and says why. */
export function createConversationActions(client: QueryClient, texts: Texts): ConversationActions {
  const { sidebar, common } = texts;
  const { row, selection } = readOrderTexts();
  const fail = (sentence: string, error: unknown) =>
    showToast({ tone: 'danger', text: `${sentence} ${explainError(error, texts)}` });

  async function shelve(conversation: Conversation, archived: boolean): Promise<boolean> {
    const { id } = conversation;
    unlistConversation(client, id);
    try {
      const moved = await call(conversationRoutes.update, { params: { id }, body: { archived } });
      client.setQueryData(conversationQuery(id).queryKey, moved);
      return true;
    } catch (error) {
      fail(archived ? sidebar.archiveFailed : sidebar.restoreFailed, error);
      return false;
    } finally {
      // Both lists are ordered by the server; asking again is simpler and surer than guessing the place.
      void client.invalidateQueries({ queryKey: conversationsQuery.queryKey });
      void client.invalidateQueries({ queryKey: archivedConversationsQuery.queryKey });
    }
  }

  /** Shows the change at once, and what the server made of it when it answers. */
  async function change(conversation: Conversation, shown: Conversation, body: ConversationChange): Promise<boolean> {
    const { id } = conversation;
    placeConversation(client, shown);
    try {
      placeConversation(client, await call(conversationRoutes.update, { params: { id }, body }));
      return true;
    } catch (error) {
      placeConversation(client, conversation);
      fail(row.failed, error);
      return false;
    }
  }

  async function removeNow(conversations: readonly Conversation[], keepalive: boolean): Promise<void> {
    try {
      const [first] = conversations;
      if (conversations.length === 1 && first) {
        await call(conversationRoutes.remove, { params: { id: first.id } }, { keepalive });
      } else {
        await bulk(conversations, { action: 'delete' }, keepalive);
      }
      for (const { id } of conversations) forgetConversation(client, id);
    } catch (error) {
      fail(sidebar.deleteFailed, error);
    } finally {
      for (const { id } of conversations) endPendingDeletion(id);
    }
  }

  const actions: ConversationActions = {
    async rename(conversation, title) {
      const { id } = conversation;
      if (title === '' || title === conversation.title) return;
      patchConversation(client, id, { title });
      try {
        await call(conversationRoutes.update, { params: { id }, body: { title } });
      } catch (error) {
        patchConversation(client, id, { title: conversation.title });
        fail(sidebar.renameFailed, error);
      }
    },

    async archive(conversation) {
      if (!(await shelve(conversation, true))) return;
      const undo = { label: common.undo, onAction: () => void actions.restore(conversation) };
      showToast({ text: sidebar.archived, action: undo });
    },

    async restore(conversation) {
      if (await shelve(conversation, false)) showToast({ text: sidebar.restored });
    },

    async pin(conversation, rank) {
      const { pin: _pin, ...unpinned } = conversation;
      await change(conversation, rank === null ? unpinned : { ...unpinned, pin: rank }, { pin: rank });
    },

    async setUnread(conversation, unread) {
      await change(conversation, { ...conversation, unread }, { unread });
    },

    setTags: (conversation, tags) => change(conversation, { ...conversation, tags: [...tags] }, { tags: [...tags] }),

    move(conversation, projectId) {
      const { projectId: _projectId, ...free } = conversation;
      return change(conversation, projectId === null ? free : { ...free, projectId }, { projectId });
    },

    remove(...conversations) {
      let isLeaving = false;
      for (const { id } of conversations) addPendingDeletion(id);
      const [first] = conversations;
      const toast = showToast({
        text:
          conversations.length === 1
            ? sidebar.deleted(first?.title || sidebar.untitled)
            : selection.deleted(conversations.length),
        durationMs: undoMs,
        action: {
          label: common.undo,
          onAction: () => {
            for (const { id } of conversations) endPendingDeletion(id);
          },
        },
        onEnd(end) {
          window.removeEventListener('pagehide', leave);
          if (end !== 'action') void removeNow(conversations, isLeaving);
        },
      });
      function leave() {
        isLeaving = true;
        endToast(toast, 'dismissed');
      }
      window.addEventListener('pagehide', leave);
    },

    async changeAll(conversations, wanted) {
      try {
        const done = await bulk(conversations, { action: 'change', ...wanted });
        const left = conversations.length - done.size;
        if (left > 0) showToast({ tone: 'danger', text: selection.failed(left) });
        return left === 0;
      } catch (error) {
        fail(row.failed, error);
        return false;
      } finally {
        // One look at each list that is shown, rather than one for each conversation.
        for (const key of ['conversations', 'conversation', 'tags', 'projects']) {
          void client.invalidateQueries({ queryKey: [key] });
        }
      }
    },
  };
  return actions;
}

/** Asks for a change of many, as many at a time as go into one request; the ids that were changed. */
async function bulk(
  conversations: readonly Conversation[],
  wanted: BulkChange,
  keepalive = false,
): Promise<ReadonlySet<ConversationId>> {
  const done = new Set<ConversationId>();
  for (let start = 0; start < conversations.length; start += mostBulkIds) {
    const ids = conversations.slice(start, start + mostBulkIds).map(({ id }) => id);
    const { outcomes } = await call(conversationRoutes.bulk, { body: { ids, change: wanted } }, { keepalive });
    for (const { id, problem } of outcomes) if (problem === null) done.add(id);
  }
  return done;
}
