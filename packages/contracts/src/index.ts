export {
  commandIdSchema,
  conversationIdSchema,
  generationIdSchema,
  messageIdSchema,
  sessionIdSchema,
  userIdSchema,
} from './entities/ids.ts';
export type { CommandId, ConversationId, GenerationId, MessageId, SessionId, UserId } from './entities/ids.ts';
export { deviceSchema } from './entities/device.ts';
export type { Device } from './entities/device.ts';
export { draftPlaceSchema, draftSchema } from './entities/draft.ts';
export type { Draft, DraftPlace } from './entities/draft.ts';
export { timestampSchema } from './entities/timestamp.ts';
export type { Timestamp } from './entities/timestamp.ts';
export { roleSchema, userSchema } from './entities/user.ts';
export type { Role, User } from './entities/user.ts';
export { conversationSchema } from './entities/conversation.ts';
export type { Conversation } from './entities/conversation.ts';
export { usageSchema } from './entities/usage.ts';
export type { Usage } from './entities/usage.ts';
export { messagePartSchema } from './entities/message-part.ts';
export type {
  ErrorPart,
  MessagePart,
  ReasoningPart,
  SourcePart,
  SteerPart,
  TextPart,
  ToolCallPart,
} from './entities/message-part.ts';
export { finishReasonSchema, messageSchema, messageStatusSchema } from './entities/message.ts';
export type { FinishReason, Message, MessageProgress, MessageStatus } from './entities/message.ts';
export { generationEventSchema } from './events/generation-event.ts';
export type { GenerationEvent, GenerationFinished, ProducerEvent } from './events/generation-event.ts';
export { foldMessage, isGap, startProgress } from './events/fold-message.ts';
export type { RunningMessage } from './events/fold-message.ts';
export { hashText, messageText } from './events/hash-text.ts';
export { problem, problemCodeSchema, problemDocumentSchema, ProblemError, problems } from './problem.ts';
export type { ProblemCode, ProblemDocument, ProblemIssue, ProblemOptions } from './problem.ts';
export { defineRoute } from './routes/route.ts';
export type { Route, RouteArguments, RouteInput, RouteOutput } from './routes/route.ts';
export { authRoutes, loginBodySchema, registerBodySchema, sessionSchema, userRoutes } from './routes/auth-routes.ts';
export type { Session } from './routes/auth-routes.ts';
export { conversationRoutes } from './routes/conversation-routes.ts';
export { deviceRoutes } from './routes/device-routes.ts';
export { draftRoutes } from './routes/draft-routes.ts';
export {
  generationRoutes,
  generationStateSchema,
  longestQueue,
  maxPromptLength,
  queuedPromptSchema,
  startGenerationBodySchema,
  startedGenerationSchema,
} from './routes/generation-routes.ts';
export type {
  GenerationState,
  QueuedPrompt,
  StartGenerationBody,
  StartedGeneration,
} from './routes/generation-routes.ts';
export { entranceSchema, handshakeRefusals, newsSchema, realtimePath } from './realtime.ts';
export type { ClientToServerEvents, Entrance, HandshakeRefusal, News, ServerToClientEvents } from './realtime.ts';
export { endpointSchema, modelRoutes, modelSchema } from './routes/model-routes.ts';
export type { Endpoint, Model } from './routes/model-routes.ts';
export { clientConfigSchema, configRoutes } from './routes/config-routes.ts';
export type { ClientConfig } from './routes/config-routes.ts';
export { docPageSchema, docRoutes } from './routes/doc-routes.ts';
export type { DocPage } from './routes/doc-routes.ts';
export { customEndpointSchema, librechatConfigSchema } from './config/librechat-config.ts';
export type { CustomEndpoint, LibrechatConfig } from './config/librechat-config.ts';
export { knownKeys } from './config/known-keys.ts';
export type { KnownKeys } from './config/known-keys.ts';
