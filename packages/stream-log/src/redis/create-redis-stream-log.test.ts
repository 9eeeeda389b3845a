import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeStreamLog } from '../conformance.ts';
import { openRedisLog, redisSubject } from '../conformance/redis-log.ts';
import type { StreamLogStore } from '../stream-log.ts';
import type { RedisStreamLogOptions } from './create-redis-stream-log.ts';
import { isRedisTested } from '../conformance/is-redis-tested.ts';
import { startRedis, type TestRedis } from '../conformance/redis-server.ts';

const producer = { id: 'writer', epoch: 0 };
const never = new AbortController().signal;

describe.skipIf(!isRedisTested())('Redis', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  const connect = (options: Partial<RedisStreamLogOptions<number>> = {}) => openRedisLog(server.port, options);

  describeStreamLog('Redis', () => redisSubject(server.port));

  it('tells readers in another process what one writes', async () => {
    const [one, two] = [connect(), connect()];
    await one.log.open('shared', producer);
    const reader = two.log.follow('shared', '-1', never)[Symbol.asyncIterator]();
    expect((await reader.next()).value).toMatchObject({ entries: [] });
    for (let seq = 0; seq < 20; seq += 1) {
      const coming = reader.next();
      await one.log.append('shared', producer, seq, [seq]);
      expect((await coming).value).toMatchObject({ entries: [seq] });
    }
    await Promise.all([one.end(), two.end()]);
  });

  it('hears news on one connection however many logs and readers there are', async () => {
    const { log, commands, end } = connect();
    const connections = async () =>
      String(await commands.call('CLIENT', 'LIST'))
        .trim()
        .split('\n').length;
    const ids = Array.from({ length: 30 }, (_, index) => `crowd-${index}`);
    for (const id of ids) await log.open(id, producer);
    const before = await connections();
    const readers = ids.flatMap((id) => [1, 2, 3].map(() => log.follow(id, '-1', never)[Symbol.asyncIterator]()));
    await Promise.all(readers.map((reader) => reader.next()));
    const coming = readers.map((reader) => reader.next());
    await expect.poll(connections).toBe(before + 1);
    for (const [index, id] of ids.entries()) await log.append(id, producer, 0, [index]);
    const received = await Promise.all(coming);
    expect(received.map(({ value }) => value?.entries[0])).toEqual(ids.flatMap((_, index) => [index, index, index]));
    await end();
  });

  it('spends one command on an append and none on readers, and drops its subscriptions with the last of them', async () => {
    const [writing, reading] = [connect(), connect()];
    const callsOf = async (command: string) => {
      const stats = await writing.commands.info('commandstats');
      return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
    };
    const channels = async () => writing.commands.call('PUBSUB', 'SHARDCHANNELS', '*{counted}*');
    await writing.log.open('counted', producer);
    const leaving = new AbortController();
    const readers = [writing.log, reading.log, reading.log].map((log) =>
      log.follow('counted', '-1', leaving.signal)[Symbol.asyncIterator](),
    );
    await Promise.all(readers.map((reader) => reader.next()));
    await expect.poll(() => writing.commands.call('PUBSUB', 'SHARDNUMSUB', 'stream-log:{counted}:news')).toContain(2);
    await writing.commands.call('CONFIG', 'RESETSTAT');
    for (let seq = 0; seq < 100; seq += 1) {
      const coming = readers.map((reader) => reader.next());
      await writing.log.append('counted', producer, seq, [seq]);
      await Promise.all(coming);
    }
    // The look every 2 s at one stream that is followed may fall into this.
    expect(await callsOf('evalsha')).toBeLessThan(105);
    expect(await callsOf('ssubscribe')).toBe(0);
    const ended = Promise.all(readers.map((reader) => reader.next()));
    leaving.abort();
    await ended;
    await expect.poll(channels).toEqual([]);
    await Promise.all([writing.end(), reading.end()]);
  });

  it('gives a sealed log a limited life, and an open one that nobody writes to', async () => {
    const { log, commands, end } = connect({ closedLifeMs: 60_000, openLifeMs: 600_000 });
    await log.open('mortal', producer);
    await log.append('mortal', producer, 0, [1]);
    const lives = async () => Promise.all((await commands.keys('*{mortal}*')).map((key) => commands.pttl(key)));
    for (const life of await lives()) expect(life).toSatisfy((ms: number) => ms > 500_000 && ms <= 600_000);
    for (const key of await commands.keys('*{mortal}*')) await commands.pexpire(key, 100_000);
    await log.append('mortal', producer, 1, [2]);
    for (const life of await lives()) expect(life).toSatisfy((ms: number) => ms > 500_000 && ms <= 600_000);
    await log.close('mortal', producer, 2, [3]);
    for (const life of await lives()) expect(life).toSatisfy((ms: number) => ms > 0 && ms <= 60_000);
    await end();
  });

  it('refuses entries it could not read back', async () => {
    const { log, end } = connect();
    await log.open('numbers', producer);
    await expect(log.append('numbers', producer, 0, [Number.NaN])).rejects.toMatchObject({ code: 'corrupt' });
    await end();
  });

  it('ends a reader with `corrupt` at an entry that is not what it expects', async () => {
    const [careless, reading] = [connect({ parse: () => 0 }), connect()];
    await careless.log.open('odd', producer);
    const reader = reading.log.follow('odd', '-1', never)[Symbol.asyncIterator]();
    await reader.next();
    const coming = reader.next();
    const [refused] = await Promise.allSettled([coming, careless.log.append('odd', producer, 0, [Number.NaN])]);
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'corrupt' } });
    await Promise.all([careless.end(), reading.end()]);
  });

  it('never removes for its age a log that was made anew', async () => {
    const { log, commands, end } = connect();
    await log.open('again', producer);
    await log.close('again', producer, 0, [1]);
    // As if its life had ended.
    await commands.del(await commands.keys('*{again}*'));
    await log.open('again', producer);
    await log.removeClosedBefore(new Date(Date.now() + 60_000));
    expect(await log.state('again')).toBe('open');
    await end();
  });

  it('says `unavailable`, worth a retry, when Redis does not answer in time', async () => {
    const { log, end } = connect({
      commands: { call: () => new Promise(() => undefined) },
      timeoutMs: 20,
    });
    await expect(log.open('any', producer)).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    await end();
  });

  it('tells its readers when another process made the log anew', async () => {
    const [one, two] = [connect(), connect()];
    await one.log.open('anew', producer);
    await one.log.append('anew', producer, 0, [1, 2, 3]);
    const reader = one.log.follow('anew', '-1', never)[Symbol.asyncIterator]();
    const first = await reader.next();
    const coming = reader.next();
    const remade = two.log.remove('anew').then(() => rewrite(two.log, 'anew', [10, 11, 12, 13, 14]));
    const [refused] = await Promise.allSettled([coming, remade]);
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'invalid-offset' } });
    await expect(one.log.read('anew', first.value?.next ?? '')).rejects.toMatchObject({ code: 'invalid-offset' });
    expect((await one.log.read('anew', '-1')).entries).toEqual([10, 11, 12, 13, 14]);
    await Promise.all([one.end(), two.end()]);
  });

  it(
    'tells its readers when Redis lost the log, and takes it again from its producer',
    { timeout: 20_000 },
    async () => {
      const { log, end } = connect();
      await log.open('lost', producer);
      await log.append('lost', producer, 0, [1, 2, 3]);
      const reader = log.follow('lost', '-1', never)[Symbol.asyncIterator]();
      await reader.next();
      const coming = reader.next();
      const [refused] = await Promise.allSettled([coming, server.restart().then(() => rewrite(log, 'lost', [10]))]);
      // Which of the two depends on whether the reader or the producer noticed first.
      expect(refused).toMatchObject({
        status: 'rejected',
        reason: { code: expect.stringMatching(/^(missing|invalid-offset)$/) },
      });
      expect((await log.read('lost', '-1')).entries).toEqual([10]);
      await end();
    },
  );
});

/** What a producer does that finds its log gone. */
async function rewrite(log: StreamLogStore<number>, id: string, entries: readonly number[]): Promise<void> {
  await expect(log.append(id, producer, 1, entries)).rejects.toMatchObject({ code: 'missing' });
  const successor = { id: producer.id, epoch: 1 };
  await log.open(id, successor);
  await log.append(id, successor, 0, entries);
}
