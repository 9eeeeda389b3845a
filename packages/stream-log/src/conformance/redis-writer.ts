import { Redis } from 'ioredis';
import * as z from 'zod/mini';
import { writeForever } from './write-forever.ts';
import { createRedisStreamLog } from '../redis/create-redis-stream-log.ts';

/** The program that the conformance suite kills: `redis-writer.ts <port> <key prefix> <log id>`. */
const [port, keyPrefix = '', logId = ''] = process.argv.slice(2);
const redis = new Redis(Number(port), '127.0.0.1');
const log = createRedisStreamLog({
  commands: redis,
  blocking: redis,
  keyPrefix,
  parse: (value) => z.parse(z.number(), value),
  onError(error) {
    throw error;
  },
});
await writeForever(log, logId);
