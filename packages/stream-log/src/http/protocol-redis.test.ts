import { afterAll, beforeAll, describe } from 'vitest';
import { describeProtocol } from '../conformance/describe-protocol.ts';
import { isRedisTested } from '../conformance/is-redis-tested.ts';
import { connectTestRedis } from '../conformance/redis-clients.ts';
import { startRedis, type TestRedis } from '../conformance/redis-server.ts';
import { createRedisStreamStore } from '../redis/create-redis-stream-store.ts';

describe.runIf(isRedisTested())('Redis', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  describeProtocol('Redis', async () => {
    const clients = connectTestRedis(server.port);
    const store = createRedisStreamStore({ ...clients, onError: () => undefined });
    return {
      store,
      async dispose() {
        await store.shutdown();
        clients.disconnect();
      },
    };
  });
});
