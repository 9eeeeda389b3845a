import * as z from 'zod/mini';
import { createRedisStreamLog } from '../redis/create-redis-stream-log.ts';
import { connectTestRedis, testRedisPlaceSchema } from './redis-clients.ts';
import { writeForever } from './write-forever.ts';

/** The program that the conformance suite kills: `redis-writer.ts <place as JSON> <key prefix> <log id>`. */
const [place = '', keyPrefix = '', logId = ''] = process.argv.slice(2);
const { commands, subscriber } = connectTestRedis(testRedisPlaceSchema.parse(JSON.parse(place)));
const log = createRedisStreamLog({
  commands,
  subscriber,
  keyPrefix,
  parse: (value) => z.parse(z.number(), value),
  onError(error) {
    throw error;
  },
});
await writeForever(log, logId);
