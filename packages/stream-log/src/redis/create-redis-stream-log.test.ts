import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { runWriter } from '../conformance/run-writer.ts';
import { describeStreamLog, type StreamLogSubject } from '../conformance.ts';
import type { StreamLogStore } from '../stream-log.ts';
import { createRedisStreamLog, type RedisStreamLogOptions } from './create-redis-stream-log.ts';
import { isRedisInstalled, startRedis, type TestRedis } from '../conformance/redis-server.ts';

const producer = { id: 'writer', epoch: 0 };
const never = new AbortController().signal;
const isInstalled = isRedisInstalled();
const isOptional = process.env['PARLEY_TIERS'] !== 'all';
const notInstalled = 'redis-server is not installed: apt-get install redis-server';
if (!isInstalled && !isOptional) throw new Error(notInstalled);
if (!isInstalled) process.stderr.write(`Skipped: ${notInstalled}\n`);

describe.skipIf(!isInstalled)('Redis', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  /** One process' log with its two connections, and how to end both. */
  function connect(options: Partial<RedisStreamLogOptions<number>> = {}) {
    const [commands, blocking] = [new Redis(server.port, '127.0.0.1'), new Redis(server.port, '127.0.0.1')];
    for (const redis of [commands, blocking]) redis.on('error', () => undefined);
    const log = createRedisStreamLog({
      commands,
      blocking,
      parse: (value) => z.parse(z.number(), value),
      onError: () => undefined,
      ...options,
    });
    return {
      log,
      commands,
      end: async () => {
        await log.shutdown();
        commands.disconnect();
        blocking.disconnect();
      },
    };
  }

  describeStreamLog('Redis', async (): Promise<StreamLogSubject> => {
    const keyPrefix = randomUUID();
    const processes = [connect({ keyPrefix })];
    const reopen = async (): Promise<StreamLogStore<number>> => {
      const next = connect({ keyPrefix });
      processes.push(next);
      return next.log;
    };
    return {
      log: processes[0]?.log ?? (await reopen()),
      reopen,
      startWriter: (logId) =>
        runWriter(new URL('../conformance/redis-writer.ts', import.meta.url), [String(server.port), keyPrefix, logId]),
      async dispose() {
        await Promise.all(processes.map((each) => each.end()));
      },
    };
  });

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

  it('waits on one connection however many logs and readers there are', async () => {
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
    expect(await connections()).toBe(before);
    for (const [index, id] of ids.entries()) await log.append(id, producer, 0, [index]);
    const received = await Promise.all(coming);
    expect(received.map(({ value }) => value?.entries[0])).toEqual(ids.flatMap((_, index) => [index, index, index]));
    await end();
  });

  it('gives a sealed log a limited life, and an open one none', async () => {
    const { log, commands, end } = connect({ closedLifeMs: 60_000 });
    await log.open('mortal', producer);
    await log.append('mortal', producer, 0, [1]);
    const lives = async () => Promise.all((await commands.keys('*{mortal}*')).map((key) => commands.pttl(key)));
    expect(await lives()).toEqual([-1, -1]);
    await log.close('mortal', producer, 1, [2]);
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

  it.each([{ protocol: 2 as const }, { replyMapping: 'resp3' as const }])(
    'reads through a connection with %j',
    async (settings) => {
      const blocking = new Redis(server.port, '127.0.0.1', settings);
      const { log, end } = connect({ blocking });
      const id = `shape-${JSON.stringify(settings)}`;
      await log.open(id, producer);
      const reader = log.follow(id, '-1', never)[Symbol.asyncIterator]();
      await reader.next();
      const coming = reader.next();
      await log.close(id, producer, 0, [1]);
      expect((await coming).value).toMatchObject({ entries: [1], closed: true });
      await end();
      blocking.disconnect();
    },
  );

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
