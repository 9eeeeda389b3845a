import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRedisTested } from '../conformance/is-redis-tested.ts';
import { openRedisLog } from '../conformance/redis-log.ts';
import { startRedis, type TestRedis } from '../conformance/redis-server.ts';
import type { Batch, StreamLog } from '../stream-log.ts';

const producer = { id: 'writer', epoch: 0 };
const never = new AbortController().signal;
const away = { code: 'unavailable', retryable: true };
const patience = { timeout: 15_000 };

async function newsOf(coming: readonly Promise<IteratorResult<Batch<number>>>[]) {
  return (await Promise.all(coming)).map(({ value }) => value?.entries);
}

async function appendOf(log: StreamLog<number>, seq: number): Promise<string> {
  return log.append('story', producer, seq, [seq]).then(() => 'written', String);
}

describe.skipIf(!isRedisTested())('a Redis in trouble', { timeout: 30_000 }, () => {
  let server: TestRedis;
  let one: ReturnType<typeof openRedisLog>;
  let two: ReturnType<typeof openRedisLog>;
  beforeEach(async () => {
    server = await startRedis({ settings: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    one = openRedisLog(server.port, { timeoutMs: 500 });
    two = openRedisLog(server.port, { timeoutMs: 500 });
    await one.log.open('story', producer);
    await one.log.append('story', producer, 0, [0]);
  });
  afterEach(async () => {
    await Promise.all([one.end(), two.end()]);
    await server.stop();
  });

  /** Readers in both processes that have what is there and wait for more. */
  async function startReaders() {
    const readers = [one.log, two.log].map((log) => log.follow('story', '-1', never)[Symbol.asyncIterator]());
    await Promise.all(readers.map((reader) => reader.next()));
    return readers.map((reader) => reader.next());
  }

  it('out of memory refuses writers until there is some, and harms no reader', async () => {
    const coming = await startReaders();
    await one.commands.call('CONFIG', 'SET', 'maxmemory', '1');
    await expect(one.log.append('story', producer, 1, [1])).rejects.toMatchObject({
      ...away,
      message: 'Redis is out of memory',
    });
    await expect(one.log.open('another', producer)).rejects.toMatchObject(away);
    expect((await two.log.read('story', '-1')).entries).toEqual([0]);
    await one.commands.call('CONFIG', 'SET', 'maxmemory', '0');
    await one.log.append('story', producer, 1, [1]);
    expect(await newsOf(coming)).toEqual([[1], [1]]);
  });

  it('that became a read-only replica refuses writers until it is a master again', async () => {
    const coming = await startReaders();
    await one.commands.call('REPLICAOF', '127.0.0.1', '1');
    await expect(one.log.append('story', producer, 1, [1])).rejects.toMatchObject({
      ...away,
      message: 'Redis is a read-only replica',
    });
    expect((await two.log.read('story', '-1')).entries).toEqual([0]);
    await one.commands.call('CONFIG', 'SET', 'replica-serve-stale-data', 'no');
    await expect(two.log.read('story', '-1')).rejects.toMatchObject({
      ...away,
      message: 'Redis has lost its master',
    });
    await one.commands.call('REPLICAOF', 'NO', 'ONE');
    await one.log.append('story', producer, 1, [1]);
    expect(await newsOf(coming)).toEqual([[1], [1]]);
  });

  it('that comes back with its data costs nobody anything', async () => {
    const coming = await startReaders();
    await server.kill();
    const attempts = Array.from({ length: 50 }, () => one.log.append('story', producer, 1, [1]));
    for (const outcome of await Promise.allSettled(attempts)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: away });
    }
    await server.start();
    await expect.poll(() => appendOf(one.log, 1), patience).toBe('written');
    expect(await newsOf(coming)).toEqual([[1], [1]]);
    await expect.poll(() => appendOf(one.log, 1), patience).toBe('written');
    expect((await two.log.read('story', '-1')).entries).toEqual([0, 1]);
  });

  it('that comes back empty ends readers, and takes the log again from its writer', async () => {
    const coming = await startReaders();
    await server.kill();
    await server.clear();
    await server.start();
    for (const outcome of await Promise.allSettled(coming)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'missing' } });
    }
    await expect(one.log.append('story', producer, 1, [1])).rejects.toMatchObject({ code: 'missing' });
    expect(await one.log.open('story', { id: 'writer', epoch: 1 })).toBe('opened');
  });

  it('that was flushed under way ends readers without a word from any writer', async () => {
    const coming = await startReaders();
    await one.commands.flushall();
    for (const outcome of await Promise.allSettled(coming)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'missing' } });
    }
  });

  it('that hangs answers nobody for ever, and what it did meanwhile is not done twice', async () => {
    const coming = await startReaders();
    server.signal('SIGSTOP');
    await expect(one.log.append('story', producer, 1, [1])).rejects.toMatchObject(away);
    await expect(two.log.read('story', '-1')).rejects.toMatchObject(away);
    server.signal('SIGCONT');
    expect(await newsOf(coming)).toEqual([[1], [1]]);
    await expect.poll(() => appendOf(one.log, 1), patience).toBe('written');
    expect((await two.log.read('story', '-1')).entries).toEqual([0, 1]);
  });

  it('that drops the connections for news lets nothing be missed', async () => {
    const coming = await startReaders();
    await one.commands.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await one.log.append('story', producer, 1, [1]);
    expect(await newsOf(coming)).toEqual([[1], [1]]);
  });

  it('and an entry too big for the news reach every reader all the same', async () => {
    const { log, end } = openRedisLog(server.port);
    const coming = await startReaders();
    const many = Array.from({ length: 20_000 }, (_, index) => index);
    await log.append('story', { id: 'other', epoch: 0 }, 0, many);
    for (const { value } of await Promise.all(coming)) expect(value?.entries.slice(0, 3)).toEqual([0, 1, 2]);
    await end();
  });
});
