import type { EmbeddedMongoErrorCode } from './embedded-mongo-error.ts';
import type { Synchronous } from './store/open-store.ts';

/** What the worker is started with. */
export interface WorkerOptions {
  readonly directory: string;
  readonly synchronous: Synchronous;
}

/** What the worker tells its owner. */
export type WorkerMessage =
  | { readonly type: 'ready'; readonly socketPath: string }
  | { readonly type: 'failed'; readonly code: EmbeddedMongoErrorCode; readonly message: string }
  | { readonly type: 'log'; readonly level: 'info' | 'error'; readonly message: string }
  | { readonly type: 'closed' };

/** Reads the options a worker was given. */
export function readWorkerOptions(value: unknown): WorkerOptions {
  if (typeof value !== 'object' || value === null || !('directory' in value) || !('synchronous' in value)) {
    throw new TypeError('The worker was started without options.');
  }
  const { directory, synchronous } = value;
  if (typeof directory !== 'string') throw new TypeError('The worker needs a directory.');
  if (synchronous !== 'full' && synchronous !== 'normal' && synchronous !== 'none') {
    throw new TypeError('The worker needs a durability.');
  }
  return { directory, synchronous };
}
