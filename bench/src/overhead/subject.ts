import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import * as z from 'zod/mini';
import { beginTurn, createAccount } from '../turns/api-client.ts';
import { openLog } from '../turns/open-log.ts';
import { newScript } from '../world/provider-script.ts';
import { runProcess } from '../world/run-process.ts';
import { startWorld } from '../world/world.ts';
import type { RedisProcess } from '../world/redis-process.ts';
import { readStamps } from './read-stamps.ts';
import type { Latencies } from './read-stamps.ts';

export interface Pace {
  readonly tokens: number;
  readonly paceMs: number;
}

/** One way from the provider to a client. */
export interface Subject {
  readonly name: string;
  /** Plays one answer and tells how long its tokens took. */
  readonly play: (pace: Pace) => Promise<Latencies>;
  readonly redis: RedisProcess | undefined;
  close(): Promise<void>;
}

/** Tokens at the beginning that are not counted: whoever reads a log must first be told that it exists. */
const skip = 10;
const patience = 120_000;

/** An Express handler of the same provider, without a log. */
export async function startReference(providerUrl: string): Promise<Subject> {
  const script = path.join(import.meta.dirname, 'reference-main.ts');
  const running = runProcess(process.execPath, [script, providerUrl], {
    channel: 'ipc',
    variables: { NODE_ENV: 'production' },
  });
  const [hello]: unknown[] = await once(running.child, 'message', { signal: AbortSignal.timeout(30_000) });
  const { url } = z.object({ url: z.string() }).parse(hello);
  return {
    name: 'no log',
    redis: undefined,
    async play(pace) {
      const request = httpRequest(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        agent: false,
      });
      request.end(JSON.stringify({ text: JSON.stringify(newScript({ ...pace, stamped: true })) }));
      const [response]: IncomingMessage[] = await once(request, 'response');
      if (response === undefined) throw new Error('The reference did not answer.');
      return await readStamps(response, skip);
    },
    close: () => running.end('SIGKILL'),
  };
}

/** The api, with one of its logs. */
export async function startApiSubject(providerUrl: string, store: 'sqlite' | 'redis'): Promise<Subject> {
  const world = await startWorld({ replicas: 1, store, gateway: 'none', providerUrl });
  const token = await createAccount(world.addresses[0] ?? '');
  return {
    name: store === 'sqlite' ? 'SQLite log' : 'Redis log',
    redis: world.redis,
    async play(pace) {
      const turn = await beginTurn(world.addresses, token, newScript({ ...pace, stamped: true }));
      const url = new URL(turn.started.streamUrl, world.addresses[0]).href;
      const signal = AbortSignal.timeout(patience);
      const response = await openLog({ url, token, offset: '-1', live: 'sse', signal, onBatch: () => undefined });
      return await readStamps(response, skip);
    },
    close: () => world.close(),
  };
}
