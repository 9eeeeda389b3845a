import { once } from 'node:events';
import path from 'node:path';
import * as z from 'zod/mini';
import { runProcess } from '../world/run-process.ts';
import type { RunningProcess } from '../world/run-process.ts';
import { loadResultSchema } from './load.ts';
import type { Load, LoadResult } from './load.ts';

/** The model provider behind all subjects. */
export interface Upstream {
  readonly pid: number;
  readonly port: number;
  /** Answers that are under way at this moment. */
  inFlight(): Promise<number>;
}

/** The client of all subjects. */
export interface Loader {
  readonly pid: number;
  play(load: Load): Promise<LoadResult>;
}

const startPatience = 30_000;
const portSchema = z.object({ port: z.number() });
const inFlightSchema = z.object({ inFlight: z.number() });

export async function startUpstream(): Promise<Upstream> {
  const running = startOwn('upstream-main.ts');
  const { port } = portSchema.parse(await nextMessage(running, startPatience));
  return {
    pid: running.pid,
    port,
    async inFlight() {
      const answer = nextMessage(running, startPatience);
      running.child.send('read');
      return inFlightSchema.parse(await answer).inFlight;
    },
  };
}

export async function startLoader(): Promise<Loader> {
  const running = startOwn('loader-main.ts');
  await nextMessage(running, startPatience);
  return {
    pid: running.pid,
    async play(load) {
      const span = 'ms' in load.until ? load.until.ms : 0;
      const answer = nextMessage(running, span + 120_000);
      running.child.send(load);
      return loadResultSchema.parse(await answer);
    },
  };
}

/** Starts the pass-through proxy R and tells its port. */
export async function startReference(upstreamPort: number): Promise<{ running: RunningProcess; port: number }> {
  const running = startOwn('reference-main.ts', `http://127.0.0.1:${upstreamPort}`);
  const { port } = portSchema.parse(await nextMessage(running, startPatience));
  return { running, port };
}

function startOwn(file: string, ...parameters: string[]): RunningProcess {
  return runProcess(process.execPath, [path.join(import.meta.dirname, file), ...parameters], { channel: 'ipc' });
}

/** Rejects when the process ends first, with what it printed. */
async function nextMessage(running: RunningProcess, patienceMs: number): Promise<unknown> {
  const giveUp = new AbortController();
  const signal = AbortSignal.any([giveUp.signal, AbortSignal.timeout(patienceMs)]);
  const ended = once(running.child, 'exit', { signal }).then(() => {
    throw new Error(`A process of the bench ended:\n${running.output()}`);
  });
  try {
    const [message]: unknown[] = await Promise.race([once(running.child, 'message', { signal }), ended]);
    return message;
  } finally {
    giveUp.abort();
  }
}
