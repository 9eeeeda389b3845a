import * as z from 'zod/mini';

/**
 * Ids are lower-case UUIDs (RFC 9562). They are branded so that one kind can never be passed where another is meant.
 * A generation's id is chosen by the client and used once; all others are chosen by the server.
 */
const uuid = z
  .string()
  .check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'must be a lower-case UUID'));

export const userIdSchema = uuid.brand<'UserId'>();
export const conversationIdSchema = uuid.brand<'ConversationId'>();
export const messageIdSchema = uuid.brand<'MessageId'>();
export const generationIdSchema = uuid.brand<'GenerationId'>();
/** Chosen by the client for one command to a running generation, so that a repeated request is recognised. */
export const commandIdSchema = uuid.brand<'CommandId'>();
/** One signed-in device. */
export const sessionIdSchema = z.string().check(z.minLength(1), z.maxLength(100)).brand<'SessionId'>();

export type UserId = z.infer<typeof userIdSchema>;
export type ConversationId = z.infer<typeof conversationIdSchema>;
export type MessageId = z.infer<typeof messageIdSchema>;
export type GenerationId = z.infer<typeof generationIdSchema>;
export type CommandId = z.infer<typeof commandIdSchema>;
export type SessionId = z.infer<typeof sessionIdSchema>;

export const agentIdSchema = uuid.brand<'AgentId'>();
export const groupIdSchema = uuid.brand<'GroupId'>();
/** A tool's answer that was too long, or not text, and is kept apart from the message. */
export const toolResultIdSchema = uuid.brand<'ToolResultId'>();

export type AgentId = z.infer<typeof agentIdSchema>;
export type GroupId = z.infer<typeof groupIdSchema>;
export type ToolResultId = z.infer<typeof toolResultIdSchema>;

/** A file of somebody's: uploaded, or written by code. One id is one content for ever. */
export const fileIdSchema = uuid.brand<'FileId'>();
/** One run of code, chosen by whoever asks for it, so that a repeated request is recognised. */
export const codeRunIdSchema = uuid.brand<'CodeRunId'>();

/** A folder of somebody's conversations with instructions of its own. */
export const projectIdSchema = uuid.brand<'ProjectId'>();

/** What somebody chats with again: a model or an agent with its settings. */
export const presetIdSchema = uuid.brand<'PresetId'>();
/** A prompt of the library, with all its versions. */
export const promptGroupIdSchema = uuid.brand<'PromptGroupId'>();

/** A link to a snapshot of a conversation. */
export const shareIdSchema = uuid.brand<'ShareId'>();
export type ShareId = z.infer<typeof shareIdSchema>;

export type PresetId = z.infer<typeof presetIdSchema>;
export type PromptGroupId = z.infer<typeof promptGroupIdSchema>;
export type ProjectId = z.infer<typeof projectIdSchema>;
export type FileId = z.infer<typeof fileIdSchema>;
export type CodeRunId = z.infer<typeof codeRunIdSchema>;

/** One file of conversations that somebody brings along. */
export const importIdSchema = uuid.brand<'ImportId'>();
export type ImportId = z.infer<typeof importIdSchema>;
