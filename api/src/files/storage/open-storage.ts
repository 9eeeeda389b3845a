import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { AppConfig } from '../../config/app-config.ts';
import type { FilesConfig } from '../../config/files-config.ts';
import type { FileBucket } from '../../database/file-bucket.ts';
import { createDiskStorage } from './disk-storage.ts';
import type { FileStorage } from './file-storage.ts';
import { createGridFsStorage } from './gridfs-storage.ts';
import { createS3Storage } from './s3-storage.ts';

interface StorageChoice {
  readonly config: Pick<AppConfig, 'files' | 'dataDir' | 'mongoUri'>;
  readonly bucket: FileBucket;
}

/** The storage that the operator wants; by itself, the database where there may be several servers, else the data folder. */
export async function openStorage({ config, bucket }: StorageChoice): Promise<FileStorage> {
  const { dataDir, mongoUri } = config;
  const files: FilesConfig = config.files ?? { kind: mongoUri === undefined ? 'local' : 'gridfs' };
  if (files.kind === 'local') return createDiskStorage(path.join(dataDir, 'files'));
  if (files.kind === 'gridfs') return createGridFsStorage(bucket);
  // What a process was sending when it died is of no use any more.
  const spool = path.join(dataDir, 'files-on-their-way');
  await rm(spool, { recursive: true, force: true });
  return createS3Storage({ ...files.s3, spool });
}
