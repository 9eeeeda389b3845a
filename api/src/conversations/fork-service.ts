import { agentsEndpoint, problem } from '@parley/contracts';
import type {
  Conversation,
  ConversationId,
  ForkScope,
  Message,
  MessageId,
  MessagePart,
  Person,
  UserId,
} from '@parley/contracts';
import type {
  ConversationCopyRepository,
  CopiedConversation,
  CopyOrigin,
} from '../database/repositories/conversation-copy-repository.ts';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { MessagePlace, MessageTreeRepository } from '../database/repositories/message-tree-repository.ts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import type { ProjectInstructions } from '../generations/project-instructions.ts';
import { hideInputs } from '../hide-inputs.ts';
import type { Announcer } from '../realtime/announcer.ts';
import type { ToolResultStore } from '../tools/tool-results.ts';
import { copiedResultId, copyMessage } from './copy-message.ts';
import type { CopyNames } from './copy-message.ts';
import { selectForFork } from './fork-selection.ts';
import { noHoldings, noteHoldings } from './message-holdings.ts';
import { withoutDeleted } from './places-from.ts';

interface Fork {
  /** Chosen by the client. */
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly scope: ForkScope;
  readonly startHere?: boolean | undefined;
}

/** Makes conversations out of parts of others. */
export interface ForkService {
  /**
   * Copies messages with all they need, so that the copy stays whatever becomes of the original. Nobody sees the copy
   * before it is complete; a repeat goes on where a process died, and changes nothing afterwards. Throws
   * `conversation-not-found`, `message-not-found`, and `conversation-id-taken` for an id that is another conversation's.
   * A guest of `ownerId` gets the words; of files and results only those that are their own.
   */
  fork(userId: UserId, source: ConversationId, fork: Fork, ownerId?: UserId): Promise<Conversation>;
  /** Has copies removed that their processes did not live to finish. */
  abandonUnfinished(): Promise<void>;
}

