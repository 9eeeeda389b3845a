import { agentsEndpoint } from '@parley/contracts';
import type {
  AgentRef,
  Conversation,
  ConversationId,
  GenerationId,
  Participant,
  Person,
  ProjectId,
  ToolRef,
  TurnSettings,
  UserId,
} from '@parley/contracts';
import type { Connection } from 'mongoose';
import { duplicateKeyField } from '../duplicate-key.ts';
import { conversationDocumentSchema } from '../schemas/conversation-document.ts';
import type { ConversationDocument } from '../schemas/conversation-document.ts';

/** A place in a list of conversations: just after the one with these values. */
export interface ConversationPosition {
  readonly updatedAt: Date;
  readonly id: ConversationId;
}

export interface ConversationQuery {
  readonly archived: boolean;
  /** Only those that are pinned, or only those that are not. */
  readonly pinned?: boolean | undefined;
  readonly tag?: string | undefined;
  readonly projectId?: ProjectId | undefined;
  readonly after?: ConversationPosition | undefined;
  readonly limit: number;
}

/** What its owner may change; `null` takes something away, a title is the owner's from then on. */
export interface ConversationChange {
  readonly title?: string | undefined;
  /** What goes into the archive is not pinned any more. */
  readonly archived?: boolean | undefined;
  readonly unread?: boolean | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly pin?: number | null | undefined;
  readonly projectId?: ProjectId | null | undefined;
  readonly expiresAt?: null | undefined;
}

/** Who answers in a conversation, and how. */
export interface Answerer {
  readonly endpoint: string;
  readonly model: string;
  /** None unless told. */
  readonly tools?: readonly ToolRef[];
  /** The version that answers, when an agent does. */
  readonly agent?: AgentRef | undefined;
  readonly settings?: TurnSettings | undefined;
  readonly spec?: string | undefined;
}

/** A turn as its conversation remembers it. */
export interface ConversationTurn extends Answerer {
  readonly generationId: GenerationId;
  readonly at: Date;
  /** It stays with whom its owner chose: somebody else asked, or nobody may know yet who answers. */
  readonly keepsAnswerer?: boolean;
}

/** Whether an answer waits for who asked for it; `askedBy` where that is not the owner. */
export interface Waits {
  readonly isWaiting: boolean;
  readonly askedBy?: Person | undefined;
}

/** What a conversation is from its first turn on. */
export interface ConversationStart {
  readonly title: string;
  readonly projectId?: ProjectId | undefined;
  /** For a temporary chat. */
  readonly expiresAt?: Date | undefined;
}

