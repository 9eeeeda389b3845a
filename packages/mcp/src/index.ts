export type { McpContent } from './core/mcp-content.ts';
export type { McpElicitation, McpElicitationAnswer } from './core/mcp-elicitation.ts';
export { McpError } from './core/mcp-error.ts';
export type { McpErrorCode } from './core/mcp-error.ts';
export type { McpHub, McpServerInfo, McpStatus } from './core/mcp-hub.ts';
export type { McpLimits } from './core/mcp-limits.ts';
export type { McpLog } from './core/mcp-log.ts';
export type { McpCompletion, McpCompletionRequest, McpPrompt, McpPromptMessage } from './core/mcp-prompt.ts';
export type { McpResource, McpResourceContent, McpResourceTemplate } from './core/mcp-resource.ts';
export type { McpSamplingAnswer, McpSamplingRequest } from './core/mcp-sampling.ts';
export type { McpHttpTransport, McpServer, McpStdioTransport, McpTarget } from './core/mcp-server.ts';
export type {
  McpLogEntry,
  McpProgress,
  McpTool,
  McpToolAnnotations,
  McpToolCall,
  McpToolList,
  McpToolResult,
} from './core/mcp-tool.ts';
export { createMcpHub } from './hub/create-mcp-hub.ts';
export type { McpHubOptions } from './hub/create-mcp-hub.ts';
export { mcpClientMetadataDocument } from './oauth/client-metadata-document.ts';
export { createMcpSignIn } from './oauth/create-mcp-sign-in.ts';
export type { McpSecretStore } from './oauth/mcp-secret-store.ts';
export type { McpOAuthSettings, McpSignIn } from './oauth/mcp-sign-in.ts';
export { McpSignInError } from './oauth/mcp-sign-in-error.ts';
export type { McpSignInErrorCode } from './oauth/mcp-sign-in-error.ts';