interface ForkServiceOptions {
  readonly conversations: Pick<ConversationRepository, 'find' | 'update'>;
  readonly projects: Pick<ProjectInstructions, 'exists'>;
  readonly copies: ConversationCopyRepository;
  readonly trees: MessageTreeRepository;
  readonly files: Pick<WorkspaceFiles, 'copy'>;
  readonly results: Pick<ToolResultStore, 'copy'>;
  /** Whether an id is one of what is no conversation. */
  readonly isReserved: (id: ConversationId) => boolean;
  /** Ends the calls of an answer that is being written. */
  readonly endCalls: (parts: readonly MessagePart[]) => readonly MessagePart[];
  /** Nobody else copies in this database: what is unfinished when this process starts stays so. */
  readonly isSoleProducer: boolean;
  /** Hears of every copy. */
  readonly announcer: Pick<Announcer, 'announce'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** UTF-16 units, about, and number of messages that are written at a time. */
const batchLength = 2_000_000;
const batchSize = 200;
/** Milliseconds; no copy takes that long, so whoever has not finished in it is dead. */
const longestCopy = 30 * 60_000;
const day = 24 * 3_600_000;

export function createForkService(options: ForkServiceOptions): ForkService {
  const { conversations, projects, copies, trees, files, results, isReserved, endCalls, isSoleProducer } = options;
  const { announcer, now } = options;

  /** The copy when it is complete; `undefined` when it is to be made, or to be completed. */
  async function finished(userId: UserId, id: ConversationId, origin: CopyOrigin): Promise<Conversation | undefined> {
    const known = await copies.find(id);
    if (known === undefined) return undefined;
    const isSame =
      known.forkedFrom?.conversationId === origin.conversationId && known.forkedFrom.messageId === origin.messageId;
    if (known.userId !== userId || !isSame) throw problem('conversation-id-taken');
    return known.isFinished ? await conversations.find(userId, id) : undefined;
  }

  /** Gives the copy what its messages name; returns the names it has there. */
  async function copyHoldings(
    userId: UserId,
    ownerId: UserId,
    { from, to }: { readonly from: ConversationId; readonly to: ConversationId },
    ids: readonly MessageId[],
  ): Promise<CopyNames> {
    const held = noHoldings();
    for await (const { parts } of trees.each({ userId: ownerId, conversationId: from }, ids)) noteHoldings(held, parts);
    for (const id of held.results) await results.copy(userId, id, copiedResultId(to, id), to);
    const copied = await files.copy(userId, { from, to }, [...held.files]);
    return { conversationId: to, messages: new Set(ids), files: copied };
  }

  /** The project may have let go of its conversations while this one was none yet. */
  async function withoutLostProject(userId: UserId, copy: Conversation): Promise<Conversation | undefined> {
    const { id, projectId } = copy;
    if (projectId === undefined || (await projects.exists(userId, projectId))) return copy;
    return await conversations.update(userId, id, { projectId: null });
  }

  async function newestAnswer(
    tree: { readonly userId: UserId; readonly conversationId: ConversationId },
    chosen: readonly MessagePlace[],
  ): Promise<Message | undefined> {
    const newest = chosen.findLast(({ role }) => role === 'assistant');
    if (newest === undefined) return undefined;
    for await (const message of trees.each(tree, [newest.id])) return message;
    return undefined;
  }

  async function copyMessages(
    userId: UserId,
    tree: { readonly userId: UserId; readonly conversationId: ConversationId },
    ids: readonly MessageId[],
    names: CopyNames,
    authorOf: (message: Message) => Person | undefined,
  ): Promise<void> {
    let batch: Message[] = [];
    let length = 0;
    let count = 0;
    for await (const message of trees.each(tree, ids)) {
      const { author: _author, ...words } = message;
      const author = authorOf(message);
      const known = author === undefined ? words : { ...words, author, parts: hideInputs(words.parts) };
      const copy = copyMessage(known, names, endCalls);
      batch.push(copy);
      length += lengthOf(copy.parts);
      count += 1;
      if (length < batchLength && batch.length < batchSize) continue;
      await trees.addAll(userId, batch);
      batch = [];
      length = 0;
    }
    await trees.addAll(userId, batch);
    // Some were deleted meanwhile: what is left would not be what was asked for.
    if (count < ids.length) throw problem('message-not-found');
  }

  return {
    async fork(userId, from, { conversationId: to, messageId, scope, startHere = false }, ownerId = userId) {
      if (isReserved(to)) throw problem('conversation-id-taken');
      const origin = { conversationId: from, messageId };
      const known = await finished(userId, to, origin);
      if (known !== undefined) return known;
      const source = await conversations.find(ownerId, from);
      if (source === undefined) throw problem('conversation-not-found');
      const tree = { userId: ownerId, conversationId: from };
      const places = withoutDeleted(await trees.places(tree));
      const chosen = selectForFork(places, { messageId, scope, startHere });
      if (chosen.length === 0) throw problem('message-not-found');
      const shown = ownerId === userId ? source : withoutOwners(source);
      const copied = copiedConversation(shown, to, await newestAnswer(tree, chosen));
      await copies.begin(userId, copied, origin, new Date(now()));
      // Somebody else may have begun another one under this id in the same moment, or finished this one.
      const finishedMeanwhile = await finished(userId, to, origin);
      if (finishedMeanwhile !== undefined) return finishedMeanwhile;
      const ids = chosen.map(({ id }) => id);
      const names = await copyHoldings(userId, ownerId, { from, to }, ids);
      await copyMessages(userId, tree, ids, names, authorIn(source, userId, ownerId));
      await copies.publish(userId, to);
      const copy = await finished(userId, to, origin);
      const conversation = copy && (await withoutLostProject(userId, copy));
      // Deleted in the same moment, or given up for dead.
      if (conversation === undefined) throw problem('conversation-not-found');
      announcer.announce(userId, { type: 'conversation-changed', conversation });
      return conversation;
    },

    async abandonUnfinished() {
      await copies.abandon(new Date(now() + (isSoleProducer ? day : -longestCopy)), new Date(now()));
    },
  };
}

/** Without how its owner keeps it, and what the owner's turns were told. */
function withoutOwners(source: Conversation): Conversation {
  const { settings: _settings, tags: _tags, projectId: _project, ...kept } = source;
  return { ...kept, tools: [] };
}

/** Who wrote what, in a copy that is another one's: what nobody is named for is its new owner's. */
function authorIn(source: Conversation, userId: UserId, ownerId: UserId) {
  const owner = source.participants?.find(({ id }) => id === ownerId);
  const named = owner === undefined ? undefined : { id: owner.id, name: owner.name };
  return ({ author }: Message): Person | undefined => {
    if (ownerId === userId) return author;
    return author?.id === userId ? undefined : (author ?? named);
  };
}

/** It goes on as its newest answer would have. */
function copiedConversation(source: Conversation, id: ConversationId, newest: Message | undefined): CopiedConversation {
  const { title, tools, settings, spec, tags, projectId, expiresAt } = source;
  const passedTo = newest?.parts.findLast((part) => part.type === 'hand-off')?.agent;
  const answerer =
    passedTo === undefined
      ? {
          endpoint: newest?.endpoint ?? source.endpoint,
          model: newest?.model ?? source.model,
          agent: newest === undefined ? source.agent : newest.agent,
        }
      : { endpoint: agentsEndpoint, model: passedTo.id, agent: passedTo };
  const { agent, ...chosen } = answerer;
  return {
    id,
    title,
    ...chosen,
    ...(agent === undefined ? {} : { agent }),
    tools,
    ...(settings === undefined ? {} : { settings }),
    ...(spec === undefined ? {} : { spec }),
    ...(tags === undefined ? {} : { tags }),
    ...(projectId === undefined ? {} : { projectId }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** How much text these parts have, about. */
function lengthOf(parts: readonly MessagePart[]): number {
  return parts.reduce((sum, part) => {
    if (part.type !== 'tool-call') return sum + ('text' in part ? part.text.length : 0);
    const inside = part.run === undefined ? 0 : lengthOf(part.run.parts);
    return sum + part.input.length + (part.output?.length ?? 0) + inside;
  }, 0);
}
