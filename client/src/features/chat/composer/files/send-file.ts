import { codeRoutes } from '@parley/contracts';
import type { FileId, FileRef } from '@parley/contracts';
import type { QueryClient } from '@tanstack/react-query';
import { call } from '../../../../lib/api/call.ts';
import { uploadFile } from '../../../../lib/files/upload-file.ts';
import { backOff } from '../../../../lib/log-reader/back-off.ts';
import { toolsQuery } from '../../../../lib/query/tool-queries.ts';
import { willPass } from '../../live/will-pass.ts';
import type { AttachedFile } from './attached-files.ts';

/** Uploads at a time; the browser has six connections for all tabs. */
const mostAtOnce = 2;
/** Between two tries, on top of the back-off. */
const shortestPauseMs = 1000;

let running = 0;
const line: (() => void)[] = [];

export interface SendFileOptions {
  readonly source: File;
  readonly name: string;
  readonly signal: AbortSignal;
  readonly onChange: (part: Pick<AttachedFile, 'state' | 'share' | 'cause'>) => void;
}

/**
 * Uploads a file as soon as there is a connection for it, trying again while the server cannot be reached. Throws as
 * `call` does when the server would not take it.
 */
export async function sendFile({ source, name, signal, onChange }: SendFileOptions): Promise<FileRef> {
  const file = name === source.name ? source : new File([source], name, { type: source.type });
  const onProgress = (share: number) => onChange({ state: 'uploading', share });
  for (let failures = 1; ; failures += 1) {
    try {
      const {
        id,
        mimeType,
        size,
        name: storedName,
      } = await inTurn(() => uploadFile(file, { signal, onProgress }), signal);
      return { id, name: storedName, mimeType, size };
    } catch (cause) {
      signal.throwIfAborted();
      if (!willPass(cause)) throw cause;
      onChange({ state: 'waiting', share: 0, cause });
    }
    await pause(shortestPauseMs + backOff(failures), signal);
    onChange({ state: 'uploading', share: 0 });
  }
}

/**
 * Whether the model may run code: the engine works, the operator lets models do so, and no rule forbids it. `false`, too,
 * when that cannot be found out.
 */
export async function canRunCode(queryClient: QueryClient): Promise<boolean> {
  try {
    const tools = await queryClient.fetchQuery({ ...toolsQuery, staleTime: 10_000, retry: false });
    return tools.some(({ source, effect }) => source.kind === 'code' && effect !== 'deny');
  } catch {
    return false;
  }
}

/** Takes an uploaded file back that no prompt brought along. The server would do so by itself in a day. */
export async function dropFile(id: FileId): Promise<void> {
  try {
    await call(codeRoutes.removeFile, { params: { id } });
  } catch {
    // Left to the server.
  }
}

async function inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  if (running >= mostAtOnce) await new Promise<void>((resolve) => line.push(resolve));
  else running += 1;
  try {
    signal.throwIfAborted();
    return await work();
  } finally {
    const next = line.shift();
    if (next) next();
    else running -= 1;
  }
}

/** Waits, at most until the network is back. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const over = new AbortController();
  const timer = setTimeout(resolve, ms);
  window.addEventListener('online', () => resolve(), { signal: over.signal });
  signal.addEventListener('abort', () => resolve(), { signal: over.signal });
  return promise.finally(() => {
    clearTimeout(timer);
    over.abort();
  });
}
