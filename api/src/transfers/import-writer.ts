import { agentsEndpoint, mostPins } from '@parley/contracts';
import type { ConversationId, Message, MessageId, MessagePart, UserId } from '@parley/contracts';
import type { ConversationCopyRepository } from '../database/repositories/conversation-copy-repository.ts';
import type { ConversationOrderRepository } from '../database/repositories/conversation-order-repository.ts';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { MessageTreeRepository } from '../database/repositories/message-tree-repository.ts';
import type { ProjectInstructions } from '../generations/project-instructions.ts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import { hashId } from '../hash-id.ts';
import { arrangeTree } from './arrange-tree.ts';
import { countLeftOut } from './foreign-conversation.ts';
import type { ForeignConversation, LeftOutCounts } from './foreign-conversation.ts';
import { timeOf } from './foreign-values.ts';
import { importedConversationId } from './import-ids.ts';
import { createImportedFiles } from './imported-files.ts';
import type { ImportedFiles } from './imported-files.ts';
import type { ImportTally } from './import-tally.ts';
import type { ExportedConversation } from './own-export.ts';
import type { ExportEntry } from './read-export.ts';
import { importedTags, importedTitle, toImportedMessage, toOwnMessage } from './to-imported.ts';

/** Who answers on in imported conversations, unless they know better. */
interface ImportEndpoint {
  readonly name: string;
  /** The first one is offered first. */
  readonly models: readonly string[];
}

/** Stores what one file holds, each conversation under an id of its own, so that it is there once. */
export interface ImportWriter {
  /**
   * Stores an entry, maybe while the next ones are taken: what goes wrong then, a later call throws. A conversation of ours
   * is shown when it is followed by something else.
   */
  write(entry: ExportEntry): Promise<void>;
  /** Shows the last conversation; all that was written is shown then. */
  finish(): Promise<void>;
  /** Shows all that was written, unless the next entry belongs to what came before it; returns whether it did. */
  settle(next: ExportEntry): Promise<boolean>;
  /** Lets go of a file that will not be completed, and ends what is being written. Never throws. */
  drop(): Promise<void>;
}

