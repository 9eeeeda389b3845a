import type { Logger } from 'pino';
import type { AppConfig } from '../config/app-config.ts';
import type { FileBucket } from '../database/file-bucket.ts';
import type { FileRepository } from '../database/repositories/file-repository.ts';
import { createWorkspaceFiles } from './create-workspace-files.ts';
import type { Workspaces } from './publish-files.ts';
import { createFileIntake } from './file-intake.ts';
import { defaultFileLimits } from './file-limits.ts';
import type { FileLimits } from './file-limits.ts';
import { createFileRoom } from './file-room.ts';
import { createFileSweep } from './file-sweep.ts';
import { openStorage } from './storage/open-storage.ts';
import type { WorkspaceFiles } from './workspace-files.ts';

interface FilesOptions {
  readonly config: Pick<AppConfig, 'files' | 'dataDir' | 'mongoUri'>;
  readonly records: FileRepository;
  readonly bucket: FileBucket;
  readonly workspaces: Workspaces;
  /** Absent: the usual ones. */
  readonly limits?: FileLimits;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Files of conversations; what an earlier process left half done is gone when it resolves. */
export async function openFiles(options: FilesOptions): Promise<{
  readonly workspaceFiles: WorkspaceFiles;
  close(): void;
}> {
  const { config, records, limits = defaultFileLimits, log, now } = options;
  const storage = await openStorage(options);
  const room = createFileRoom({ records, limits, workspaces: options.workspaces });
  const intake = createFileIntake({ records, storage, room, limits, log, now });
  const workspaceFiles = createWorkspaceFiles({ ...options, storage, intake, room, limits });
  const sweep = createFileSweep({ records, intake, isSoleProducer: config.mongoUri === undefined, log, now });
  await sweep.start();
  return { workspaceFiles, close: () => sweep.stop() };
}
