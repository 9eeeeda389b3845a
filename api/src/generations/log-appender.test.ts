import { foldMessage, generationEventSchema } from '@parley/contracts';
import type { GenerationEvent, NewEvent, RunningMessage } from '@parley/contracts';
import { createSqliteStreamLog, StreamLogError } from '@parley/stream-log';
import type { Producer, StreamLog, StreamLogStore } from '@parley/stream-log';
import { isRedisTested, startRedis } from '@parley/stream-log/conformance';
import type { TestRedis } from '@parley/stream-log/conformance';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectRedis } from '../redis/connect-redis.ts';
import type { RedisConnections } from '../redis/connect-redis.ts';
import { commandId, emptyRunningAnswer, generationId } from './__fixtures__/messages.ts';
import { createCommandInbox } from './command-inbox.ts';
import { openSharedGenerationLog } from './generation-log.ts';
import { createLogAppender } from './log-appender.ts';
import type { LogAppenderOptions } from './log-appender.ts';
import { noMarks } from './step-marks.ts';

const logId = 'generations/1';
const producer: Producer = { id: generationId, epoch: 1 };
const at = '2026-01-01T00:00:00.000Z';
const steer = { type: 'steer-requested', commandId: commandId(1), text: 'In French', at } as const;
const away = new StreamLogError('unavailable', 'Redis is away');

const says = (start: number, text: string, step = 0): NewEvent => ({ type: 'text-delta', step, part: 0, start, text });

const usage = (step: number): NewEvent => ({ type: 'usage', step, usage: { input: 1, output: 2 } });

function open(log: StreamLog<GenerationEvent>, options: Partial<LogAppenderOptions> = {}) {
  return createLogAppender({
    log,
    logId,
    producer,
    start: { message: emptyRunningAnswer(), marks: noMarks, loss: undefined },
    isOurs: () => Promise.resolve(true),
    inbox: createCommandInbox([], () => undefined),
    onRestated: () => undefined,
    onDelayed: () => undefined,
    signal: new AbortController().signal,
    ...options,
  });
}

async function entriesOf(log: StreamLog<GenerationEvent>): Promise<readonly GenerationEvent[]> {
  return (await log.read(logId, '-1')).entries;
}

/** What somebody shows who has read some events already and reads the log from its start. */
async function shownBy(log: StreamLog<GenerationEvent>, reader = emptyRunningAnswer()): Promise<RunningMessage> {
  return (await entriesOf(log)).reduce(foldMessage, reader);
}

