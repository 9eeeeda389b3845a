import { conversationRoutes } from '@parley/contracts';
import type { Conversation } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import type { Texts } from '../../lib/i18n/use-texts.ts';
import { patchConversation, unlistConversation } from '../../lib/query/conversation-cache.ts';
import { archivedConversationsQuery, conversationQuery, conversationsQuery } from '../../lib/query/queries.ts';
import { endToast, showToast } from '../../ui/toast-store.ts';
import { addPendingDeletion, endPendingDeletion } from './pending-deletions.ts';

const undoMs = 10_000;

export interface ConversationActions {
  readonly rename: (conversation: Conversation, title: string) => Promise<void>;
  readonly archive: (conversation: Conversation) => Promise<void>;
  readonly restore: (conversation: Conversation) => Promise<void>;
  /** Hides it at once and deletes it when the undo toast ends, or the page is left. */
  readonly remove: (conversation: Conversation) => void;
}

/** What can be done to a conversation in a list. The list changes at once; a failure changes it back and says why. */
export function useConversationActions(): ConversationActions {
  return createConversationActions(useQueryClient(), useTexts());
}

function createConversationActions(client: QueryClient, texts: Texts): ConversationActions {
  const { sidebar, common } = texts;
  const fail = (sentence: string, error: unknown) =>
    showToast({ tone: 'danger', text: `${sentence} ${explainError(error, texts)}` });

  async function move(conversation: Conversation, archived: boolean): Promise<boolean> {
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

  async function removeNow(conversation: Conversation, keepalive: boolean): Promise<void> {
    const { id } = conversation;
    try {
      await call(conversationRoutes.remove, { params: { id } }, { keepalive });
      unlistConversation(client, id);
      client.removeQueries({ queryKey: conversationQuery(id).queryKey });
    } catch (error) {
      fail(sidebar.deleteFailed, error);
    } finally {
      endPendingDeletion(id);
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
      if (!(await move(conversation, true))) return;
      const undo = { label: common.undo, onAction: () => void actions.restore(conversation) };
      showToast({ text: sidebar.archived, action: undo });
    },

    async restore(conversation) {
      if (await move(conversation, false)) showToast({ text: sidebar.restored });
    },

    remove(conversation) {
      let isLeaving = false;
      addPendingDeletion(conversation.id);
      const toast = showToast({
        text: sidebar.deleted(conversation.title || sidebar.untitled),
        durationMs: undoMs,
        action: { label: common.undo, onAction: () => endPendingDeletion(conversation.id) },
        onEnd(end) {
          window.removeEventListener('pagehide', leave);
          if (end !== 'action') void removeNow(conversation, isLeaving);
        },
      });
      function leave() {
        isLeaving = true;
        endToast(toast, 'dismissed');
      }
      window.addEventListener('pagehide', leave);
    },
  };
  return actions;
}
