import * as z from 'zod/mini';
import type { Exchanged, LedgerStore, Taken } from './ledger-store.ts';
import { matchesQuery } from './matches-query.ts';
import { exchangeScript, takeScript } from './redis-ledger-scripts.ts';
import type { RedisScript } from './redis-ledger-scripts.ts';
import { usageRecordSchema } from './usage-record.ts';
import type { UsageQuery, UsageRecord } from './usage-record.ts';

/** A way to Redis 7, as far as it is needed here. An ioredis client is one, of a single Redis or a Cluster. */
export interface RedisCommands {
  /** Sends one command and resolves with its reply; rejects when Redis refuses it or is lost. */
  call(command: string, ...parameters: string[]): Promise<unknown>;
}

export interface RedisLedgerOptions {
  readonly commands: RedisCommands;
  readonly keyPrefix?: string;
  /** Milliseconds that a command may take. */
  readonly timeoutMs?: number;
  /** Usage records that are kept. */
  readonly maxRecords?: number;
}

/** How long a bucket is kept after its period: clocks of machines differ, and are set right. */
const keptMs = 7 * 86_400_000;
const scanned = 1000;

/**
 * A ledger in one Redis that any number of machines share. Each bucket and each counter is one key, so that a Cluster can
 * hold them; every step is one script, by Redis' own clock.
 */
export function createRedisLedgerStore({
  commands,
  keyPrefix = 'parley-gateway',
  timeoutMs = 2000,
  maxRecords = 10_000,
}: RedisLedgerOptions): LedgerStore {
  const usageKey = `${keyPrefix}:usage`;
  const bucketKey = (name: string): string => `${keyPrefix}:budget:${name}`;

  const send = (command: string, ...parameters: string[]): Promise<unknown> =>
    withDeadline(commands.call(command, ...parameters), timeoutMs);

  async function run({ source, sha }: RedisScript, key: string, parameters: readonly (string | number)[]) {
    const given = ['1', key, ...parameters.map(String)];
    try {
      return await send('EVALSHA', sha, ...given);
    } catch (error) {
      // Redis forgets scripts when it restarts.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return send('EVAL', source, ...given);
    }
  }

  return {
    isShared: true,
    async exchange({ bucket, limit, endsAt, worker, sequence, spent, keep, want, unit, mayTakeRest, leaseMs }) {
      const forgetAt = endsAt === undefined ? '' : endsAt + keptMs;
      const rest = mayTakeRest ? 1 : 0;
      const parameters = [worker, limit, forgetAt, sequence, spent, keep, want, unit, rest, leaseMs];
      return z.parse(exchangedSchema, await run(exchangeScript, bucketKey(bucket), parameters));
    },
    async take({ counter, limit, windowMs, correction, unused, want, more }) {
      const back = unused === undefined ? [] : [unused.step, unused.amount];
      const parameters = [limit, windowMs, correction, want, more, ...back];
      return z.parse(takenSchema, await run(takeScript, `${keyPrefix}:rate:${counter}`, parameters));
    },
    async append(records) {
      for (const record of records) {
        await send('XADD', usageKey, 'MAXLEN', '~', String(maxRecords), '*', 'record', JSON.stringify(record));
      }
    },
    async list(query) {
      const found: UsageRecord[] = [];
      const limit = query.limit ?? 100;
      let last = '+';
      for (;;) {
        const page = z.parse(pageSchema, await send('XREVRANGE', usageKey, last, '-', 'COUNT', String(scanned)));
        for (const { record } of page) if (found.length < limit && matchesQuery(record, query)) found.push(record);
        const oldest = page.at(-1);
        if (oldest === undefined || page.length < scanned || found.length >= limit || isBefore(oldest.record, query)) {
          return found;
        }
        last = `(${oldest.id}`;
      }
    },
    async spentOf(bucket) {
      return z.parse(spentSchema, await send('HGET', bucketKey(bucket), 'spent'));
    },
    close: () => undefined,
  };
}

/** Records come by the time they were kept, which is soon after theirs. */
function isBefore({ at }: UsageRecord, { from = 0 }: UsageQuery): boolean {
  return at < from - 60_000;
}

const spentSchema = z.pipe(
  z.nullable(z.string()),
  z.transform((text) => Number(text ?? 0)),
);

const exchangedSchema = z.pipe(
  z.tuple([z.string(), z.string(), z.enum(['whole', 'rest', 'none'])]),
  z.transform(([spent, lease, granted]): Exchanged => ({ spent: Number(spent), lease: Number(lease), granted })),
);

const takenSchema = z.pipe(
  z.tuple([z.string(), z.string(), z.string(), z.string()]),
  z.transform(([granted, validMs, retryAfterMs, step]): Taken => ({
    granted: Number(granted),
    step: Number(step),
    validMs: Number(validMs),
    retryAfterMs: Number(retryAfterMs),
  })),
);

const pageSchema = z.array(
  z.pipe(
    z.tuple([z.string(), z.tuple([z.string(), z.string()])]),
    z.transform(([id, [, record]]) => ({ id, record: z.parse(usageRecordSchema, JSON.parse(record)) })),
  ),
);

/** Rejects when `reply` takes longer than `timeoutMs`; what it does afterwards is nobody's business any more. */
async function withDeadline<T>(reply: Promise<T>, timeoutMs: number): Promise<T> {
  const expired = Promise.withResolvers<never>();
  const timer = setTimeout(() => expired.reject(new Error(`Redis did not answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([reply, expired.promise]);
  } finally {
    clearTimeout(timer);
  }
}