/** The conversations of the person named in each call; nobody else's can be found. */
export interface ConversationRepository {
  /** Newest first by (updatedAt, id), those that are pinned by (pin, id); without temporary ones. */
  list(userId: UserId, query: ConversationQuery): Promise<Conversation[]>;
  find(userId: UserId, id: ConversationId): Promise<Conversation | undefined>;
  /** Those of the named ones that are there, whosever they are, newest first by (updatedAt, id). */
  listNamed(
    ids: readonly ConversationId[],
    after: ConversationPosition | undefined,
    limit: number,
  ): Promise<Conversation[]>;
  /** Stores a conversation that begins with `turn`, titled by its prompt; does nothing when it is there. */
  begin(userId: UserId, id: ConversationId, start: ConversationStart, turn: ConversationTurn): Promise<void>;
  /** Notes that a turn runs; returns whether the conversation is there. */
  beginTurn(userId: UserId, id: ConversationId, turn: ConversationTurn): Promise<boolean>;
  /**
   * Notes that a turn has ended and nobody has seen its answer, unless another one has begun. `passedTo` is the agent
   * that goes on with the conversation, where the answer says so.
   */
  endTurn(id: ConversationId, generationId: GenerationId, at: Date, passedTo?: AgentRef): Promise<void>;
  /** Notes that a turn has ended beside which another one runs still, which may wait for its user. */
  passTurn(id: ConversationId, from: GenerationId, to: GenerationId, waits: Waits): Promise<void>;
  /** Notes who takes part; `undefined`: nobody but its owner. The conversation then, if it is there. */
  setParticipants(
    userId: UserId,
    id: ConversationId,
    participants: readonly Participant[] | undefined,
  ): Promise<Conversation | undefined>;
  /** Notes whether a running turn waits for its user. */
  setWaiting(id: ConversationId, generationId: GenerationId, waits: Waits): Promise<void>;
  update(userId: UserId, id: ConversationId, change: ConversationChange): Promise<Conversation | undefined>;
  /** Notes that its owner has seen the newest answer; the conversation if that was news. */
  markRead(userId: UserId, id: ConversationId): Promise<Conversation | undefined>;
  /** Notes who is to answer from now on. */
  setAnswerer(userId: UserId, id: ConversationId, answerer: Answerer): Promise<Conversation | undefined>;
  /** Replaces the title made of the prompt, once; returns whether it did. */
  setModelTitle(id: ConversationId, title: string): Promise<boolean>;
  /** Takes a conversation away from its owner at once; returns whether it was there. What belonged to it is still there. */
  markDeleted(userId: UserId, id: ConversationId, at: Date): Promise<boolean>;
  /** The same with all that somebody had begun, or begun to copy, by a moment; which these were. */
  markOwnDeleted(userId: UserId, begunBy: Date, at: Date): Promise<ConversationId[]>;
  /** How many somebody has. */
  count(userId: UserId): Promise<number>;
  /** Temporary conversations whose time is up, a hundred at most. */
  listExpired(at: Date): Promise<{ readonly id: ConversationId; readonly userId: UserId }[]>;
  /** Conversations that were marked as deleted and not removed yet. */
  listDeleted(): Promise<ConversationId[]>;
  /** Removes a conversation that was marked as deleted. */
  remove(id: ConversationId): Promise<void>;
}

/** Expired conversations that are looked up at a time. */
const mostExpired = 100;
/** Conversations that are marked by one write. */
const markedAtOnce = 500;

