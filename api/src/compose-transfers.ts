import path from 'node:path';
import type { Router } from 'express';
import type { Logger } from 'pino';
import { endCalls } from './compose-messages.ts';
import type { AppConfig } from './config/app-config.ts';
import type { Repositories } from './database/create-repositories.ts';
import type { WorkspaceFiles } from './files/workspace-files.ts';
import type { Mount } from './http/mount.ts';
import type { Seats } from './participants/seats.ts';
import type { ProjectService } from './projects/project-service.ts';
import type { Shutdown } from './shutdown.ts';
import { createExportService } from './transfers/export-service.ts';
import { createImportService } from './transfers/import-service.ts';
import type { ImportService } from './transfers/import-service.ts';
import { createTransferRouter } from './transfers/transfer-routes.ts';

interface TransfersOptions {
  readonly repositories: Repositories;
  readonly config: AppConfig;
  readonly projects: ProjectService;
  readonly files: WorkspaceFiles;
  readonly seats: Pick<Seats, 'inConversation'>;
  readonly mount: Mount;
  readonly log: Logger;
  readonly shutdown: Shutdown;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface Transfers {
  readonly router: Router;
  readonly imports: ImportService;
}

/** Conversations in and out as files; imports that an earlier process left go on when it resolves. */
export async function createTransfers(options: TransfersOptions): Promise<Transfers> {
  const { repositories, config, projects, files, seats, mount, log, shutdown, now } = options;
  const imports = createImportService({
    ...repositories,
    projects,
    files,
    endpoints: config.endpoints.map(({ name, models }) => ({ name, models: models.default })),
    endCalls,
    folder: path.join(config.dataDir, 'imports'),
    isSoleProducer: config.mongoUri === undefined,
    log,
    now,
  });
  shutdown.add('imports', () => imports.close());
  await imports.resume();
  const router = createTransferRouter({
    imports,
    exports: createExportService({ ...repositories, files, now }),
    seats,
    mount,
  });
  return { router, imports };
}
