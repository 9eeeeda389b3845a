import {
  createDockerEngine,
  createRemoteRunner,
  createRunner,
  defaultLimits,
  dockerAddress,
  SandboxError,
} from '@parley/sandbox';
import type { SandboxLog, SandboxRunner } from '@parley/sandbox';
import type { ConversationId, UserId } from '@parley/contracts';
import type { Router } from 'express';
import type { Logger } from 'pino';
import type { ApiKeyService } from './api-keys/api-key-service.ts';
import type { Authenticator } from './auth/authenticator.ts';
import { createAdmission } from './code-api/admit-program.ts';
import { createCodeApiRouter } from './code-api/code-api-routes.ts';
import { createCodeApiService } from './code-api/code-api-service.ts';
import { isSessionId } from './code-api/session-id.ts';
import { createWaitingPrograms } from './code-api/waiting-programs.ts';
import { createCodeRouter } from './code/code-routes.ts';
import { createCode } from './code/create-code.ts';
import type { Code } from './code/create-code.ts';
import { sandboxInstance } from './code/sandbox-instance.ts';
import type { AppConfig } from './config/app-config.ts';
import type { CodeConfig } from './config/code-config.ts';
import type { Database } from './database/connect.ts';
import type { Repositories } from './database/create-repositories.ts';
import { createFileBucket } from './database/file-bucket.ts';
import { openFiles } from './files/create-files.ts';
import type { Workspaces } from './files/publish-files.ts';
import { createFileRouter } from './files/file-routes.ts';
import { readUpload } from './files/read-upload.ts';
import type { WorkspaceFiles } from './files/workspace-files.ts';
import type { ConversationAccess } from './participants/conversation-access.ts';
import type { Mount } from './http/mount.ts';
import type { Shutdown } from './shutdown.ts';

interface CodeOptions {
  readonly config: AppConfig;
  readonly log: Logger;
  readonly repositories: Pick<Repositories, 'codeRuns' | 'conversations' | 'fileRecords'>;
  readonly participation: Pick<ConversationAccess, 'find'>;
  readonly connection: Database['connection'];
  /** Instead of the runner that the configuration names; for tests. */
  readonly createSandbox?: (() => SandboxRunner) | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface RouterOptions {
  readonly mount: Mount;
  readonly apiKeys: Pick<ApiKeyService, 'find'>;
  readonly authenticator: Pick<Authenticator, 'byAccessToken'>;
}

interface StartedCode extends Pick<Code, 'runs' | 'origin'> {
  readonly files: WorkspaceFiles;
  routers(options: RouterOptions): Router[];
}

/** Files of conversations, and code that works on them. */
export async function startCode(options: CodeOptions, shutdown: Shutdown): Promise<StartedCode> {
  const { config, log, repositories, participation, connection, createSandbox, now } = options;
  const { conversations, codeRuns, fileRecords: records } = repositories;
  const hasWorkspace = async (userId: UserId, id: ConversationId): Promise<boolean> =>
    (await conversations.find(userId, id)) !== undefined || (await participation.find(id, userId)) !== undefined;
  const workspaces: Workspaces = {
    has: async (userId, id) => isSessionId(id) || (await hasWorkspace(userId, id)),
    isSession: isSessionId,
  };
  const opened = await openFiles({ config, records, bucket: createFileBucket(connection), workspaces, log, now });
  shutdown.add('upkeep of files', () => Promise.resolve(opened.close()));
  const files = opened.workspaceFiles;

  const settings = config.code ?? { ...usual, ...(createSandbox === undefined ? { off: notSetUp } : {}) };
  const runner = createSandbox === undefined ? openRunner(settings, sandboxInstance(config), log) : createSandbox();
  shutdown.add('sandbox', () => runner.close());
  const isSoleProducer = config.mongoUri === undefined;
  const code = createCode({ config: settings, runner, files, runs: codeRuns, hasWorkspace, isSoleProducer, log, now });
  shutdown.add('runs of code', () => code.runs.close());
  const programs = createWaitingPrograms();
  shutdown.add('programs that wait', () => Promise.resolve(programs.close()));
  // Looked at now, so that the first turn need not wait for the engine's self-test.
  void code.status();

  return {
    runs: code.runs,
    origin: code.origin,
    files,
    routers: ({ mount, apiKeys, authenticator }) => [
      createCodeRouter({ code: code.service, mount }),
      createFileRouter({ files, workspaces, mount }),
      createCodeApiRouter({
        codeApi: createCodeApiService({ runs: code.runs, files, programs }),
        isEnabled: async () => (await code.status()).enabled,
        admit: createAdmission({
          findKey: (secret) => apiKeys.find(secret),
          byAccessToken: (request, response) => authenticator.byAccessToken(request, response),
        }),
        readUpload,
        mount,
      }),
    ],
  };
}

const usual: CodeConfig = { isForModels: true, runner: { kind: 'embedded' }, limits: defaultLimits };
const notSetUp = { reason: 'It is not set up here.' };

function openRunner({ off, runner, limits }: CodeConfig, instance: string, logger: Logger): SandboxRunner {
  if (off !== undefined) return createIdleRunner(off.reason);
  if (runner.kind === 'remote') return createRemoteRunner(runner);
  const { dockerHost, runtime, concurrency, perOwner } = runner;
  const log: SandboxLog = (level, message, fields) => logger[level](fields, message);
  const engine = createDockerEngine({
    docker: dockerAddress(dockerHost),
    instance,
    limits,
    log,
    ...(runtime === undefined ? {} : { runtime }),
  });
  return createRunner({
    engine,
    limits,
    log,
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(perOwner === undefined ? {} : { perOwner }),
  });
}

/** Runs nothing. */
function createIdleRunner(reason: string): SandboxRunner {
  return {
    status: () => Promise.resolve({ enabled: false, reason, languages: [] }),
    async *run() {
      yield* [];
      throw new SandboxError('unavailable', reason);
    },
    closeWorkspace: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
