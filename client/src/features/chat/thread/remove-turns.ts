import { messageRoutes, ProblemError } from '@parley/contracts';
import type { Message, MessageId } from '@parley/contracts';
import type { QueryClient } from '@tanstack/react-query';
import { call } from '../../../lib/api/call.ts';
import { explainError } from '../../../lib/explain-error.ts';
import type { Texts } from '../../../lib/i18n/use-texts.ts';
import type { TurnTexts } from '../../../lib/i18n/use-turn-texts.ts';
import { messagesQuery } from '../../../lib/query/queries.ts';
import { endToast, showToast } from '../../../ui/toast-store.ts';
import type { Live } from '../live/live.ts';

const undoMs = 10_000;

export interface RemoveTurnsOptions {
  readonly live: Live;
  readonly queryClient: QueryClient;
  readonly texts: Texts;
  readonly turnTexts: TurnTexts;
  /** The first one to go. */
  readonly message: Message;
}

/**
 * Takes a message and everything that follows from it out of sight, and deletes it when the undo toast ends, or the page
 * is left. What cannot be deleted is shown again, with the reason.
 */
export function removeTurns({ live, queryClient, texts, turnTexts, message }: RemoveTurnsOptions): void {
  const { id, conversationId } = message;
  const key = messagesQuery(conversationId).queryKey;
  const { branches, quotes } = live;
  const leaving = withDescendants(queryClient.getQueryData(key) ?? [message], id);
  let isLeaving = false;

  async function removeNow(): Promise<void> {
    try {
      const params = { id: conversationId, messageId: id };
      const { removed } = await call(messageRoutes.remove, { params }, { keepalive: isLeaving });
      const gone = new Set(removed);
      queryClient.setQueryData(key, (held) => held?.filter((other) => !gone.has(other.id)));
      quotes.set(
        conversationId,
        quotes.of(conversationId).filter(({ messageId }) => !gone.has(messageId)),
      );
    } catch (error) {
      const code = error instanceof ProblemError ? error.code : undefined;
      if (code === 'message-not-found') {
        await queryClient.invalidateQueries({ queryKey: key });
      } else {
        const { failed, busy } = turnTexts.remove;
        const reason = code === 'generation-running' ? busy : explainError(error, texts);
        showToast({ tone: 'danger', text: `${failed} ${reason}` });
      }
    } finally {
      branches.unhide(id);
    }
  }

  function leave() {
    isLeaving = true;
    endToast(toast, 'dismissed');
  }

  branches.hide(id);
  const toast = showToast({
    text: turnTexts.remove.done(leaving.size),
    durationMs: undoMs,
    action: { label: texts.common.undo, onAction: () => branches.unhide(id) },
    onEnd(end) {
      window.removeEventListener('pagehide', leave);
      if (end !== 'action') void removeNow();
    },
  });
  window.addEventListener('pagehide', leave);
}

/** A message and all that hangs on it. Messages come oldest first, so parents come before their children. */
function withDescendants(messages: readonly Message[], id: MessageId): ReadonlySet<MessageId> {
  const found = new Set<MessageId>([id]);
  for (const message of messages) {
    if (message.parentId !== null && found.has(message.parentId)) found.add(message.id);
  }
  return found;
}
