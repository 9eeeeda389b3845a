export {
  agentIdSchema,
  codeRunIdSchema,
  commandIdSchema,
  conversationIdSchema,
  fileIdSchema,
  generationIdSchema,
  groupIdSchema,
  importIdSchema,
  messageIdSchema,
  presetIdSchema,
  projectIdSchema,
  promptGroupIdSchema,
  sessionIdSchema,
  shareIdSchema,
  toolResultIdSchema,
  userIdSchema,
} from './entities/ids.ts';
export type {
  AgentId,
  CodeRunId,
  CommandId,
  ConversationId,
  FileId,
  GenerationId,
  GroupId,
  ImportId,
  MessageId,
  PresetId,
  ProjectId,
  PromptGroupId,
  SessionId,
  ShareId,
  ToolResultId,
  UserId,
} from './entities/ids.ts';
export { fileRefSchema, mostPromptFiles, storedFileSchema } from './entities/stored-file.ts';
export type { FileRef, StoredFile } from './entities/stored-file.ts';
export {
  callExecutionSchema,
  codeLanguageSchema,
  codeRunEventSchema,
  codeRunResultSchema,
  codeRunSummarySchema,
  codeStatusSchema,
} from './entities/code-run.ts';
export type {
  CallExecution,
  CodeLanguage,
  CodeRunEvent,
  CodeRunReason,
  CodeRunResult,
  CodeRunSummary,
  CodeStatus,
} from './entities/code-run.ts';
export { deviceSchema } from './entities/device.ts';
export type { Device } from './entities/device.ts';
export { draftPlaceSchema, draftSchema } from './entities/draft.ts';
export type { Draft, DraftPlace } from './entities/draft.ts';
export { timestampSchema } from './entities/timestamp.ts';
export type { Timestamp } from './entities/timestamp.ts';
export { roleSchema, userSchema } from './entities/user.ts';
export type { Role, User } from './entities/user.ts';
export { conversationSchema, mostTags, tagSchema } from './entities/conversation.ts';
export type { Conversation } from './entities/conversation.ts';
export { mostParticipants, participantSchema, personSchema, presentPersonSchema } from './entities/participant.ts';
export type { Participant, Person, PresentPerson } from './entities/participant.ts';
export { presetFileSchema, presetSettingsSchema } from './entities/preset.ts';
export type { Preset, PresetSettings } from './entities/preset.ts';
export type { ModelSpec } from './entities/model-spec.ts';
export { promptTextSchema } from './entities/prompt-group.ts';
export type { PromptCard, PromptGroup, PromptVersion } from './entities/prompt-group.ts';
export { fillInPrompt, mostVariables, promptVariables } from './entities/prompt-variables.ts';
export type { PromptValues, PromptVariable } from './entities/prompt-variables.ts';
export { mostProjects, projectColors, projectSchema, projectSettingsSchema } from './entities/project.ts';
export type { Project, ProjectSettings } from './entities/project.ts';
export { turnSettingsSchema } from './entities/turn-settings.ts';
export type { TurnSettings } from './entities/turn-settings.ts';
export { stepTraceSchema } from './entities/answer-trace.ts';
export type { AnswerTrace, StepTrace } from './entities/answer-trace.ts';
export { mostShares, shareDaysSchema } from './entities/share.ts';
export type { Share, ShareAccess, ShareDays, SharedMessage, SharedPart } from './entities/share.ts';
export { usageSchema } from './entities/usage.ts';
export type { Usage } from './entities/usage.ts';
export {
  mostToolRefs,
  toolEffectSchema,
  toolInfoSchema,
  toolRefSchema,
  toolRefsSchema,
  toolSourceSchema,
} from './entities/tool.ts';
export type { ToolEffect, ToolHints, ToolInfo, ToolRef, ToolSource } from './entities/tool.ts';
export { approvalScopeSchema, inputAnswerSchema, inputRequestSchema } from './entities/input-request.ts';
export type { ApprovalScope, InputAnswer, InputRequest } from './entities/input-request.ts';
export {
  accessGrantSchema,
  accessRoleSchema,
  groupSchema,
  namedPrincipalSchema,
  principalSchema,
  sharedTypeSchema,
} from './entities/access.ts';
export type { AccessGrant, AccessRole, Group, NamedPrincipal, Principal, SharedType } from './entities/access.ts';
export {
  agentFileSchema,
  agentLimitsSchema,
  agentRefSchema,
  agentSchema,
  agentsEndpoint,
  agentSettingsSchema,
  agentVersionSchema,
  modelParametersSchema,
} from './entities/agent.ts';
export type {
  Agent,
  AgentFile,
  AgentLimits,
  AgentRef,
  AgentSettings,
  AgentVersion,
  ModelParameters,
} from './entities/agent.ts';
export {
  mcpServerNameSchema,
  mcpServerSchema,
  mcpServerSettingsSchema,
  mcpVariableSchema,
} from './entities/mcp-server.ts';
export type { McpServerSettings, McpServerState, McpServerView, McpVariable } from './entities/mcp-server.ts';
export { storedAppSchema } from './entities/stored-app.ts';
export type { StoredApp } from './entities/stored-app.ts';
export { actionOperationSchema, actionSetSchema, actionSetSettingsSchema } from './entities/action-set.ts';
export type { ActionOperation, ActionSet, ActionSetSettings } from './entities/action-set.ts';
export { auditEntrySchema } from './entities/audit-entry.ts';
export type { AuditEntry } from './entities/audit-entry.ts';
export { apiKeySchema, apiKeyScopeSchema } from './entities/api-key.ts';
export type { ApiKey, ApiKeyScope } from './entities/api-key.ts';
export { attachmentSchema, messagePartSchema } from './entities/message-part.ts';
export type {
  Attachment,
  ErrorPart,
  FilePart,
  HandOffPart,
  MessagePart,
  NestedRun,
  QuotePart,
  ReasoningPart,
  SourcePart,
  SteerPart,
  TextPart,
  ToolCallPart,
} from './entities/message-part.ts';
export {
  answerGuidanceSchema,
  feedbackSchema,
  finishReasonSchema,
  messageSchema,
  messageStatusSchema,
} from './entities/message.ts';
export type {
  AnswerGuidance,
  Feedback,
  FinishReason,
  Message,
  MessageProgress,
  MessageStatus,
} from './entities/message.ts';
export { generationEventSchema } from './events/generation-event.ts';
export type { GenerationEvent, GenerationFinished, NewEvent, ProducerEvent } from './events/generation-event.ts';
export { foldMessage, foldParts, isGap, startProgress, totalUsage } from './events/fold-message.ts';
export type { RunningMessage } from './events/fold-message.ts';
export { hashText, messageText } from './events/hash-text.ts';
export { problem, problemCodeSchema, problemDocumentSchema, ProblemError, problems } from './problem.ts';
export type { ProblemCode, ProblemDocument, ProblemIssue, ProblemOptions } from './problem.ts';
export { defineRoute } from './routes/route.ts';
export type { Route, RouteArguments, RouteInput, RouteOutput } from './routes/route.ts';
export { authRoutes, loginBodySchema, registerBodySchema, sessionSchema, userRoutes } from './routes/auth-routes.ts';
export type { Session } from './routes/auth-routes.ts';
export { accountRoutes } from './routes/account-routes.ts';
export type { AccountHoldings } from './routes/account-routes.ts';
export { conversationRoutes, mostBulkIds, mostPins } from './routes/conversation-routes.ts';
export type { BulkChange, BulkOutcome } from './routes/conversation-routes.ts';
export { participantRoutes } from './routes/participant-routes.ts';
export { projectRoutes } from './routes/project-routes.ts';
export { shareRoutes } from './routes/share-routes.ts';
export { tagRoutes } from './routes/tag-routes.ts';
export type { TagCount } from './routes/tag-routes.ts';
export { accessRoutes } from './routes/access-routes.ts';
export { actionRoutes } from './routes/action-routes.ts';
export { agentRoutes, agentCategories } from './routes/agent-routes.ts';
export { agentsApiRoutes } from './routes/agents-api-routes.ts';
export { apiKeyRoutes } from './routes/api-key-routes.ts';
export { codeApiIdSchema, codeApiRoutes } from './routes/code-api-routes.ts';
export { codeRoutes } from './routes/code-routes.ts';
export { auditRoutes } from './routes/audit-routes.ts';
export { mcpRoutes } from './routes/mcp-routes.ts';
export { toolPolicySchema, toolRoutes } from './routes/tool-routes.ts';
export type { ToolPolicy } from './routes/tool-routes.ts';
export { mostPresets, presetRoutes } from './routes/preset-routes.ts';
export { mostPrompts, promptRoutes } from './routes/prompt-routes.ts';
export { longestImport, transferRoutes } from './routes/transfer-routes.ts';
export type { ExportFormat, Import, ImportFailure, LeftOut, SkipReason } from './routes/transfer-routes.ts';
export { deviceRoutes } from './routes/device-routes.ts';
export { draftRoutes } from './routes/draft-routes.ts';
export { comparisonRoutes } from './routes/comparison-routes.ts';
export type { ComparisonBody } from './routes/comparison-routes.ts';
export { modelResultSchema, mostCompared } from './entities/comparison.ts';
export type { Comparison, ComparisonChoice, ModelResult } from './entities/comparison.ts';
export { messageRoutes } from './routes/message-routes.ts';
export { longestSearch, searchRoutes } from './routes/search-routes.ts';
export type { MarkedText, SearchHit } from './routes/search-routes.ts';
export { foldText, foldWithOrigins } from './text/fold-text.ts';
export type { ForkScope, SentPiece } from './routes/message-routes.ts';
export {
  answerBodySchema,
  generationRoutes,
  generationStateSchema,
  longestQueue,
  maxPromptLength,
  queuedPromptSchema,
  startGenerationBodySchema,
  startedGenerationSchema,
} from './routes/generation-routes.ts';
export type {
  AnswerBody,
  GenerationState,
  QueuedPrompt,
  StartGenerationBody,
  StartedGeneration,
} from './routes/generation-routes.ts';
export { entranceSchema, handshakeRefusals, newsSchema, realtimePath } from './realtime.ts';
export type { ClientToServerEvents, Entrance, HandshakeRefusal, News, ServerToClientEvents } from './realtime.ts';
export { endpointSchema, modelRoutes, modelSchema } from './routes/model-routes.ts';
export type { AnswerersOffer, BeginChoice, Endpoint, Model } from './routes/model-routes.ts';
export { clientConfigSchema, configRoutes } from './routes/config-routes.ts';
export type { ClientConfig } from './routes/config-routes.ts';
export { docPageSchema, docRoutes } from './routes/doc-routes.ts';
export type { DocPage } from './routes/doc-routes.ts';
export type { ModelSpecConfig, ModelSpecPresetConfig } from './config/model-specs-config.ts';
export { customEndpointSchema, librechatConfigSchema } from './config/librechat-config.ts';
export type { CustomEndpoint, LibrechatConfig } from './config/librechat-config.ts';
export { mcpInterfaceConfigSchema, mcpServerConfigSchema, mcpSettingsConfigSchema } from './config/mcp-config.ts';
export type { McpServerEntry } from './config/mcp-config.ts';
export { knownKeys } from './config/known-keys.ts';
export type { KnownKeys } from './config/known-keys.ts';
