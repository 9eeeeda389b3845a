import { problem } from '@parley/contracts';
import type { Conversation, ConversationId, Message, UserId } from '@parley/contracts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import type { ConversationPosition, ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { MessageTreeRepository } from '../database/repositories/message-tree-repository.ts';
import { hideOthersInputs } from '../hide-inputs.ts';
import { writeOwnExport } from './own-export.ts';
import { newestBranch, writeReadable } from './write-markdown.ts';

/** Gives people their conversations as files, a few messages at a time. */
export interface ExportService {
  /** Throws `conversation-not-found`. */
  conversation(
    userId: UserId,
    id: ConversationId,
    format: 'json' | 'markdown' | 'text',
    signal: AbortSignal,
  ): Promise<{ readonly title: string; readonly content: AsyncGenerator<Uint8Array> }>;
  /** All but temporary ones. */
  account(userId: UserId, signal: AbortSignal): AsyncGenerator<Uint8Array>;
}

interface ExportServiceOptions {
  readonly conversations: Pick<ConversationRepository, 'find' | 'list'>;
  readonly messageTrees: Pick<MessageTreeRepository, 'places' | 'each'>;
  readonly files: Pick<WorkspaceFiles, 'listKept' | 'read'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Conversations that are listed at a time. */
const pageSize = 100;

export function createExportService({ conversations, messageTrees, files, now }: ExportServiceOptions): ExportService {
  async function* messagesOf(userId: UserId, conversationId: ConversationId): AsyncGenerator<Message> {
    const tree = { userId, conversationId };
    const places = await messageTrees.places(tree);
    const ids = places.filter(({ isDeleted }) => !isDeleted).map(({ id }) => id);
    for await (const message of messageTrees.each(tree, ids)) {
      yield hideOthersInputs(message, userId, userId);
    }
  }

  async function* idsOf(userId: UserId, archived: boolean): AsyncGenerator<ConversationId> {
    let after: ConversationPosition | undefined;
    for (;;) {
      const page = await conversations.list(userId, { archived, after, limit: pageSize });
      for (const { id } of page) yield id;
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) return;
      after = { updatedAt: new Date(last.updatedAt), id: last.id };
    }
  }

  async function toExport(userId: UserId, conversation: Conversation) {
    const { id } = conversation;
    return { conversation, files: await files.listKept(userId, id), messages: messagesOf(userId, id) };
  }

  async function* everything(userId: UserId) {
    // All ids first: a conversation that goes on meanwhile moves to the top of the list and would be missed there.
    const ids = new Set<ConversationId>();
    for (const archived of [false, true]) for await (const id of idsOf(userId, archived)) ids.add(id);
    for (const id of ids) {
      const conversation = await conversations.find(userId, id);
      if (conversation !== undefined) yield await toExport(userId, conversation);
    }
  }

  async function* only(userId: UserId, conversation: Conversation) {
    yield await toExport(userId, conversation);
  }

  return {
    async conversation(userId, id, format, signal) {
      const conversation = await conversations.find(userId, id);
      if (conversation === undefined) throw problem('conversation-not-found');
      const { title } = conversation;
      if (format === 'json') {
        const content = writeOwnExport(only(userId, conversation), (file) => files.read(file, signal), new Date(now()));
        return { title, content };
      }
      const tree = { userId, conversationId: id };
      const places = (await messageTrees.places(tree)).filter(({ isDeleted }) => !isDeleted);
      return { title, content: writeReadable({ title }, messageTrees.each(tree, newestBranch(places)), format) };
    },

    account: (userId, signal) =>
      writeOwnExport(everything(userId), (file) => files.read(file, signal), new Date(now())),
  };
}
