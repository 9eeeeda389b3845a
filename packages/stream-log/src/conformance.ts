import { afterAll, beforeAll, describe } from 'vitest';
import { describeFollowing } from './conformance/describe-following.ts';
import { describeLasting } from './conformance/describe-lasting.ts';
import { describeReading } from './conformance/describe-reading.ts';
import { describeWriting } from './conformance/describe-writing.ts';
import type { StreamLogSubject } from './conformance/stream-log-subject.ts';

export { freePort, isRedisInstalled, startRedis, type TestRedis } from './conformance/redis-server.ts';
export { isRedisTested } from './conformance/is-redis-tested.ts';
export { connectTestRedis, type TestRedisClients, type TestRedisPlace } from './conformance/redis-clients.ts';
export { startRedisCluster, type TestRedisCluster } from './conformance/redis-cluster.ts';
export { startRedisSentinel, type TestRedisSentinel } from './conformance/redis-sentinel.ts';

export { describeStreamStore, type StreamStoreSubject } from './conformance/describe-stream-store.ts';
export type { StreamLogSubject, WriterProcess } from './conformance/stream-log-subject.ts';

/** The suite that every `StreamLog` passes: what callers of the interface rely on, on a real store. */
export function describeStreamLog(name: string, create: () => Promise<StreamLogSubject>): void {
  describe(`${name} as a StreamLog`, () => {
    let subject: StreamLogSubject;
    beforeAll(async () => {
      subject = await create();
    });
    afterAll(async () => {
      await subject.dispose();
    });

    describeWriting(() => subject.log);
    describeReading(() => subject.log);
    describeFollowing(() => subject.log);
    describeLasting(create);
  });
}
