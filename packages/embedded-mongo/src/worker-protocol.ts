import type { EmbeddedMongoErrorCode } from './embedded-mongo-error.ts';
import type { Synchronous } from './store/open-store.ts';

/** On a unix socket, at a path of its own choice unless one is given; or on TCP. */
export type ListenOptions =
  | { readonly kind: 'socket'; readonly path: string | undefined }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** What the worker is started with. */
export interface WorkerOptions {
  readonly directory: string;
  readonly synchronous: Synchronous;
  readonly listen: ListenOptions;
  /** How many bytes one sort or group may keep; 100 MB when undefined. */
  readonly memoryLimit?: number | undefined;
  /** Whether `configureFailPoint` exists. */
  readonly testCommands?: boolean | undefined;
}

/** What the worker tells its owner. */
export type WorkerMessage =
  | { readonly type: 'ready'; readonly uri: string; readonly socketPath: string | undefined }
  | { readonly type: 'failed'; readonly code: EmbeddedMongoErrorCode; readonly message: string }
  | { readonly type: 'log'; readonly level: 'info' | 'error'; readonly message: string }
  | { readonly type: 'closed' };

/** Reads the options a worker was given. */
export function readWorkerOptions(value: unknown): WorkerOptions {
  if (typeof value !== 'object' || value === null || !('directory' in value) || !('synchronous' in value)) {
    throw new TypeError('The worker was started without options.');
  }
  const { directory, synchronous } = value;
  const listen = 'listen' in value ? readListenOptions(value.listen) : { kind: 'socket' as const, path: undefined };
  if (typeof directory !== 'string') throw new TypeError('The worker needs a directory.');
  if (synchronous !== 'full' && synchronous !== 'normal' && synchronous !== 'none') {
    throw new TypeError('The worker needs a durability.');
  }
  const memoryLimit = 'memoryLimit' in value && typeof value.memoryLimit === 'number' ? value.memoryLimit : undefined;
  const testCommands = 'testCommands' in value && value.testCommands === true;
  return { directory, synchronous, listen, memoryLimit, testCommands };
}

function readListenOptions(value: unknown): ListenOptions {
  if (typeof value !== 'object' || value === null || !('kind' in value))
    throw new TypeError('The worker needs a place.');
  if (value.kind === 'socket') {
    return { kind: 'socket', path: 'path' in value && typeof value.path === 'string' ? value.path : undefined };
  }
  if (!('host' in value) || typeof value.host !== 'string' || !('port' in value) || typeof value.port !== 'number') {
    throw new TypeError('The worker needs a host and a port.');
  }
  return { kind: 'tcp', host: value.host, port: value.port };
}
