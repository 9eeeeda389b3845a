import * as z from 'zod/mini';
import { connectTestRedis } from '../conformance/redis-clients.ts';
import { startRedis } from '../conformance/redis-server.ts';
import { createRedisStreamLog } from './create-redis-stream-log.ts';

/*
 * What an append to a log in Redis costs, beside a plain XADD of the same text, in one run on a redis-server of its own:
 * `node packages/stream-log/src/redis/redis-stream-log.bench.ts`. Ratios travel between machines; times do not.
 */

const appends = 5_000;
const liveLogs = 1_000;
const producer = { id: '0198c2f4-7f3a-7cc1-9d2b-3a1f5e6d7c8b', epoch: 0 };
const parse = (value: unknown) => z.parse(z.looseObject({ type: z.string() }), value);
const delta = (index: number) => ({ type: 'text-delta', n: index, step: 0, part: 0, start: index * 6, text: 'token ' });

const server = await startRedis();
const [writing, reading] = [open(), open()];
const { commands } = writing;
try {
  const row = await measure();
  process.stdout.write(`${JSON.stringify(row, undefined, 2)}\n`);
} finally {
  for (const { log, disconnect } of [writing, reading]) {
    await log.shutdown();
    disconnect();
  }
  await server.stop();
}

function open() {
  const clients = connectTestRedis(server.port);
  const log = createRedisStreamLog({ ...clients, parse, onError: (error) => process.stderr.write(String(error)) });
  return { ...clients, log };
}

async function measure() {
  const plain = async (index: number) => commands.call('XADD', 'plain', '*', 'event', JSON.stringify(delta(index)));
  await timed(500, plain);
  await commands.del('plain');
  const xadd = await timed(appends, plain);

  await writing.log.open('story', producer);
  const alone = await timed(appends, (index) => writing.log.append('story', producer, index, [delta(index)]));
  const followed = await timedWithReaders();
  const [list, stream] = [await bytesOf('stream-log:{story}:entries'), await bytesOf('plain')];

  await commands.call('FLUSHALL');
  const empty = await usedMemory();
  for (let index = 0; index < liveLogs; index += 1) {
    await writing.log.open(`generations/${index}-7f3a-7cc1-9d2b-3a1f5e6d7c8b`, producer);
    await writing.log.append(`generations/${index}-7f3a-7cc1-9d2b-3a1f5e6d7c8b`, producer, 0, [delta(0)]);
  }
  const filled = await usedMemory();
  return {
    append: { alone, followed, plainXadd: xadd, ratioOfMedians: round(followed.p50 / xadd.p50) },
    commandsPerThousandAppends: followed.commands,
    bytesPerThousandDeltas: {
      log: Math.round((list / appends) * 1_000),
      plainStream: Math.round((stream / appends) * 1_000),
      ofThemJson: Math.round((jsonBytes() / appends) * 1_000),
    },
    bytesPerLiveLog: Math.round((filled - empty) / liveLogs),
  };
}

/** Readers in this process and in another, which both hear of every append. */
async function timedWithReaders() {
  await writing.log.open('followed', producer);
  const readers = [writing.log, reading.log].map(async (log) => {
    let received = 0;
    for await (const { entries } of log.follow('followed', '-1', AbortSignal.timeout(20_000))) {
      received += entries.length;
      if (received === appends) return;
    }
  });
  const times = await timed(appends, (index) => writing.log.append('followed', producer, index, [delta(index)]));
  await Promise.all(readers);
  return times;
}

async function timed(count: number, work: (index: number) => Promise<unknown>) {
  await commands.call('CONFIG', 'RESETSTAT');
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const began = performance.now();
    await work(index);
    times.push(performance.now() - began);
  }
  const stats = await commands.info('commandstats');
  const sent = ['evalsha', 'eval', 'xadd', 'ssubscribe', 'sunsubscribe'].map((name) => callsOf(stats, name));
  times.sort((one, other) => one - other);
  return {
    p50: round(times[Math.floor(count * 0.5)] ?? 0),
    p95: round(times[Math.floor(count * 0.95)] ?? 0),
    commands: round((sent.reduce((sum, calls) => sum + calls, 0) / count) * 1_000),
    microsecondsInRedis: round(Number(/cmdstat_(?:evalsha|xadd):.*usec_per_call=([\d.]+)/.exec(stats)?.[1])),
  };
}

function callsOf(stats: string, command: string): number {
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
}

async function bytesOf(key: string): Promise<number> {
  return z.parse(z.number(), await commands.call('MEMORY', 'USAGE', key, 'SAMPLES', '0'));
}

async function usedMemory(): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await commands.info('memory'))?.[1]);
}

function jsonBytes(): number {
  let bytes = 0;
  for (let index = 0; index < appends; index += 1) bytes += JSON.stringify(delta(index)).length;
  return bytes;
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
