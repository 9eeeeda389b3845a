import { mostPins, problem } from '@parley/contracts';
import type {
  BulkChange,
  BulkOutcome,
  Conversation,
  ConversationId,
  Message,
  ProjectId,
  UserId,
} from '@parley/contracts';
import type { CodeRuns } from '../code/code-run.ts';
import type { ConversationOrderRepository } from '../database/repositories/conversation-order-repository.ts';
import type { ConversationChange, ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { DraftRepository } from '../database/repositories/draft-repository.ts';
import type { MessageRepository } from '../database/repositories/message-repository.ts';
import type { ShareRepository } from '../database/repositories/share-repository.ts';
import type { ToolGrantRepository } from '../database/repositories/tool-grant-repository.ts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import type { ProjectInstructions } from '../generations/project-instructions.ts';
import type { GenerationRuns } from '../generations/generation-runs.ts';
import type { ParticipantUpkeep } from '../participants/participant-service.ts';
import type { Announcer } from '../realtime/announcer.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { ToolResultStore } from '../tools/tool-results.ts';
import { dealRanks } from '../deal-ranks.ts';
import { createBulkChanges } from './bulk-changes.ts';
import { pageOf } from './page-of.ts';

export interface ConversationPage {
  items: Conversation[];
  /** `null` on the last page. */
  nextCursor: string | null;
}

interface PageQuery {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly archived: boolean;
  readonly pinned?: boolean | undefined;
  readonly tag?: string | undefined;
  readonly projectId?: ProjectId | undefined;
}

/** A person's conversations. All but `list` and those for upkeep throw `conversation-not-found`, also for somebody else's. */
export interface ConversationService {
  /** Newest first, or all pinned ones in their order. Throws `invalid-request` for a cursor that no page has given out. */
  list(userId: UserId, query: PageQuery): Promise<ConversationPage>;
  get(userId: UserId, id: ConversationId): Promise<Conversation>;
  /** Also throws `project-not-found` and `pins-full`. */
  update(userId: UserId, id: ConversationId, change: ConversationChange): Promise<Conversation>;
  /** See `BulkChanges`. */
  bulk(userId: UserId, ids: readonly ConversationId[], change: BulkChange): Promise<BulkOutcome[]>;
  /** Notes that the newest answer was seen. */
  markRead(userId: UserId, id: ConversationId): Promise<void>;
  /** Ends a running answer and removes the conversation with everything in it. */
  remove(userId: UserId, id: ConversationId): Promise<void>;
  /** All messages, oldest first. */
  messages(userId: UserId, id: ConversationId): Promise<Message[]>;
  /**
   * Takes all that somebody had begun by a moment away from them, and returns how many these were. What belonged to them
   * is there until `finishRemovals`.
   */
  markAllRemoved(userId: UserId, begunBy: Date): Promise<number>;
  /** Completes removals that were only marked, or that a process did not survive. */
  finishRemovals(): Promise<void>;
  /** Removes temporary chats whose time is up. */
  removeExpired(): Promise<void>;
}

interface ConversationServiceOptions {
  readonly conversations: ConversationRepository;
  readonly conversationOrder: Pick<
    ConversationOrderRepository,
    'findAll' | 'updateAll' | 'markAllDeleted' | 'pins' | 'repin'
  >;
  readonly projects: Pick<ProjectInstructions, 'exists'>;
  readonly messages: MessageRepository;
  readonly drafts: Pick<DraftRepository, 'removeAll'>;
  readonly results: Pick<ToolResultStore, 'removeAll'>;
  readonly codeRuns: Pick<CodeRuns, 'removeAll'>;
  readonly files: Pick<WorkspaceFiles, 'removeAll'>;
  readonly toolGrants: Pick<ToolGrantRepository, 'removeAll'>;
  readonly searchIndex: Pick<SearchIndex, 'removeConversation'>;
  readonly shares: Pick<ShareRepository, 'removeConversation'>;
  readonly participants: Pick<ParticipantUpkeep, 'endAll'>;
  /** Hears of every change. */
  readonly announcer: Pick<Announcer, 'announce'>;
  readonly runs: Pick<GenerationRuns, 'removeAll'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createConversationService(options: ConversationServiceOptions): ConversationService {
  const { conversationOrder: order, projects } = options;
  const {
    conversations,
    messages,
    drafts,
    results,
    codeRuns,
    files,
    toolGrants,
    searchIndex,
    shares,
    participants,
    announcer,
    runs,
    now,
  } = options;

  async function get(userId: UserId, id: ConversationId): Promise<Conversation> {
    const conversation = await conversations.find(userId, id);
    if (conversation === undefined) throw problem('conversation-not-found');
    return conversation;
  }

  async function checkRoom(userId: UserId, id: ConversationId, { projectId, pin }: ConversationChange): Promise<void> {
    if (projectId && !(await projects.exists(userId, projectId))) {
      await get(userId, id);
      throw problem('project-not-found');
    }
    if (pin === undefined || pin === null) return;
    const pins = await order.pins(userId, mostPins);
    if (pins.length >= mostPins && !pins.some((pinned) => pinned.id === id)) throw problem('pins-full');
  }

  /** Gives pinned conversations that stand too close together other places in the same order; those that were moved. */
  async function makeRoom(userId: UserId): Promise<ReadonlyMap<ConversationId, Conversation>> {
    const pins = await order.pins(userId, mostPins * 2);
    const moved = new Map<ConversationId, Conversation>();
    for (const { index, from, to } of dealRanks(pins.map(({ pin }) => pin))) {
      const pinned = pins[index];
      const conversation = pinned && (await order.repin(userId, pinned.id, from, to));
      if (conversation === undefined) continue;
      moved.set(conversation.id, conversation);
      announcer.announce(userId, { type: 'conversation-changed', conversation });
    }
    return moved;
  }

  async function finishRemoval(id: ConversationId): Promise<void> {
    await participants.endAll(id);
    await runs.removeAll(id);
    await codeRuns.removeAll(id);
    await files.removeAll(id);
    await messages.removeAll(id);
    await drafts.removeAll(id);
    await results.removeAll(id);
    await toolGrants.removeAll(id);
    await searchIndex.removeConversation(id);
    await shares.removeConversation(id);
    await conversations.remove(id);
  }

  async function removeIfThere(userId: UserId, id: ConversationId): Promise<boolean> {
    if (!(await conversations.markDeleted(userId, id, new Date(now())))) return false;
    announcer.announce(userId, { type: 'conversation-removed', conversationId: id });
    await finishRemoval(id);
    return true;
  }

  return {
    async list(userId, { cursor, limit, ...filter }) {
      if (filter.pinned === true) {
        // More than may be pinned, for two devices that pin the last one at once.
        return { items: await conversations.list(userId, { ...filter, limit: mostPins * 2 }), nextCursor: null };
      }
      return await pageOf({ cursor, limit }, (page) => conversations.list(userId, { ...filter, ...page }));
    },

    get,

    async update(userId, id, change) {
      await checkRoom(userId, id, change);
      const tags = change.tags && [...new Set(change.tags)];
      const conversation = await conversations.update(userId, id, { ...change, tags });
      if (conversation === undefined) throw problem('conversation-not-found');
      if (change.projectId && !(await projects.exists(userId, change.projectId))) {
        // It was deleted between the two looks, and may have let go of its conversations already.
        await conversations.update(userId, id, { projectId: null });
        throw problem('project-not-found');
      }
      announcer.announce(userId, { type: 'conversation-changed', conversation });
      if (conversation.pin === undefined || change.pin === undefined) return conversation;
      return (await makeRoom(userId)).get(id) ?? conversation;
    },

    bulk: createBulkChanges({ order, projects, announcer, finishRemoval, now }),

    async markRead(userId, id) {
      const conversation = await conversations.markRead(userId, id);
      if (conversation === undefined) await get(userId, id);
      else announcer.announce(userId, { type: 'conversation-changed', conversation });
    },

    async remove(userId, id) {
      if (!(await removeIfThere(userId, id))) throw problem('conversation-not-found');
    },

    async messages(userId, id) {
      await get(userId, id);
      return await messages.list(userId, id);
    },

    async removeExpired() {
      for (;;) {
        const expired = await conversations.listExpired(new Date(now()));
        if (expired.length === 0) return;
        for (const { userId, id } of expired) await removeIfThere(userId, id);
      }
    },

    async markAllRemoved(userId, begunBy) {
      const ids = await conversations.markOwnDeleted(userId, begunBy, new Date(now()));
      for (const conversationId of ids) announcer.announce(userId, { type: 'conversation-removed', conversationId });
      return ids.length;
    },

    async finishRemovals() {
      for (const id of await conversations.listDeleted()) await finishRemoval(id);
    },
  };
}
