import { Schema } from 'mongoose';
import type {
  AgentRef,
  AnswerGuidance,
  CommandId,
  Comparison,
  ConversationId,
  FileRef,
  GenerationId,
  MessageId,
  MessageStatus,
  Person,
  ProjectId,
  QuotePart,
  SessionId,
  ToolRef,
  TurnSettings,
  UserId,
} from '@parley/contracts';
import { agentRef } from './agent-ref.ts';
import { fileRefs } from './file-ref.ts';

/** A signed-in device as it was called when it asked for something. */
export interface AskingDevice {
  readonly id: SessionId;
  readonly name: string;
}

/** Words of an earlier message that a prompt is about. */
export type Quote = Readonly<Omit<QuotePart, 'type'>>;

/** How another answer to a prompt is to be written that is stored already. */
export interface AnswerAgain {
  readonly guidance?: AnswerGuidance;
  /** The answer it goes on from, and the first step after those of that one. */
  readonly continues?: { readonly messageId: MessageId; readonly firstStep: number };
}

/** Another answer to the same prompt that is written at the same time as that of the generation that holds it. */
export interface LanePlan {
  readonly generationId: GenerationId;
  readonly responseMessageId: MessageId;
  readonly endpoint: string;
  readonly model: string;
  readonly tools: readonly ToolRef[];
  readonly agent?: AgentRef;
  readonly settings?: TurnSettings;
  readonly spec?: string;
}

/** A prompt that waits for its turn. */
export interface QueuedPromptDocument {
  readonly generationId: GenerationId;
  readonly text: string;
  readonly endpoint: string;
  readonly model: string;
  readonly tools?: readonly ToolRef[];
  /** What comes along with it. */
  readonly files?: readonly FileRef[];
  readonly quotes?: readonly Quote[];
  readonly settings?: TurnSettings;
  readonly spec?: string;
  /** The version that was asked for. */
  readonly agentVersion?: number;
  /** The version that will answer. */
  readonly agent?: AgentRef;
  readonly createdAt: Date;
  readonly queuedBy: AskingDevice | null;
  /** Who asks, where that is not the conversation's owner. */
  readonly askedBy?: Person;
}

/** A command that was accepted, with the SHA-256 of its text, by which a repeated one is recognised. */
export interface AcceptedCommand {
  readonly id: CommandId;
  readonly hash: string;
  /** Of its text, in UTF-16 units. */
  readonly length: number;
}

/** A generation as it is stored: everything that is needed to begin it, to repeat its acceptance and to continue it. */
export interface GenerationDocument {
  readonly _id: GenerationId;
  /** The owner of its conversation. */
  readonly userId: UserId;
  /** Who asks, where that is somebody who takes part: it runs with what is theirs, and nothing of the owner's. */
  readonly askedBy?: Person;
  readonly conversationId: ConversationId;
  /** Whether this turn is the one that began its conversation. */
  readonly startsConversation: boolean;
  readonly parentMessageId: MessageId | null;
  readonly userMessageId: MessageId;
  readonly responseMessageId: MessageId;
  readonly endpoint: string;
  readonly model: string;
  /** What the model may call in this turn, beside an agent's own tools. */
  readonly tools?: readonly ToolRef[];
  /** The version that answers, when the endpoint is `agents`. */
  readonly agent?: AgentRef;
  /** What it is told beside its prompt, when no agent answers. */
  readonly settings?: TurnSettings;
  /** The entry of `modelSpecs` that was chosen. */
  readonly spec?: string;
  /** Present when its prompt was there before it. */
  readonly again?: AnswerAgain;
  /** What is compared with its answer. The generations of these begin after it. */
  readonly lanes?: readonly LanePlan[];
  /** Of the comparison: what its prompt shows. */
  readonly comparison?: Comparison;
  /**
   * It keeps its conversation to itself until all its lanes have ended, also after its own end; `opening` until they all
   * have begun.
   */
  readonly holds?: 'opening' | 'open';
  /** The answer that what follows continues, where that may be one of its lanes'. */
  readonly keeps?: MessageId;
  /** It is a lane of that generation, the how manieth. */
  readonly lane?: { readonly of: GenerationId; readonly number: number };
  /** Of the conversation it begins. */
  readonly projectId?: ProjectId;
  /** When the conversation it begins is deleted, if that is a temporary one. */
  readonly expiresAt?: Date;
  /** SHA-256 of what was asked, by which a repeated request is recognised. */
  readonly requestHash: string;
  readonly createdAt: Date;
  readonly status: MessageStatus;
  /** Raised by everybody who takes the generation over; the log refuses those of an older epoch. */
  readonly epoch: number;
  /** How often a producer vanished in the middle of the current step. */
  readonly interruptions: number;
  /** Milliseconds that producers have worked on it, without the time it waited for its user. */
  readonly workedMs?: number;
  /** Since when a call of it waits for its user. */
  readonly waitingSince?: Date;
  readonly startedBy?: AskingDevice | null;
  /** What comes after this answer; it stays here when the answer is stopped or fails. */
  readonly queue?: readonly QueuedPromptDocument[];
  /** The queued prompt whose turn has come, until its generation is there. Nothing changes the queue meanwhile. */
  readonly next?: GenerationId;
  /** The generation in whose queue this one waited. */
  readonly continues?: GenerationId;
  readonly commands?: readonly AcceptedCommand[];
  /** The fields below are there while the status is `running`. */
  readonly prompt?: string;
  /** What came along with the prompt. */
  readonly files?: readonly FileRef[];
  readonly quotes?: readonly Quote[];
  /**
   * The conversation's id again: its unique index lets only one generation run in a conversation. Lanes have a place of
   * their own beside the generation that they belong to, which keeps its own until they have ended.
   */
  readonly runningIn?: string;
  /** The process that writes the answer; `null` when it has let go of it. */
  readonly leaseOwner?: string | null;
  /** Set and judged by the database's clock alone. Absent when nobody is to take it over before its user has answered. */
  readonly leaseExpiresAt?: Date;
  /** Its producer leaves it, or has left it, for nothing can be done before its user has answered. */
  readonly parked?: boolean;
}

