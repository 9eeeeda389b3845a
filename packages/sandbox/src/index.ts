export { checkFileName } from './core/file-name.ts';
export { findLanguage, languages } from './core/languages.ts';
export type { Language, LanguageId } from './core/languages.ts';
export { defaultLimits } from './core/limits.ts';
export type { RunLimits } from './core/limits.ts';
export { SandboxError } from './core/sandbox-error.ts';
export type { SandboxErrorCode } from './core/sandbox-error.ts';
export type {
  CallableTool,
  RunEvent,
  RunPorts,
  RunReason,
  RunRequest,
  RunResult,
  SandboxRunner,
  SandboxStatus,
  ToolAnswer,
  ToolCall,
  WorkspaceFile,
} from './core/run.ts';
export type { SandboxLog } from './core/sandbox-log.ts';
export { dockerAddress } from './cli/docker-address.ts';
export { createDockerEngine } from './docker/docker-engine.ts';
export type { SandboxEngine } from './engine/sandbox-engine.ts';
export { imageTag } from './images/image-tags.ts';
export { createRunner } from './runner/create-runner.ts';
export { pythonKeywords } from './runner/python-keywords.ts';
export { createRemoteRunner } from './server/create-remote-runner.ts';
