import { agentsEndpoint } from '@parley/contracts';
import type { AgentRef, Conversation, ConversationId, GenerationId, ToolRef, UserId } from '@parley/contracts';
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
  readonly after?: ConversationPosition | undefined;
  readonly limit: number;
}

/** A turn as its conversation remembers it. */
export interface ConversationTurn {
  readonly generationId: GenerationId;
  readonly endpoint: string;
  readonly model: string;
  /** None unless told. */
  readonly tools?: readonly ToolRef[];
  /** The version that answers, when an agent does. */
  readonly agent?: AgentRef | undefined;
  readonly at: Date;
}

/** The conversations of the person named in each call; nobody else's can be found. */
export interface ConversationRepository {
  /** Newest first by (updatedAt, id). */
  list(userId: UserId, query: ConversationQuery): Promise<Conversation[]>;
  find(userId: UserId, id: ConversationId): Promise<Conversation | undefined>;
  /** Stores a conversation that begins with `turn`, titled by its prompt; does nothing when it is there. */
  begin(userId: UserId, id: ConversationId, title: string, turn: ConversationTurn): Promise<void>;
  /** Notes that a turn runs; returns whether the conversation is there. */
  beginTurn(userId: UserId, id: ConversationId, turn: ConversationTurn): Promise<boolean>;
  /**
   * Notes that a turn has ended and nobody has seen its answer, unless another one has begun. `passedTo` is the agent
   * that goes on with the conversation, where the answer says so.
   */
  endTurn(id: ConversationId, generationId: GenerationId, at: Date, passedTo?: AgentRef): Promise<void>;
  /** Notes whether a running turn waits for its user. */
  setWaiting(id: ConversationId, generationId: GenerationId, isWaiting: boolean): Promise<void>;
  /** Changes what its owner may change; a title is the owner's from then on. */
  update(
    userId: UserId,
    id: ConversationId,
    change: { title?: string | undefined; archived?: boolean | undefined },
  ): Promise<Conversation | undefined>;
  /** Notes that its owner has seen the newest answer; the conversation if that was news. */
  markRead(userId: UserId, id: ConversationId): Promise<Conversation | undefined>;
  /** Replaces the title made of the prompt, once; returns whether it did. */
  setModelTitle(id: ConversationId, title: string): Promise<boolean>;
  /** Takes a conversation away from its owner at once; returns whether it was there. What belonged to it is still there. */
  markDeleted(userId: UserId, id: ConversationId, at: Date): Promise<boolean>;
  /** Conversations that were marked as deleted and not removed yet. */
  listDeleted(): Promise<ConversationId[]>;
  /** Removes a conversation that was marked as deleted. */
  remove(id: ConversationId): Promise<void>;
}

/** Conversations in the `conversations` collection. */
export function createConversationRepository(connection: Connection): ConversationRepository {
  const model = connection.model<ConversationDocument>('Conversation', conversationDocumentSchema);

  return {
    async list(userId, { archived, after, limit }) {
      const rest =
        after === undefined
          ? {}
          : {
              // The first line alone bounds the index scan.
              updatedAt: { $lte: after.updatedAt },
              $or: [{ updatedAt: { $lt: after.updatedAt } }, { _id: { $lt: after.id } }],
            };
      const documents = await model
        .find({ userId, archived, ...rest })
        .sort({ updatedAt: -1, _id: -1 })
        .limit(limit)
        .lean();
      return documents.map(toConversation);
    },

    async find(userId, id) {
      const document = await model.findOne({ _id: id, userId }).lean();
      return document === null ? undefined : toConversation(document);
    },

    async begin(userId, id, title, { generationId, endpoint, model: modelName, tools = [], agent, at }) {
      const conversation: Omit<ConversationDocument, '_id'> = {
        userId,
        title,
        titleBy: 'prompt',
        endpoint,
        model: modelName,
        ...(agent === undefined ? {} : { agent }),
        tools,
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

    async beginTurn(userId, id, { generationId, endpoint, model: modelName, tools = [], agent, at }) {
      const turn = { runningGenerationId: generationId, endpoint, model: modelName, tools, updatedAt: at };
      const change = agent === undefined ? { $set: turn, $unset: { agent: 1 } } : { $set: { ...turn, agent } };
      const result = await model.updateOne({ _id: id, userId }, change);
      return result.matchedCount === 1;
    },

    async endTurn(id, generationId, at, passedTo) {
      const passing = passedTo === undefined ? {} : { endpoint: agentsEndpoint, model: passedTo.id, agent: passedTo };
      const ended = { runningGenerationId: null, waitingForInput: false, unread: true, updatedAt: at };
      await model.updateOne({ _id: id, runningGenerationId: generationId }, { $set: { ...ended, ...passing } });
    },

    async setWaiting(id, generationId, isWaiting) {
      await model.updateOne({ _id: id, runningGenerationId: generationId }, { $set: { waitingForInput: isWaiting } });
    },

    async update(userId, id, { title, archived }) {
      const change = {
        ...(title === undefined ? {} : { title, titleBy: 'user' as const }),
        ...(archived === undefined ? {} : { archived }),
      };
      const document = await model
        .findOneAndUpdate({ _id: id, userId }, { $set: change }, { returnDocument: 'after' })
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
        { $set: { title, titleBy: 'model' } },
      );
      return result.matchedCount === 1;
    },

    async markDeleted(userId, id, at) {
      const result = await model.updateOne({ _id: id, userId }, { $set: { deletedAt: at }, $unset: { userId: 1 } });
      return result.matchedCount === 1;
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

function toConversation(document: ConversationDocument): Conversation {
  const { _id, title, endpoint, model, agent, tools, archived, createdAt, updatedAt } = document;
  const { runningGenerationId, waitingForInput, unread } = document;
  return {
    id: _id,
    title,
    endpoint,
    model,
    ...(agent === undefined ? {} : { agent }),
    tools: [...(tools ?? [])],
    archived,
    runningGenerationId,
    waitingForInput: waitingForInput ?? false,
    unread: unread ?? false,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
