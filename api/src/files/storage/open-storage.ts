import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { AppConfig } from '../../config/app-config.ts';
import type { FileBucket } from '../../database/file-bucket.ts';
import { createDiskStorage } from './disk-storage.ts';
import type { FileStorage } from './file-storage.ts';
import { createGridFsStorage } from './gridfs-storage.ts';
import { createS3Storage } from './s3-storage.ts';

interface StorageChoice {
  readonly config: Pick<AppConfig, 'files' | 'dataDir'>;
  readonly bucket: FileBucket;
}

/** The storage that the operator wants. */
export async function openStorage({ config, bucket }: StorageChoice): Promise<FileStorage> {
  const { dataDir, files } = config;
  if (files.kind === 'local') return createDiskStorage(path.join(dataDir, 'files'));
  if (files.kind === 'gridfs') return createGridFsStorage(bucket);
  // What a process was sending when it died is of no use any more.
  const spool = path.join(dataDir, 'files-on-their-way');
  await rm(spool, { recursive: true, force: true });
  return createS3Storage({ ...files.s3, spool });
}
