import { createHash } from 'node:crypto';
import { StreamLogError } from '../stream-log-error.ts';

/** A way to Redis 7, as far as it is needed here. An ioredis client is one, of a single Redis or a Cluster. */
export interface RedisCommands {
  /** Sends one command and resolves with its reply; rejects when Redis refuses it or is lost. */
  call(command: string, ...parameters: string[]): Promise<unknown>;
}

/** A Lua script that Redis runs as one step. */
export interface RedisScript {
  readonly source: string;
  readonly sha: string;
}

export function redisScript(source: string): RedisScript {
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

export interface RedisCaller {
  send(command: string, ...parameters: string[]): Promise<unknown>;
  run(script: RedisScript, keys: readonly string[], parameters: readonly string[]): Promise<unknown>;
}

/** What Redis' refusals mean, by their first word. */
const refusalsOfRedis: Readonly<Record<string, string>> = {
  OOM: 'Redis is out of memory',
  READONLY: 'Redis is a read-only replica',
  LOADING: 'Redis is loading its data',
  MASTERDOWN: 'Redis has lost its master',
  CLUSTERDOWN: 'The Redis Cluster is down',
  TRYAGAIN: 'The Redis Cluster is moving the keys',
  NOREPLICAS: 'Redis has not enough replicas to write',
  MISCONF: 'Redis cannot save its data',
  BUSY: 'Redis is busy with a script',
  NOAUTH: 'Redis wants a password',
  WRONGPASS: 'Redis does not know the user name and password',
  NOPERM: 'Redis does not let this user do that',
};

/** Gives every command a deadline, and every failure the code `unavailable`. */
export function createRedisCaller(commands: RedisCommands, timeoutMs: number): RedisCaller {
  async function attempt(command: string, parameters: readonly string[]): Promise<unknown> {
    return withDeadline(commands.call(command, ...parameters), timeoutMs);
  }
  return {
    async send(command, ...parameters) {
      try {
        return await attempt(command, parameters);
      } catch (error) {
        throw unavailable(error);
      }
    },
    async run({ source, sha }, keys, parameters) {
      const given = [String(keys.length), ...keys, ...parameters];
      try {
        return await attempt('EVALSHA', [sha, ...given]);
      } catch (error) {
        // Redis forgets scripts when it restarts.
        if (refusalOf(error) !== 'NOSCRIPT') throw unavailable(error);
      }
      try {
        return await attempt('EVAL', [source, ...given]);
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}

/** The code with which Redis refused a command; the first word of anything else. */
function refusalOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(' ', 1)[0] ?? '') : '';
}

/** The client's errors hold the command with its parameters, which may be entries or a password: only their words go on. */
export function unavailable(error: unknown): StreamLogError {
  const words = error instanceof Error ? error.message : String(error);
  const meaning = refusalsOfRedis[refusalOf(error)] ?? 'Redis did not do what was asked';
  return new StreamLogError('unavailable', meaning, { cause: new Error(words) });
}

/** Rejects when `reply` takes longer than `timeoutMs`; what it does afterwards is nobody's business any more. */
export async function withDeadline<T>(reply: Promise<T>, timeoutMs: number): Promise<T> {
  const expired = Promise.withResolvers<never>();
  const timer = setTimeout(() => expired.reject(new Error(`No answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([reply, expired.promise]);
  } finally {
    clearTimeout(timer);
  }
}
