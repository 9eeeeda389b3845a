import type { CacheStore } from './cache-store.ts';

/** A way to Redis 5 or newer, as far as it is needed here. An ioredis client is one. */
export interface RedisCacheCommands {
  /** Sends one command and resolves with its reply, texts as bytes; rejects when Redis refuses it or is lost. */
  callBuffer(command: string, parameters: (string | Buffer)[]): Promise<unknown>;
}

export interface RedisCacheStoreOptions {
  readonly commands: RedisCacheCommands;
  /** Before the name of each key. */
  readonly keyPrefix: string;
  /** Longest wait for a reply, in milliseconds. */
  readonly deadlineMs?: number;
  /** How long Redis is left alone after it failed: a hanging one must not cost every request its deadline. */
  readonly restMs?: number;
  /** Hears of each failure; the caller of the store does not. */
  readonly onError: (error: unknown) => void;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

const pageLength = '1000';

/** A store that several gateways share. Lists are Redis streams, so that each reader asks only for what is new. */
export function createRedisCacheStore({
  commands,
  keyPrefix,
  deadlineMs = 50,
  restMs = 1000,
  onError,
  now = () => performance.now(),
}: RedisCacheStoreOptions): CacheStore {
  let restsUntil = 0;
  const nameOf = (kind: 'value' | 'list', key: string): string => `${keyPrefix}:${kind}:${key}`;

  /** The reply; undefined for none, whether there is nothing or Redis cannot be asked. */
  async function ask(command: string, ...parameters: (string | Buffer)[]): Promise<unknown> {
    if (now() < restsUntil) return undefined;
    try {
      return await within(deadlineMs, commands.callBuffer(command, parameters));
    } catch (error) {
      restsUntil = now() + restMs;
      onError(error);
      return undefined;
    }
  }

  return {
    async get(key) {
      const reply = await ask('GET', nameOf('value', key));
      return Buffer.isBuffer(reply) ? reply : undefined;
    },
    async set(key, value, ttlMs) {
      await ask('SET', nameOf('value', key), value, 'PX', wholeMs(ttlMs));
    },
    async delete(key) {
      await ask('DEL', nameOf('value', key));
    },
    async append(list, value, { ttlMs, maxEntries }) {
      const name = nameOf('list', list);
      await Promise.all([
        ask('XADD', name, 'MAXLEN', '~', String(maxEntries), '*', 'v', value),
        ask('PEXPIRE', name, wholeMs(ttlMs)),
      ]);
    },
    async since(list, cursor) {
      const from = cursor === undefined ? '-' : `(${cursor}`;
      const reply = await ask('XRANGE', nameOf('list', list), from, '+', 'COUNT', pageLength);
      const rows = Array.isArray(reply) ? reply.flatMap(toRow) : [];
      return { values: rows.map(({ value }) => value), cursor: rows.at(-1)?.id ?? cursor };
    },
  };
}

/** `[id, ['v', value]]` as Redis gives it. */
function toRow(reply: unknown): { id: string; value: Buffer }[] {
  if (!Array.isArray(reply)) return [];
  const id: unknown = reply[0];
  const fields: unknown = reply[1];
  const value: unknown = Array.isArray(fields) ? fields[1] : undefined;
  return Buffer.isBuffer(id) && Buffer.isBuffer(value) ? [{ id: id.toString(), value }] : [];
}

function wholeMs(ttlMs: number): string {
  return String(Math.max(1, Math.ceil(ttlMs)));
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`Redis did not reply within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
