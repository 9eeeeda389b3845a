import type { Conversation, ConversationId, MessageId, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { duplicateKeyField } from '../duplicate-key.ts';
import { conversationDocumentSchema } from '../schemas/conversation-document.ts';
import type { ConversationDocument } from '../schemas/conversation-document.ts';

/** What a copy is of. */
export interface CopyOrigin {
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
}

/** What a copy has of the conversation it is of. */
export type CopiedConversation = Pick<
  Conversation,
  'id' | 'title' | 'endpoint' | 'model' | 'agent' | 'tools' | 'settings' | 'spec' | 'tags' | 'projectId' | 'expiresAt'
>;

/** What a conversation is that is brought along from elsewhere. */
export type ImportedConversation = Omit<CopiedConversation, 'expiresAt'> &
  Pick<Conversation, 'archived' | 'pin' | 'createdAt' | 'updatedAt'>;

/** A conversation of whatever origin, as far as a copy asks about it. */
export interface CopyState {
  /** Absent while it is being deleted. */
  readonly userId: UserId | undefined;
  readonly isFinished: boolean;
  readonly forkedFrom: CopyOrigin | undefined;
}

/** Conversations that are copied from others: nobody sees one before all of it is there. */
export interface ConversationCopyRepository {
  /** Begins a copy, of one's own conversation if an origin is named; does nothing where there is a conversation of that id. */
  begin(userId: UserId, copy: CopiedConversation, origin: CopyOrigin | undefined, at: Date): Promise<void>;
  /** Begins a conversation that is brought along; does nothing where there is one of that id. */
  beginImport(userId: UserId, imported: ImportedConversation, at: Date): Promise<void>;
  find(id: ConversationId): Promise<CopyState | undefined>;
  /** Shows a copy to its owner; returns whether it was waiting for that. */
  publish(userId: UserId, id: ConversationId): Promise<boolean>;
  /** Has unfinished copies that were begun before `date` removed like deleted conversations. */
  abandon(before: Date, at: Date): Promise<void>;
}

/** Copies in the `conversations` collection. */
export function createConversationCopyRepository(connection: Connection): ConversationCopyRepository {
  const model = connection.model<ConversationDocument>('Conversation', conversationDocumentSchema);

  async function add(id: ConversationId, conversation: Omit<ConversationDocument, '_id'>): Promise<void> {
    try {
      await model.updateOne({ _id: id }, { $setOnInsert: conversation }, { upsert: true });
    } catch (error) {
      if (duplicateKeyField(error) !== '_id') throw error;
    }
  }

  return {
    async begin(userId, copy, origin, at) {
      const { id, expiresAt } = copy;
      const conversation: Omit<ConversationDocument, '_id'> = {
        ...chosenFields(copy),
        ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
        titleBy: 'user',
        archived: false,
        runningGenerationId: null,
        unread: false,
        ...(origin === undefined ? {} : { forkedFrom: origin }),
        copying: { by: userId, since: at },
        createdAt: at,
        updatedAt: at,
      };
      await add(id, conversation);
    },

    async beginImport(userId, imported, at) {
      const { id, archived, pin, createdAt, updatedAt } = imported;
      await add(id, {
        ...chosenFields(imported),
        archived,
        ...(pin === undefined ? {} : { pin }),
        titleBy: 'user',
        runningGenerationId: null,
        unread: false,
        copying: { by: userId, since: at },
        createdAt: new Date(createdAt),
        updatedAt: new Date(updatedAt),
      });
    },

    async find(id) {
      const found = await model.findById(id, { userId: 1, copying: 1, forkedFrom: 1 }).lean();
      if (found === null) return undefined;
      const { userId, copying, forkedFrom } = found;
      return { userId: userId ?? copying?.by, isFinished: copying === undefined, forkedFrom };
    },

    async publish(userId, id) {
      const result = await model.updateOne(
        { _id: id, 'copying.by': userId },
        { $set: { userId }, $unset: { copying: 1 } },
      );
      return result.matchedCount === 1;
    },

    async abandon(before, at) {
      const begun = { 'copying.since': { $gte: new Date(0), $lt: before } };
      await model.updateMany(begun, { $set: { deletedAt: at }, $unset: { copying: 1 } });
    },
  };
}

function chosenFields(copy: Omit<CopiedConversation, 'id' | 'expiresAt'>) {
  const { title, endpoint, model, agent, tools, settings, spec, tags, projectId } = copy;
  return {
    title,
    endpoint,
    model,
    tools,
    ...(agent === undefined ? {} : { agent }),
    ...(settings === undefined ? {} : { settings }),
    ...(spec === undefined ? {} : { spec }),
    ...(tags === undefined ? {} : { tags }),
    ...(projectId === undefined ? {} : { projectId }),
  };
}