/** Conversations in the `conversations` collection. */
export function createConversationRepository(connection: Connection): ConversationRepository {
  const model = connection.model<ConversationDocument>('Conversation', conversationDocumentSchema);

  return {
    async list(userId, { archived, pinned, tag, projectId, after, limit }) {
      const rest =
        after === undefined
          ? {}
          : {
              // The first line alone bounds the index scan.
              updatedAt: { $lte: after.updatedAt },
              $or: [{ updatedAt: { $lt: after.updatedAt } }, { _id: { $lt: after.id } }],
            };
      const kept = { expiresAt: { $exists: false } };
      const filed = { ...(tag === undefined ? {} : { tags: tag }), ...(projectId === undefined ? {} : { projectId }) };
      const query = model.find({ userId, archived, ...kept, ...filed, ...pinFilter(pinned), ...rest });
      const sorted = pinned === true ? query.sort({ pin: 1, _id: 1 }) : query.sort({ updatedAt: -1, _id: -1 });
      const documents = await sorted.limit(limit).lean();
      return documents.map(toConversation);
    },

    async find(userId, id) {
      const document = await model.findOne({ _id: id, userId }).lean();
      return document === null ? undefined : toConversation(document);
    },

    async listNamed(ids, after, limit) {
      const rest =
        after === undefined
          ? {}
          : { $or: [{ updatedAt: { $lt: after.updatedAt } }, { updatedAt: after.updatedAt, _id: { $lt: after.id } }] };
      const named = { _id: { $in: [...ids] }, userId: { $exists: true }, ...rest };
      return (await model.find(named).sort({ updatedAt: -1, _id: -1 }).limit(limit).lean()).map(toConversation);
    },

    async setParticipants(userId, id, participants) {
      const change = participants === undefined ? { $unset: { participants: 1 } } : { $set: { participants } };
      const document = await model.findOneAndUpdate({ _id: id, userId }, change, { returnDocument: 'after' }).lean();
      return document === null ? undefined : toConversation(document);
    },

    async begin(userId, id, { title, projectId, expiresAt }, turn) {
      const { generationId, endpoint, model: modelName, tools = [], agent, settings, spec, at } = turn;
      const conversation: Omit<ConversationDocument, '_id'> = {
        userId,
        title,
        titleBy: 'prompt',
        endpoint,
        model: modelName,
        ...(agent === undefined ? {} : { agent }),
        tools,
        ...(settings === undefined ? {} : { settings }),
        ...(spec === undefined ? {} : { spec }),
        ...(projectId === undefined ? {} : { projectId }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
        archived: false,
        runningGenerationId: generationId,
        unread: false,
        createdAt: at,
        updatedAt: at,
      };
      try {
        await model.updateOne({ _id: id }, { $setOnInsert: conversation }, { upsert: true });
      } catch (error) {
        if (duplicateKeyField(error) !== '_id') throw error;
      }
    },

    async beginTurn(userId, id, { generationId, at, keepsAnswerer = false, ...answerer }) {
      const { $set, ...gone } = keepsAnswerer ? {} : toAnswering(answerer);
      const turn = { runningGenerationId: generationId, updatedAt: at, ...$set };
      const result = await model.updateOne({ _id: id, userId }, { $set: turn, ...gone });
      return result.matchedCount === 1;
    },

    async setAnswerer(userId, id, answerer) {
      const document = await model
        .findOneAndUpdate({ _id: id, userId }, toAnswering(answerer), { returnDocument: 'after' })
        .lean();
      return document === null ? undefined : toConversation(document);
    },

    async endTurn(id, generationId, at, passedTo) {
      const passing = passedTo === undefined ? {} : { endpoint: agentsEndpoint, model: passedTo.id, agent: passedTo };
      const ended = { runningGenerationId: null, waitingForInput: false, unread: true, updatedAt: at };
      await model.updateOne({ _id: id, runningGenerationId: generationId }, { $set: { ...ended, ...passing } });
    },

    async passTurn(id, from, to, waits) {
      const { $set, ...gone } = toWaiting(waits);
      const passing = { runningGenerationId: to, ...$set };
      await model.updateOne({ _id: id, runningGenerationId: from }, { $set: passing, ...gone });
    },

    async setWaiting(id, generationId, waits) {
      await model.updateOne({ _id: id, runningGenerationId: generationId }, toWaiting(waits));
    },

    async update(userId, id, change) {
      const document = await model
        .findOneAndUpdate({ _id: id, userId }, toUpdate(change), { returnDocument: 'after' })
        .lean();
      return document === null ? undefined : toConversation(document);
    },

    async markRead(userId, id) {
      const document = await model
        .findOneAndUpdate({ _id: id, userId, unread: true }, { $set: { unread: false } }, { returnDocument: 'after' })
        .lean();
      return document === null ? undefined : toConversation(document);
    },

    async setModelTitle(id, title) {
      const result = await model.updateOne(
        { _id: id, titleBy: 'prompt', deletedAt: { $exists: false } },
        { $set: { title, titleBy: 'model' }, $unset: { indexed: 1 } },
      );
      return result.matchedCount === 1;
    },

    async markDeleted(userId, id, at) {
      const result = await model.updateOne({ _id: id, userId }, { $set: { deletedAt: at }, $unset: { userId: 1 } });
      return result.matchedCount === 1;
    },

    async markOwnDeleted(userId, begunBy, at) {
      const copies = { 'copying.since': { $gte: new Date(0), $lte: begunBy }, 'copying.by': userId };
      const found = [
        ...(await model.find({ userId, createdAt: { $lte: begunBy } }, { _id: 1 }).lean()),
        ...(await model.find(copies, { _id: 1 }).lean()),
      ];
      const ids = found.map(({ _id }) => _id);
      const change = { $set: { deletedAt: at }, $unset: { userId: 1, copying: 1 } } as const;
      for (let start = 0; start < ids.length; start += markedAtOnce) {
        await model.updateMany({ _id: { $in: ids.slice(start, start + markedAtOnce) } }, change);
      }
      return ids;
    },

    count: (userId) => model.countDocuments({ userId }),

    async listExpired(at) {
      const expired = { expiresAt: { $gte: new Date(0), $lte: at }, userId: { $exists: true } };
      const documents = await model.find(expired, { userId: 1 }).sort({ expiresAt: 1 }).limit(mostExpired).lean();
      return documents.flatMap(({ _id, userId }) => (userId === undefined ? [] : [{ id: _id, userId }]));
    },

    async listDeleted() {
      const documents = await model.find({ deletedAt: { $gte: new Date(0) } }, { _id: 1 }).lean();
      return documents.map(({ _id }) => _id);
    },

    async remove(id) {
      await model.deleteOne({ _id: id, deletedAt: { $exists: true } });
    },
  };
}

/** The update that makes somebody answer, without what an earlier one was told. */
function toAnswering({ endpoint, model, tools = [], agent, settings, spec }: Answerer) {
  const told = {
    ...(agent === undefined ? {} : { agent }),
    ...(settings === undefined ? {} : { settings }),
    ...(spec === undefined ? {} : { spec }),
  };
  const untold = (['agent', 'settings', 'spec'] as const).filter((key) => !(key in told));
  return {
    $set: { endpoint, model, tools, ...told },
    ...(untold.length === 0 ? {} : { $unset: Object.fromEntries(untold.map((key) => [key, 1])) }),
  };
}

function pinFilter(pinned: boolean | undefined) {
  if (pinned === undefined) return {};
  return { pin: pinned ? { $gte: -Number.MAX_VALUE } : { $exists: false } };
}

function toUpdate({ title, archived, unread, tags, pin, projectId, expiresAt }: ConversationChange) {
  const isUnpinned = pin === null || archived === true;
  const $set = {
    ...(title === undefined ? {} : { title, titleBy: 'user' as const }),
    ...(archived === undefined ? {} : { archived }),
    ...(unread === undefined ? {} : { unread }),
    ...(tags === undefined || tags.length === 0 ? {} : { tags }),
    ...(pin === undefined || pin === null || isUnpinned ? {} : { pin }),
    ...(projectId === undefined || projectId === null ? {} : { projectId }),
  };
  const $unset = {
    ...(tags?.length === 0 ? { tags: 1 } : {}),
    ...(isUnpinned ? { pin: 1 } : {}),
    ...(projectId === null ? { projectId: 1 } : {}),
    ...(expiresAt === null ? { expiresAt: 1 } : {}),
    ...(title === undefined && expiresAt === undefined ? {} : { indexed: 1 }),
  };
  return {
    ...(Object.keys($set).length === 0 ? {} : { $set }),
    ...(Object.keys($unset).length === 0 ? {} : { $unset }),
  };
}

function toWaiting({ isWaiting, askedBy }: Waits) {
  if (!isWaiting || askedBy === undefined) {
    return { $set: { waitingForInput: isWaiting }, $unset: { waitingFor: 1 } } as const;
  }
  return { $set: { waitingForInput: true, waitingFor: askedBy } };
}

/** A stored conversation as everybody else knows it. */
export function toConversation(document: ConversationDocument): Conversation {
  const { _id, title, endpoint, model, agent, tools, archived, createdAt, updatedAt } = document;
  const { runningGenerationId, waitingForInput, unread, settings, spec, tags, pin, projectId, expiresAt, forkedFrom } =
    document;
  const { participants, waitingFor } = document;
  return {
    id: _id,
    title,
    endpoint,
    model,
    ...(agent === undefined ? {} : { agent }),
    tools: [...(tools ?? [])],
    ...(settings === undefined ? {} : { settings }),
    ...(spec === undefined ? {} : { spec }),
    ...(tags === undefined || tags.length === 0 ? {} : { tags: [...tags] }),
    ...(pin === undefined ? {} : { pin }),
    ...(projectId === undefined ? {} : { projectId }),
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }),
    ...(forkedFrom === undefined ? {} : { forkedFrom }),
    ...(participants === undefined ? {} : { participants: [...participants] }),
    archived,
    runningGenerationId,
    waitingForInput: waitingForInput ?? false,
    ...(waitingForInput === true && waitingFor !== undefined ? { waitingFor } : {}),
    unread: unread ?? false,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
