import { mostTags, problem } from '@parley/contracts';
import type { BulkChange, BulkOutcome, Conversation, ConversationId, UserId } from '@parley/contracts';
import type {
  ConversationOrderRepository,
  ConversationsChange,
} from '../database/repositories/conversation-order-repository.ts';
import type { ProjectInstructions } from '../generations/project-instructions.ts';
import type { Announcer } from '../realtime/announcer.ts';

/** Removals that go on at a time. */
const removalsAtOnce = 8;

/**
 * Changes or deletes many conversations of a person; the outcomes are in the order of the ids, one for each. Throws
 * `project-not-found` where none of them can be moved.
 */
export type BulkChanges = (
  userId: UserId,
  ids: readonly ConversationId[],
  change: BulkChange,
) => Promise<BulkOutcome[]>;

interface BulkChangesOptions {
  readonly order: Pick<ConversationOrderRepository, 'findAll' | 'updateAll' | 'markAllDeleted'>;
  readonly projects: Pick<ProjectInstructions, 'exists'>;
  readonly announcer: Pick<Announcer, 'announce'>;
  /** Removes what belonged to a conversation that was marked as deleted, and itself. */
  readonly finishRemoval: (id: ConversationId) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createBulkChanges(options: BulkChangesOptions): BulkChanges {
  const { order, projects, announcer, finishRemoval, now } = options;

  async function removeAll(userId: UserId, ids: readonly ConversationId[]): Promise<void> {
    await order.markAllDeleted(userId, ids, new Date(now()));
    for (const conversationId of ids) announcer.announce(userId, { type: 'conversation-removed', conversationId });
    for (let start = 0; start < ids.length; start += removalsAtOnce) {
      await Promise.all(ids.slice(start, start + removalsAtOnce).map(finishRemoval));
    }
  }

  async function changeAll(userId: UserId, ids: readonly ConversationId[], change: ConversationsChange): Promise<void> {
    const { projectId } = change;
    const isThere = async () => !projectId || (await projects.exists(userId, projectId));
    if (!(await isThere())) throw problem('project-not-found');
    await order.updateAll(userId, ids, change);
    if (!(await isThere())) await order.updateAll(userId, ids, { projectId: null });
    for (const conversation of await order.findAll(userId, ids)) {
      announcer.announce(userId, { type: 'conversation-changed', conversation });
    }
  }

  return async (userId, ids, { action, ...change }) => {
    const unique = [...new Set(ids)];
    const found = new Map((await order.findAll(userId, unique)).map((item) => [item.id, item]));
    const outcomes = unique.map((id) => ({ id, problem: problemOf(found.get(id), change) }));
    const fit = outcomes.filter((outcome) => outcome.problem === null).map(({ id }) => id);
    if (action === 'delete') await removeAll(userId, fit);
    else await changeAll(userId, fit, change);
    return outcomes;
  };
}

function problemOf(
  conversation: Conversation | undefined,
  { addTags = [], removeTags = [] }: ConversationsChange,
): BulkOutcome['problem'] {
  if (conversation === undefined) return 'conversation-not-found';
  if (addTags.length === 0) return null;
  const tags = new Set([...(conversation.tags ?? []), ...addTags]);
  for (const tag of removeTags) tags.delete(tag);
  return tags.size > mostTags ? 'tags-full' : null;
}
