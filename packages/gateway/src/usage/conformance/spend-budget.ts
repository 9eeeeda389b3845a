import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import * as z from 'zod/mini';
import { createBudgetLedger } from '../budget-ledger.ts';
import type { LedgerStore } from '../ledger-store.ts';
import { createRedisLedgerStore } from '../redis-ledger-store.ts';
import { createSqliteLedgerStore } from '../sqlite-ledger-store.ts';

export const spendingSchema = z.object({
  /** A file, or the port of a Redis. */
  place: z.union([z.string(), z.number()]),
  calls: z.number(),
  want: z.number(),
  cost: z.number(),
  limit: z.number(),
  /** What it does after its calls: ends, waits to be killed, or waits while its last call never ends. */
  end: z.enum(['close', 'linger', 'hold']),
});
export type Spending = z.infer<typeof spendingSchema>;

/**
 * One worker of a test with several processes: `spend-budget.ts <Spending as JSON>`. Says `ready`, waits for a line, makes
 * all its calls at once on the bucket `shared`, and prints how many were served.
 */
const { place, calls, want, cost, limit, end } = z.parse(spendingSchema, JSON.parse(process.argv[2] ?? ''));

const redis = typeof place === 'number' ? new Redis({ port: place, maxRetriesPerRequest: 1 }) : undefined;
const store: LedgerStore = redis
  ? createRedisLedgerStore({ commands: redis })
  : createSqliteLedgerStore({ path: String(place) });
const ledger = createBudgetLedger({ store, worker: `worker-${process.pid}`, leaseMs: 2000 });
const line = { bucket: 'shared', limit, endsAt: undefined, want, label: 'the test' };

async function call(): Promise<boolean> {
  const options = { waitUntil: performance.now() + 15_000, signal: new AbortController().signal };
  try {
    const reservation = await ledger.reserve([line], options);
    await pause(5 * (0.5 + Math.random()));
    if (end !== 'hold') reservation.settle([cost]);
    return true;
  } catch {
    return false;
  }
}

process.stdout.write('ready\n');
await once(process.stdin, 'data');
const outcomes = await Promise.all(Array.from({ length: calls }, call));
if (end === 'close') {
  await ledger.close();
  await store.close();
  redis?.disconnect();
  process.stdin.destroy();
}
process.stdout.write(`${outcomes.filter(Boolean).length}\n`);
