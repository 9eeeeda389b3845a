export { conversationIdSchema, generationIdSchema, messageIdSchema, userIdSchema } from './entities/ids.ts';
export type { ConversationId, GenerationId, MessageId, UserId } from './entities/ids.ts';
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
export {
  generationRoutes,
  maxPromptLength,
  startGenerationBodySchema,
  startedGenerationSchema,
} from './routes/generation-routes.ts';
export type { StartGenerationBody, StartedGeneration } from './routes/generation-routes.ts';
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
