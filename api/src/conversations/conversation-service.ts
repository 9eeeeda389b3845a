import { problem } from '@parley/contracts';
import type { Conversation, ConversationId, Message, UserId } from '@parley/contracts';
import type { CodeRuns } from '../code/code-run.ts';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { DraftRepository } from '../database/repositories/draft-repository.ts';
import type { MessageRepository } from '../database/repositories/message-repository.ts';
import type { ToolGrantRepository } from '../database/repositories/tool-grant-repository.ts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import type { GenerationRuns } from '../generations/generation-runs.ts';
import type { Announcer } from '../realtime/announcer.ts';
import type { ToolResultStore } from '../tools/tool-results.ts';
import { conversationCursor } from './conversation-cursor.ts';

export interface ConversationPage {
  items: Conversation[];
  /** `null` on the last page. */
  nextCursor: string | null;
}

interface PageQuery {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly archived: boolean;
}

interface ConversationChange {
  readonly title?: string | undefined;
  readonly archived?: boolean | undefined;
}

/** A person's conversations. All but `list` and `finishRemovals` throw `conversation-not-found`, also for somebody else's. */
export interface ConversationService {
  /** Newest first. Throws `invalid-request` for a cursor that no page has given out. */
  list(userId: UserId, query: PageQuery): Promise<ConversationPage>;
  get(userId: UserId, id: ConversationId): Promise<Conversation>;
  update(userId: UserId, id: ConversationId, change: ConversationChange): Promise<Conversation>;
  /** Notes that the newest answer was seen. */
  markRead(userId: UserId, id: ConversationId): Promise<void>;
  /** Ends a running answer and removes the conversation with everything in it. */
  remove(userId: UserId, id: ConversationId): Promise<void>;
  /** All messages, oldest first. */
  messages(userId: UserId, id: ConversationId): Promise<Message[]>;
  /** Completes removals that a process did not survive. */
  finishRemovals(): Promise<void>;
}

interface ConversationServiceOptions {
  readonly conversations: ConversationRepository;
  readonly messages: MessageRepository;
  readonly drafts: Pick<DraftRepository, 'removeAll'>;
  readonly results: Pick<ToolResultStore, 'removeAll'>;
  readonly codeRuns: Pick<CodeRuns, 'removeAll'>;
  readonly files: Pick<WorkspaceFiles, 'removeAll'>;
  readonly toolGrants: Pick<ToolGrantRepository, 'removeAll'>;
  /** Hears of every change. */
  readonly announcer: Pick<Announcer, 'announce'>;
  readonly runs: Pick<GenerationRuns, 'removeAll'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createConversationService(options: ConversationServiceOptions): ConversationService {
  const { conversations, messages, drafts, results, codeRuns, files, toolGrants, announcer, runs, now } = options;

  async function get(userId: UserId, id: ConversationId): Promise<Conversation> {
    const conversation = await conversations.find(userId, id);
    if (conversation === undefined) throw problem('conversation-not-found');
    return conversation;
  }

  async function finishRemoval(id: ConversationId): Promise<void> {
    await runs.removeAll(id);
    await codeRuns.removeAll(id);
    await files.removeAll(id);
    await messages.removeAll(id);
    await drafts.removeAll(id);
    await results.removeAll(id);
    await toolGrants.removeAll(id);
    await conversations.remove(id);
  }

  return {
    async list(userId, { cursor, limit, archived }) {
      const after = cursor === undefined ? undefined : conversationCursor.parse(cursor);
      const found = await conversations.list(userId, { archived, after, limit: limit + 1 });
      const items = found.slice(0, limit);
      const last = found.length > limit ? items.at(-1) : undefined;
      const nextCursor =
        last === undefined ? null : conversationCursor.format({ updatedAt: new Date(last.updatedAt), id: last.id });
      return { items, nextCursor };
    },

    get,

    async update(userId, id, change) {
      const conversation = await conversations.update(userId, id, change);
      if (conversation === undefined) throw problem('conversation-not-found');
      announcer.announce(userId, { type: 'conversation-changed', conversation });
      return conversation;
    },

    async markRead(userId, id) {
      const conversation = await conversations.markRead(userId, id);
      if (conversation === undefined) await get(userId, id);
      else announcer.announce(userId, { type: 'conversation-changed', conversation });
    },

    async remove(userId, id) {
      if (!(await conversations.markDeleted(userId, id, new Date(now())))) throw problem('conversation-not-found');
      announcer.announce(userId, { type: 'conversation-removed', conversationId: id });
      await finishRemoval(id);
    },

    async messages(userId, id) {
      await get(userId, id);
      return await messages.list(userId, id);
    },

    async finishRemovals() {
      for (const id of await conversations.listDeleted()) await finishRemoval(id);
    },
  };
}