const { Mixed } = Schema.Types;

const askingDevice = { type: new Schema({ id: String, name: String }, { _id: false }) };

export const generationDocumentSchema = new Schema<GenerationDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    askedBy: { type: Mixed },
    conversationId: { type: String, required: true },
    startsConversation: { type: Boolean, required: true },
    parentMessageId: { type: String },
    userMessageId: { type: String, required: true },
    responseMessageId: { type: String, required: true },
    endpoint: { type: String, required: true },
    model: { type: String, required: true },
    tools: { type: [String], default: undefined },
    agent: agentRef,
    settings: { type: Mixed },
    spec: { type: String },
    again: { type: Mixed },
    lanes: { type: Mixed },
    comparison: { type: Mixed },
    holds: { type: String },
    keeps: { type: String },
    lane: { type: Mixed },
    projectId: { type: String },
    expiresAt: { type: Date },
    requestHash: { type: String, required: true },
    createdAt: { type: Date, required: true },
    status: { type: String, enum: ['running', 'done', 'stopped', 'failed'], required: true },
    epoch: { type: Number, required: true },
    interruptions: { type: Number, required: true },
    workedMs: { type: Number },
    waitingSince: { type: Date },
    startedBy: askingDevice,
    queue: {
      type: [
        new Schema(
          {
            generationId: { type: String, required: true },
            text: { type: String, required: true },
            endpoint: { type: String, required: true },
            model: { type: String, required: true },
            tools: { type: [String], default: undefined },
            files: fileRefs,
            quotes: { type: Mixed },
            settings: { type: Mixed },
            spec: { type: String },
            agentVersion: { type: Number },
            agent: agentRef,
            createdAt: { type: Date, required: true },
            queuedBy: askingDevice,
            askedBy: { type: Mixed },
          },
          { _id: false },
        ),
      ],
      default: undefined,
    },
    next: { type: String },
    continues: { type: String },
    commands: {
      type: [
        new Schema(
          {
            id: { type: String, required: true },
            hash: { type: String, required: true },
            length: { type: Number, required: true },
          },
          { _id: false },
        ),
      ],
      default: undefined,
    },
    prompt: { type: String },
    files: fileRefs,
    quotes: { type: Mixed },
    runningIn: { type: String },
    leaseOwner: { type: String },
    leaseExpiresAt: { type: Date },
    parked: { type: Boolean },
  },
  { collection: 'generations', strict: 'throw', versionKey: false, _id: false },
);

generationDocumentSchema.index({ runningIn: 1 }, { unique: true, sparse: true });
generationDocumentSchema.index({ conversationId: 1 });
generationDocumentSchema.index({ leaseExpiresAt: 1 }, { sparse: true });
generationDocumentSchema.index({ next: 1 }, { sparse: true });
generationDocumentSchema.index({ holds: 1 }, { sparse: true });