export interface ImportWriterOptions {
  readonly conversations: Pick<ConversationRepository, 'find'>;
  readonly conversationCopies: Pick<ConversationCopyRepository, 'beginImport' | 'find' | 'publish'>;
  readonly messageTrees: Pick<MessageTreeRepository, 'addAll'>;
  readonly conversationOrder: Pick<ConversationOrderRepository, 'pins'>;
  readonly projects: Pick<ProjectInstructions, 'exists'>;
  readonly files: Pick<WorkspaceFiles, 'bring'>;
  /** Never empty. */
  readonly endpoints: readonly ImportEndpoint[];
  /** Ends the calls of an answer that was being written. */
  readonly endCalls: (parts: readonly MessagePart[]) => readonly MessagePart[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Conversations, and about how much text in them, that are written side by side: they share the store's syncs. */
const mostAtOnce = 16;
const longestAtOnce = 4_000_000;
/** Entries that belong to the conversation before them. */
const withinOwn: ReadonlySet<ExportEntry['type']> = new Set([
  'own-message',
  'own-file',
  'own-bytes',
  'unreadable-message',
  'unreadable-file',
]);
/** Most messages of one conversation. */
const mostMessages = 20_000;
/** UTF-16 units, about, and number of messages that are written at a time. */
const batchLength = 2_000_000;
const batchSize = 200;
/** Bytes of one message's parts; a document of the database has at most 16 MB. */
const longestMessage = 12_000_000;

/** A conversation of ours whose messages are coming. */
interface OpenConversation {
  readonly id: ConversationId;
  readonly sourceId: ConversationId;
  readonly leftOut: LeftOutCounts;
  readonly known: Set<MessageId>;
  readonly files: ImportedFiles;
  batch: Message[];
  length: number;
}

export function createImportWriter(
  options: ImportWriterOptions,
  userId: UserId,
  tally: ImportTally,
  signal: AbortSignal,
): ImportWriter {
  const { conversations, conversationCopies: copies, messageTrees: trees, endpoints, endCalls, now } = options;
  const { conversationOrder, projects, files } = options;
  /** `undefined` where the messages belong to nothing that is added. */
  let open: OpenConversation | undefined;
  /** Conversations that are being written, none of them twice. */
  const writing = new Map<ConversationId, Promise<void>>();
  let writingLength = 0;

  /** Whether there is nothing to be done for a conversation of this id, which is noted then. */
  async function isThere(id: ConversationId, { format, title }: Pick<ForeignConversation, 'format' | 'title'>) {
    const known = await copies.find(id);
    if (known === undefined || !known.isFinished) return false;
    if (known.userId === undefined) tally.skipped(title, 'being-deleted');
    else tally.present(format);
    return true;
  }

  async function publish(id: ConversationId, title: string): Promise<boolean> {
    const isShown = await copies.publish(userId, id);
    // It was taken for one that its process did not live to finish, or somebody else has finished it.
    if (!isShown) tally.skipped(title, 'being-deleted');
    return isShown;
  }

  function defaultAnswerer(model?: string) {
    const [first] = endpoints;
    const offered = first?.models ?? [];
    const isOffered = model !== undefined && offered.includes(model);
    return { endpoint: first?.name ?? '', model: (isOffered ? model : offered[0]) ?? model ?? '' };
  }

  /** Whoever deletes all they have begun by now means what they have imported, too, whatever clock it came from. */
  function notLater(time: number | undefined): number {
    return Math.min(time ?? Infinity, now());
  }

  async function allWritten(): Promise<void> {
    const all = [...writing.values()];
    // One that failed is told of when none goes on any more.
    await Promise.allSettled(all);
    writing.clear();
    writingLength = 0;
    await Promise.all(all);
  }

  async function writeBeside(id: ConversationId, length: number, write: () => Promise<void>): Promise<void> {
    if (writing.has(id)) await allWritten();
    const written = write();
    // Heard by whoever awaits it; until then it must not count as unhandled.
    written.catch(() => undefined);
    writing.set(id, written);
    writingLength += length;
    if (writing.size >= mostAtOnce || writingLength >= longestAtOnce) await allWritten();
  }

  async function beginForeign(foreign: ForeignConversation): Promise<void> {
    const { format, title, messages } = foreign;
    const sourceId = foreign.id ?? hashId(JSON.stringify([title, messages.slice(0, 20)]));
    const id = importedConversationId(userId, format, sourceId);
    const length = messages.reduce((sum, { text }) => sum + text.length, 0);
    await writeBeside(id, length, () => writeForeign(id, foreign));
  }

  async function writeForeign(id: ConversationId, foreign: ForeignConversation): Promise<void> {
    const { format, title, leftOut, messages } = foreign;
    // What is skipped is known at once, so that it is listed in the order of the file.
    if (messages.length > mostMessages) return tally.skipped(title, 'too-many-messages');
    const begun = notLater(
      foreign.createdAt ?? foreign.updatedAt ?? messages.find(({ createdAt }) => createdAt)?.createdAt,
    );
    const arranged = arrangeTree(messages, begun, leftOut);
    const last = arranged.at(-1);
    if (last === undefined) return tally.skipped(title, 'empty');
    if (await isThere(id, foreign)) return;
    const newest = arranged.reduce((latest, { createdAt }) => Math.max(latest, createdAt), begun);
    const model = arranged.findLast((message) => message.model !== undefined)?.model;
    const answerer = defaultAnswerer(model);
    const tags = importedTags(foreign.tags);
    const imported = {
      id,
      title: importedTitle(title),
      ...answerer,
      tools: [],
      ...(tags.length === 0 ? {} : { tags }),
      archived: foreign.isArchived,
      createdAt: new Date(begun).toISOString(),
      updatedAt: new Date(Math.max(begun, foreign.updatedAt ?? newest)).toISOString(),
    };
    await copies.beginImport(userId, imported, new Date(now()));
    let batch: Message[] = [];
    let length = 0;
    for (const message of arranged) {
      batch.push(toImportedMessage(message, id, answerer.endpoint, leftOut));
      length += message.text.length;
      if (length < batchLength && batch.length < batchSize) continue;
      await trees.addAll(userId, batch);
      batch = [];
      length = 0;
    }
    await trees.addAll(userId, batch);
    if (await publish(id, title)) tally.added(format, arranged.length, leftOut);
  }

  async function beginOwn(source: ExportedConversation): Promise<void> {
    const format = 'parley';
    const id = importedConversationId(userId, format, source.id);
    // Whether it is there, and how many are pinned, depends on what was written.
    if (writing.has(id) || source.pin !== undefined) await allWritten();
    if ((await conversations.find(userId, source.id)) !== undefined) return tally.present(format);
    if (await isThere(id, { format, title: source.title })) return;
    const { tags, projectId, pin, createdAt, updatedAt, title, ...kept } = source;
    const leftOut: LeftOutCounts = new Map();
    const isFiled = projectId !== undefined && (await projects.exists(userId, projectId));
    if (projectId !== undefined && !isFiled) countLeftOut(leftOut, 'project');
    const isPinned = pin !== undefined && (await conversationOrder.pins(userId, mostPins)).length < mostPins;
    const isOffered = source.endpoint === agentsEndpoint || endpoints.some(({ name }) => name === source.endpoint);
    const begun = notLater(timeOf(createdAt));
    const imported = {
      ...kept,
      ...(isOffered ? {} : defaultAnswerer(source.model)),
      id,
      title: importedTitle(title),
      ...(tags === undefined ? {} : { tags: importedTags(tags) }),
      ...(isFiled ? { projectId } : {}),
      ...(isPinned ? { pin } : {}),
      createdAt: new Date(begun).toISOString(),
      updatedAt: new Date(Math.max(begun, timeOf(updatedAt) ?? begun)).toISOString(),
    };
    await copies.beginImport(userId, imported, new Date(now()));
    const its = createImportedFiles({ files, userId, conversationId: id, signal });
    open = { id, sourceId: source.id, leftOut, known: new Set(), files: its, batch: [], length: 0 };
  }

  async function addOwn(message: Message): Promise<void> {
    if (open === undefined) return;
    await open.files.end();
    const length = Buffer.byteLength(JSON.stringify(message.parts));
    const isUsable =
      message.conversationId === open.sourceId && length <= longestMessage && open.known.size < mostMessages * 5;
    if (!isUsable) return countLeftOut(open.leftOut, 'unreadable');
    if (open.known.has(message.id)) return countLeftOut(open.leftOut, 'repeated');
    const createdAt = new Date(timeOf(message.createdAt) ?? now()).toISOString();
    open.batch.push(toOwnMessage({ ...message, createdAt }, { ...open, conversationId: open.id, endCalls }));
    open.known.add(message.id);
    open.length += length;
    if (open.length < batchLength && open.batch.length < batchSize) return;
    await trees.addAll(userId, open.batch);
    open.batch = [];
    open.length = 0;
  }

  async function finishOwn(): Promise<void> {
    if (open === undefined) return;
    const { id, batch, length, known, leftOut, files: its } = open;
    await its.end();
    open = undefined;
    countLeftOut(leftOut, 'file', its.lost());
    await writeBeside(id, length, async () => {
      await trees.addAll(userId, batch);
      if (await publish(id, '')) tally.added('parley', known.size, leftOut);
    });
  }

  return {
    async write(entry) {
      switch (entry.type) {
        case 'own-message':
          return await addOwn(entry.message);
        case 'own-file':
          return await open?.files.begin(entry.file);
        case 'own-bytes':
          return await open?.files.add(entry.bytes);
        case 'unreadable-file':
          open?.files.drop();
          return;
        case 'unreadable-message':
          if (open !== undefined) countLeftOut(open.leftOut, 'unreadable');
          return;
        default:
          await finishOwn();
      }
      if (entry.type === 'foreign') await beginForeign(entry.conversation);
      else if (entry.type === 'own') await beginOwn(entry.conversation);
      else tally.skipped(entry.title, entry.reason);
    },
    async finish() {
      await finishOwn();
      await allWritten();
    },
    async settle(next) {
      if (open !== undefined && withinOwn.has(next.type)) return false;
      await finishOwn();
      await allWritten();
      return true;
    },
    async drop() {
      open?.files.drop();
      await Promise.allSettled(writing.values());
    },
  };
}
