import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeStreamLog } from '../conformance.ts';
import { type TestRedisCluster, startRedisCluster } from '../conformance/redis-cluster.ts';
import { openRedisLog, redisSubject } from '../conformance/redis-log.ts';
import { isRedisTested } from '../conformance/is-redis-tested.ts';

const producer = { id: 'writer', epoch: 0 };
const never = new AbortController().signal;

describe.skipIf(!isRedisTested())('A Redis Cluster', () => {
  let cluster: TestRedisCluster;
  let place: { cluster: number[] };
  beforeAll(async () => {
    cluster = await startRedisCluster();
    place = { cluster: cluster.nodes.map(({ port }) => port) };
  }, 30_000);
  afterAll(() => cluster.stop());

  describeStreamLog('a Redis Cluster', () => redisSubject(place));

  it('brings news of logs on every node to every process', async () => {
    const [writing, reading] = [openRedisLog(place), openRedisLog(place)];
    const ids = Array.from({ length: 24 }, (_, index) => `everywhere-${index}`);
    for (const id of ids) await writing.log.open(id, producer);
    const readers = ids.map((id) => reading.log.follow(id, '-1', never)[Symbol.asyncIterator]());
    await Promise.all(readers.map((reader) => reader.next()));
    for (let seq = 0; seq < 3; seq += 1) {
      const coming = readers.map((reader) => reader.next());
      for (const id of ids) await writing.log.append(id, producer, seq, [seq]);
      for (const { value } of await Promise.all(coming)) expect(value).toMatchObject({ entries: [seq] });
    }
    await Promise.all([writing.end(), reading.end()]);
  });
});
