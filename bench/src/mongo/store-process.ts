import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

/** A process of its own that serves a store. */
export interface StoreProcess {
  readonly uri: string;
  /** Megabytes of memory the process holds now, and the most it held. */
  memory(): { readonly now: number; readonly peak: number };
  /** Megabytes of the store's file and its log. */
  fileMegabytes(): number;
  /** Milliseconds for which the event loop of that process stands still while all of a collection is read. */
  stall(database: string, collection: string): Promise<number>;
  end(signal: NodeJS.Signals): Promise<void>;
}

const script = fileURLToPath(new URL('store-main.ts', import.meta.url));
const answerSchema = z.object({ stallMs: z.number() });
const deadline = 120_000;

/** Starts a process that serves the store in `directory`; resolves when it can be used. */
export async function startStoreProcess(directory: string): Promise<StoreProcess> {
  // As `npm start` runs it.
  const execArgv = ['--conditions=built'];
  const child = fork(script, [directory], { execArgv, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const signal = AbortSignal.timeout(deadline);
  if (child.stdout === null) throw new Error('The store process has no output.');
  const ended = once(child, 'exit').then(() => {
    throw new Error('The store process ended before it could be used.');
  });
  const [line] = await Promise.race([once(child.stdout, 'data', { signal }), ended]);
  // Later it is ended on purpose.
  ended.catch(() => undefined);
  const kilobytes = (name: string): number => {
    const status = readFileSync(`/proc/${String(child.pid)}/status`, 'utf8');
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  };
  return {
    uri: String(line).trim(),
    memory: () => ({ now: kilobytes('VmRSS') / 1024, peak: kilobytes('VmHWM') / 1024 }),
    fileMegabytes: () =>
      ['store.sqlite', 'store.sqlite-wal'].reduce(
        (sum, name) => sum + (statSync(path.join(directory, name), { throwIfNoEntry: false })?.size ?? 0) / 2 ** 20,
        0,
      ),
    stall: async (database, collection) => {
      child.send({ scan: { database, collection } });
      const [answer] = await once(child, 'message', { signal: AbortSignal.timeout(deadline) });
      return answerSchema.parse(answer).stallMs;
    },
    end: async (how) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill(how);
      await exited;
    },
  };
}
