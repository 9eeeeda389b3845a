import type { ConversationId, UserId } from '@parley/contracts';
import type { SandboxRunner } from '@parley/sandbox';
import type { Logger } from 'pino';
import type { CodeConfig } from '../config/code-config.ts';
import type { CodeRunRepository } from '../database/repositories/code-run-repository.ts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import type { ToolOrigin } from '../tools/tool.ts';
import type { CodeRuns } from './code-run.ts';
import { createCodeRuns } from './code-runs.ts';
import { createCodeService } from './code-service.ts';
import type { CodeService } from './code-service.ts';
import { createCodeStatus } from './code-status.ts';
import type { ReadCodeStatus } from './code-status.ts';
import { createCodeTools } from './code-tools.ts';

export interface Code {
  readonly service: CodeService;
  readonly runs: CodeRuns;
  readonly status: ReadCodeStatus;
  /** The tools of models. */
  readonly origin: ToolOrigin;
}

interface CodeOptions {
  readonly config: Pick<CodeConfig, 'off' | 'isForModels' | 'limits'>;
  readonly runner: SandboxRunner;
  readonly files: WorkspaceFiles;
  readonly runs: CodeRunRepository;
  /** Whether a conversation is somebody's, or they take part in it. */
  readonly hasWorkspace: (userId: UserId, id: ConversationId) => Promise<boolean>;
  /** See `createCodeRuns`. */
  readonly isSoleProducer: boolean;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Everything about running code. */
export function createCode({ config, runner, files, hasWorkspace, ...options }: CodeOptions): Code {
  const { limits } = config;
  const runs = createCodeRuns({ ...options, runner, files, limits });
  const { status, statusSoon } = createCodeStatus({ off: config.off, runner, limits });
  const service = createCodeService({ runs, status, files, hasWorkspace });
  const origin = createCodeTools({ runs, files, status: statusSoon, limits, isForModels: config.isForModels });
  return { service, runs, status, origin };
}
