import { Schema } from 'mongoose';
import type {
  AgentRef,
  ConversationId,
  GenerationId,
  MessageId,
  Participant,
  Person,
  ProjectId,
  ToolRef,
  TurnSettings,
  UserId,
} from '@parley/contracts';
import { agentRef } from './agent-ref.ts';

/** A conversation as it is stored. */
export interface ConversationDocument {
  readonly _id: ConversationId;
  /** Absent from the moment its owner deletes it, so that no query finds it any more. */
  readonly userId?: UserId;
  readonly title: string;
  /** Who wrote the title: a later hand replaces an earlier one, never the other way round. */
  readonly titleBy: 'prompt' | 'model' | 'user';
  readonly endpoint: string;
  readonly model: string;
  /** The agent of the newest turn. */
  readonly agent?: AgentRef;
  /** Absent in conversations from before there were tools. */
  readonly tools?: readonly ToolRef[];
  /** What the newest turn was told beside its prompt. */
  readonly settings?: TurnSettings;
  /** The entry of `modelSpecs` that the newest turn was taken from. */
  readonly spec?: string;
  readonly projectId?: ProjectId;
  /** Absent: none. */
  readonly tags?: readonly string[];
  /** Present when it is pinned: its place among the pinned ones. */
  readonly pin?: number;
  /** Present in a temporary chat: when it is deleted. */
  readonly expiresAt?: Date;
  /** A call of the running answer waits for its user. */
  readonly waitingForInput?: boolean;
  /** Who that is, where it is not the owner; of no meaning while nothing waits. */
  readonly waitingFor?: Person;
  /** Who takes part, for people to read, its owner first; the `participants` collection alone says who may. */
  readonly participants?: readonly Participant[];
  readonly archived: boolean;
  readonly runningGenerationId: GenerationId | null;
  /** Absent in conversations from before it was noted. */
  readonly unread?: boolean;
  /** The search finds it by the title it has now. Whoever changes it takes this away in the same write. */
  readonly indexed?: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Where it was copied from. */
  readonly forkedFrom?: { readonly conversationId: ConversationId; readonly messageId: MessageId };
  /** Present while its messages are being copied: it is nobody's until they all are there. */
  readonly copying?: { readonly by: UserId; readonly since: Date };
  /** Present while what belonged to a deleted conversation is being removed; the document itself goes last. */
  readonly deletedAt?: Date;
}

export const conversationDocumentSchema = new Schema<ConversationDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String },
    title: { type: String, required: true },
    titleBy: { type: String, enum: ['prompt', 'model', 'user'], required: true },
    endpoint: { type: String, required: true },
    model: { type: String, required: true },
    agent: agentRef,
    tools: { type: [String], default: undefined },
    settings: { type: Schema.Types.Mixed },
    spec: { type: String },
    projectId: { type: String },
    tags: { type: [String], default: undefined },
    pin: { type: Number },
    expiresAt: { type: Date },
    waitingForInput: { type: Boolean },
    waitingFor: { type: Schema.Types.Mixed },
    participants: { type: Schema.Types.Mixed },
    archived: { type: Boolean, required: true },
    runningGenerationId: { type: String },
    unread: { type: Boolean },
    indexed: { type: Boolean },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    forkedFrom: { type: Schema.Types.Mixed },
    copying: { type: new Schema({ by: String, since: Date }, { _id: false }) },
    deletedAt: { type: Date },
  },
  { collection: 'conversations', strict: 'throw', versionKey: false, _id: false },
);

conversationDocumentSchema.index({ userId: 1, archived: 1, updatedAt: -1, _id: -1 });
conversationDocumentSchema.index({ userId: 1, tags: 1, archived: 1, updatedAt: -1, _id: -1 });
// One entry for each conversation that has tags, to count them.
conversationDocumentSchema.index(
  { userId: 1, 'tags.0': 1 },
  { partialFilterExpression: { 'tags.0': { $exists: true } } },
);
conversationDocumentSchema.index({ userId: 1, projectId: 1, archived: 1, updatedAt: -1, _id: -1 });
conversationDocumentSchema.index({ projectId: 1 }, { sparse: true });
conversationDocumentSchema.index({ userId: 1, pin: 1, _id: 1 });
conversationDocumentSchema.index({ deletedAt: 1 }, { sparse: true });
conversationDocumentSchema.index({ 'copying.since': 1 }, { sparse: true });
// Titles the search has yet to index.
conversationDocumentSchema.index({ indexed: 1 });
conversationDocumentSchema.index({ expiresAt: 1 }, { sparse: true });
