export { configFromEnvironment } from './config/config-from-environment.ts';
export type { Environment, EnvironmentOptions } from './config/config-from-environment.ts';
export { GatewayConfigError } from './config/gateway-config-error.ts';
export type { ConfigMistake } from './config/gateway-config-error.ts';
export { loadGatewayConfig } from './config/load-config.ts';
export type { ConfigFlags, LoadConfigOptions, LoadedConfig } from './config/load-config.ts';
export { nearestName } from './config/nearest-name.ts';
export { readYaml } from './config/yaml/yaml-source.ts';
export type { YamlSource } from './config/yaml/yaml-source.ts';
export { isGatewayVariable } from './config/lynkr/apply-lynkr-variables.ts';
export type { GatewayFace } from './config/lynkr/apply-lynkr-variables.ts';
export type { CacheStore } from './cache/cache-store.ts';
export type { CallObserver, CallOutcome } from './core/call-observer.ts';
export { createGateway } from './core/create-gateway.ts';
export type { GatewayOptions } from './core/create-gateway.ts';
export type { Gateway } from './core/gateway.ts';
export type { GatewayConfig, LogicalModel, ModelAddress, Provider } from './core/gateway-config.ts';
export { GatewayError, isGatewayErrorCode } from './core/gateway-error.ts';
export type { GatewayErrorCode, GatewayErrorDetails } from './core/gateway-error.ts';
export type { GatewayLog } from './core/gateway-log.ts';
export type { ModelEvent, ModelFinishReason, ModelUsage, ServedBy } from './core/model-event.ts';
export type {
  Dialect,
  ModelRequest,
  Part,
  Sampling,
  ToolCall,
  ToolChoice,
  ToolSpec,
  Turn,
} from './core/model-request.ts';
export type { OutputLimitField, ProviderStrategy, Target, Timeouts } from './core/provider-strategy.ts';
export { timeoutsFor } from './catalog/providers.ts';
export type { GuideDocument, GuideSection } from './dialects/guide/guide-document.ts';
export { loadGuideDocuments } from './dialects/guide/load-guide-documents.ts';
export { createGuideStrategy } from './dialects/guide/strategy.ts';
export { createOpenAiChatStrategy } from './dialects/openai-chat/strategy.ts';
export type { OpenAiChatOptions } from './dialects/openai-chat/strategy.ts';
export type { GatewayDescription, ListedModel } from './routing/model-directory.ts';
export { createMemoryRecordingLog } from './recordings/memory-recording-log.ts';
export { parseRecordingEntry } from './recordings/recording-log.ts';
export type { RecordingEntry, RecordingLog, RecordingStore } from './recordings/recording-log.ts';
export { GatewayServerError } from './server/gateway-server-error.ts';
export type { GatewayServerErrorCode } from './server/gateway-server-error.ts';
export { serveAnswer, serveJson } from './server/serve-answer.ts';
export type { AskedAnswer, ServedAnswer, ServeOptions } from './server/serve-answer.ts';
export { startGatewayServer } from './server/start-gateway-server.ts';
export type { GatewayServer, GatewayServerOptions } from './server/start-gateway-server.ts';
export { createDispatcher } from './transport/create-dispatcher.ts';
export { createModelCosts } from './usage/model-costs.ts';
export type { ModelCosts } from './usage/model-costs.ts';
export type { LedgerStore } from './usage/ledger-store.ts';
export { openSqliteLedger } from './usage/open-sqlite-ledger.ts';