describe('an appender', () => {
  let log: StreamLogStore<GenerationEvent>;
  beforeEach(async () => {
    log = createSqliteStreamLog({ path: ':memory:', parse: (value) => generationEventSchema.parse(value) });
    await log.open(logId, producer);
  });
  afterEach(() => log.shutdown());

  it.each(['before', 'after'] as const)('writes once what was refused %s it was written', async (moment) => {
    let refusals = 3;
    const flaky: StreamLog<GenerationEvent> = {
      ...log,
      async append(...input) {
        if (moment === 'after') await log.append(...input);
        refusals -= 1;
        if (refusals >= 0) throw away;
        return await log.append(...input);
      },
    };
    const appender = open(flaky);
    await appender.append([says(0, 'Hel')]);
    await appender.append([says(3, 'lo')]);
    expect(await entriesOf(log)).toEqual([
      { ...says(0, 'Hel'), n: 0 },
      { ...says(3, 'lo'), n: 1 },
    ]);
  });

  it('gives up when it is told to, however long the log is away', async () => {
    const leaving = new AbortController();
    const dead: StreamLog<GenerationEvent> = { ...log, append: () => Promise.reject(away) };
    const appending = open(dead, { signal: leaving.signal }).append([says(0, 'Hel')]);
    leaving.abort(new Error('The lease is lost.'));
    await expect(appending).rejects.toThrow('aborted');
    expect(await entriesOf(log)).toEqual([]);
  });

  it('makes a log anew that is missing, with all it held and what other hands wrote', async () => {
    const onRestated = vi.fn<() => void>();
    const inbox = createCommandInbox([steer], () => undefined);
    const appender = open(log, { onRestated, inbox });
    await appender.append([{ type: 'step-started', step: 0 }, says(0, 'Hel')]);
    const reader = await shownBy(log);
    await log.remove(logId);
    await appender.append([says(3, 'lo')]);
    expect(await entriesOf(log)).toEqual([
      { type: 'snapshot', n: 3, step: 0, attempt: 1, parts: [{ type: 'text', step: 0, text: 'Hel' }] },
      steer,
      { ...says(3, 'lo'), n: 4 },
    ]);
    expect((await shownBy(log, reader)).parts).toEqual([{ type: 'text', step: 0, text: 'Hello' }]);
    expect((await shownBy(log)).parts).toEqual(appender.message().parts);
    expect(onRestated).toHaveBeenCalledTimes(1);
  });

  it('does so for the end of an answer, too', async () => {
    const appender = open(log);
    await appender.append([says(0, 'Whole')]);
    await log.remove(logId);
    const end = { textLength: 5, textHash: '00000000', at, status: 'done', finishReason: 'stop' } as const;
    await appender.close([{ type: 'generation-finished', step: 0, ...end }]);
    expect((await entriesOf(log)).map(({ type }) => type)).toEqual(['snapshot', 'generation-finished']);
    expect(await log.state(logId)).toBe('closed');
  });

  it('does so without a word to add', async () => {
    const appender = open(log);
    await appender.append([says(0, 'Half')]);
    await log.remove(logId);
    await appender.ensure();
    await appender.ensure();
    expect((await entriesOf(log)).map(({ type }) => type)).toEqual(['snapshot']);
  });

  it('counts tokens once, and keeps a finished step finished, in a log made anew', async () => {
    const appender = open(log);
    await appender.append([{ type: 'step-started', step: 0 }, usage(0), { type: 'step-finished', step: 0 }]);
    await appender.append([{ type: 'step-started', step: 1 }, usage(1), { type: 'step-finished', step: 1 }]);
    const reader = await shownBy(log);
    await log.remove(logId);
    await appender.ensure();
    expect((await entriesOf(log)).map(({ type }) => type)).toEqual(['snapshot', 'usage', 'step-finished']);
    expect(appender.message().usage).toEqual({ input: 2, output: 4 });
    expect((await shownBy(log)).usage).toEqual({ input: 2, output: 4 });
    expect((await shownBy(log, reader)).usage).toEqual({ input: 2, output: 4 });
  });

  it('begins a log anew that went back in time, for readers who are ahead of it', async () => {
    const inbox = createCommandInbox([], () => undefined);
    const appender = open(log, { inbox });
    await appender.append([says(0, 'Hel')]);
    await appender.append([says(3, 'lo')]);
    const reader = await shownBy(log);
    await log.remove(logId);
    await log.open(logId, producer);
    await log.append(logId, producer, 0, [{ type: 'text-delta', step: 0, part: 0, start: 0, text: 'Hel', n: 0 }]);
    await log.append(logId, { id: 'command:1', epoch: 0 }, 0, [steer]);
    const { next } = await log.read(logId, '-1');
    await appender.append([says(5, '!')]);
    expect((await entriesOf(log)).map(({ type }) => type)).toEqual(['snapshot', 'steer-requested', 'text-delta']);
    expect((await shownBy(log, reader)).parts).toEqual([{ type: 'text', step: 0, text: 'Hello!' }]);
    await expect(log.read(logId, next)).rejects.toMatchObject({ code: 'invalid-offset' });
  });

  it('makes no log for an answer that is not its own any more', async () => {
    const appender = open(log, { isOurs: () => Promise.resolve(false) });
    await log.remove(logId);
    await expect(appender.append([says(0, 'Ghost')])).rejects.toThrow('somebody else');
    expect(await log.state(logId)).toBe('missing');
  });

  it('is not heard once a younger producer has the log', async () => {
    await log.open(logId, { ...producer, epoch: 2 });
    await expect(open(log).append([says(0, 'Ghost')])).rejects.toMatchObject({ code: 'fenced' });
  });
});

describe.skipIf(!isRedisTested())('an appender to a Redis', () => {
  let redis: TestRedis;
  let connections: RedisConnections;
  let log: StreamLogStore<GenerationEvent>;
  beforeEach(async () => {
    const logger = pino({ level: 'silent' });
    redis = await startRedis();
    connections = await connectRedis(`redis://127.0.0.1:${redis.port}`, logger);
    log = openSharedGenerationLog(connections, logger);
    await log.open(logId, producer);
  });
  afterEach(async () => {
    await log.shutdown();
    await connections.close();
    await redis.stop();
  });

  async function set(setting: string, value: string): Promise<void> {
    await connections.commands.call('CONFIG', 'SET', setting, value);
  }

  it('that restarts empty goes on, and every reader gets the same answer', async () => {
    const appender = open(log);
    await appender.append([says(0, 'Hel')]);
    const reader = await shownBy(log);
    const restarting = redis.restart();
    await appender.append([says(3, 'lo')]);
    await restarting;
    expect((await shownBy(log, reader)).parts).toEqual([{ type: 'text', step: 0, text: 'Hello' }]);
    expect((await shownBy(log)).parts).toEqual([{ type: 'text', step: 0, text: 'Hello' }]);
  }, 30_000);

  it.each([
    ['is full', 'maxmemory', '1', '0'],
    ['may not write', 'min-replicas-to-write', '1', '0'],
  ])('that %s waits until it takes something again', async (_name, setting, wrong, right) => {
    const onDelayed = vi.fn<(error: unknown) => void>();
    const appender = open(log, { onDelayed });
    await appender.append([says(0, 'Hel')]);
    await set(setting, wrong);
    const appending = appender.append([says(3, 'lo')]);
    await vi.waitFor(() => expect(onDelayed).toHaveBeenCalledTimes(1));
    await set(setting, right);
    await appending;
    expect(await entriesOf(log)).toEqual([
      { ...says(0, 'Hel'), n: 0 },
      { ...says(3, 'lo'), n: 1 },
    ]);
    expect(onDelayed).toHaveBeenCalledTimes(1);
  });
});
