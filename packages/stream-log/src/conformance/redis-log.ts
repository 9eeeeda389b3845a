import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { createRedisStreamLog, type RedisStreamLogOptions } from '../redis/create-redis-stream-log.ts';
import type { StreamLogStore } from '../stream-log.ts';
import { connectTestRedis, type TestRedisPlace } from './redis-clients.ts';
import { runWriter } from './run-writer.ts';
import type { StreamLogSubject } from './stream-log-subject.ts';

/** One process' log of numbers, with its connections. */
export function openRedisLog(place: TestRedisPlace, options: Partial<RedisStreamLogOptions<number>> = {}) {
  const { disconnect, ...clients } = connectTestRedis(place);
  const log = createRedisStreamLog({
    ...clients,
    parse: (value) => z.parse(z.number(), value),
    onError: () => undefined,
    ...options,
  });
  return {
    log,
    commands: clients.commands,
    end: async (): Promise<void> => {
      await log.shutdown();
      disconnect();
    },
  };
}

/** A Redis as the subject of `describeStreamLog`, under keys that no other test uses. */
export async function redisSubject(place: TestRedisPlace): Promise<StreamLogSubject> {
  const keyPrefix = randomUUID();
  const first = openRedisLog(place, { keyPrefix });
  const processes = [first];
  const reopen = async (): Promise<StreamLogStore<number>> => {
    const next = openRedisLog(place, { keyPrefix });
    processes.push(next);
    return next.log;
  };
  return {
    log: first.log,
    reopen,
    startWriter: (logId) =>
      runWriter(new URL('redis-writer.ts', import.meta.url), [JSON.stringify(place), keyPrefix, logId]),
    async dispose() {
      await Promise.all(processes.map((each) => each.end()));
    },
  };
}
