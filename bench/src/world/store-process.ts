import { once } from 'node:events';
import path from 'node:path';
import * as z from 'zod/mini';
import { runProcess } from './run-process.ts';

/** One database that all replicas of a world share. */
export interface StoreProcess {
  /** For `MONGO_URI`. */
  readonly uri: string;
  close(): Promise<void>;
}

/** Starts it in a folder. It stands in for MongoDB, over a unix socket, for as long as the bench lasts. */
export async function startStoreProcess(folder: string): Promise<StoreProcess> {
  const running = runProcess(process.execPath, [path.join(import.meta.dirname, 'store-main.ts'), folder], {
    channel: 'ipc',
  });
  const [hello]: unknown[] = await once(running.child, 'message', { signal: AbortSignal.timeout(30_000) });
  const { uri } = z.object({ uri: z.string() }).parse(hello);
  return { uri, close: () => running.end('SIGTERM', 5_000) };
}
