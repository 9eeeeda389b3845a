import { createHash } from 'node:crypto';
import { StreamLogError } from '../stream-log-error.ts';

/** A connection to Redis 7, as far as it is needed here. An ioredis client is one. */
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

/** Gives every command a deadline, and every failure the code `unavailable`. */
export function createRedisCaller(commands: RedisCommands, timeoutMs: number): RedisCaller {
  async function send(command: string, ...parameters: string[]): Promise<unknown> {
    try {
      return await withDeadline(commands.call(command, ...parameters), timeoutMs);
    } catch (cause) {
      throw new StreamLogError('unavailable', `Redis did not answer ${command}`, { cause });
    }
  }
  return {
    send,
    async run({ source, sha }, keys, parameters) {
      const given = [String(keys.length), ...keys, ...parameters];
      try {
        return await send('EVALSHA', sha, ...given);
      } catch (error) {
        // Redis forgets scripts when it restarts; the first word of an error reply is its code.
        if (!(error instanceof StreamLogError) || !String(error.cause).includes('NOSCRIPT')) throw error;
        return await send('EVAL', source, ...given);
      }
    },
  };
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
