import { once } from 'node:events';
import path from 'node:path';
import * as z from 'zod/mini';
import { runProcess } from './run-process.ts';

/** A scripted provider on a processor time of its own, for measurements. */
export interface ProviderProcess {
  /** Base URL with `/v1`. */
  readonly url: string;
  readonly pid: number;
  /** Lets all answers begin that are held under a name, and those that come later. */
  release(name: string): void;
  close(): Promise<void>;
}

export async function startProviderProcess(): Promise<ProviderProcess> {
  const script = path.join(import.meta.dirname, 'provider-main.ts');
  const running = runProcess(process.execPath, [script], { channel: 'ipc' });
  const signal = AbortSignal.timeout(30_000);
  const [hello]: unknown[] = await once(running.child, 'message', { signal });
  const { url } = z.object({ url: z.string() }).parse(hello);
  return {
    url,
    pid: running.pid,
    release: (name) => void running.child.send(name),
    close: () => running.end('SIGKILL'),
  };
}
