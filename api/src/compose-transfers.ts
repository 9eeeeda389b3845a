import path from 'node:path';
import type { Router } from 'express';
import type { Logger } from 'pino';
import { endCalls } from './compose-messages.ts';
import type { AppConfig } from './config/app-config.ts';
import type { Repositories } from './database/create-repositories.ts';
import type { Mount } from './http/mount.ts';
import type { ProjectService } from './projects/project-service.ts';
import type { Shutdown } from './shutdown.ts';
import { createExportService } from './transfers/export-service.ts';
import { createImportService } from './transfers/import-service.ts';
import { createTransferRouter } from './transfers/transfer-routes.ts';

interface TransfersOptions {
  readonly repositories: Repositories;
  readonly config: AppConfig;
  readonly projects: ProjectService;
  readonly mount: Mount;
  readonly log: Logger;
  readonly shutdown: Shutdown;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Conversations in and out as files; imports that an earlier process left go on when it resolves. */
export async function createTransfers(options: TransfersOptions): Promise<Router> {
  const { repositories, config, projects, mount, log, shutdown, now } = options;
  const imports = createImportService({
    ...repositories,
    projects,
    endpoints: config.endpoints.map(({ name, models }) => ({ name, models: models.default })),
    endCalls,
    folder: path.join(config.dataDir, 'imports'),
    isSoleProducer: config.mongoUri === undefined,
    log,
    now,
  });
  shutdown.add('imports', () => imports.close());
  await imports.resume();
  return createTransferRouter({ imports, exports: createExportService({ ...repositories, now }), mount });
}
