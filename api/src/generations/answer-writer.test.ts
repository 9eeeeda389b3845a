import { commandIdSchema, foldMessage, generationEventSchema, hashText, messageText } from '@parley/contracts';
import type { GenerationEvent, NewEvent, RunningMessage } from '@parley/contracts';
import { createSqliteStreamLog } from '@parley/stream-log';
import type { StreamLogStore } from '@parley/stream-log';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyRunningAnswer, generationId } from './__fixtures__/messages.ts';
import { createAnswerWriter } from './answer-writer.ts';
import { createCommandInbox } from './command-inbox.ts';
import type { LogPosition } from './log-appender.ts';
import { createProgressSaver } from './progress-saver.ts';
import { restoreAnswer } from './restore-answer.ts';
import { noMarks } from './step-marks.ts';

const logId = 'generations/1';
const commandId = commandIdSchema.parse('00000000-0000-4000-8000-00000000000c');
const at = new Date('2026-01-01T00:00:00.000Z');

let log: StreamLogStore<GenerationEvent>;
beforeEach(() => {
  log = createSqliteStreamLog({ path: ':memory:', parse: (value) => generationEventSchema.parse(value) });
});
afterEach(() => log.shutdown());

async function openWriter(epoch = 1, start: Partial<LogPosition> = {}) {
  const producer = { id: generationId, epoch };
  await log.open(logId, producer);
  const saved: RunningMessage[] = [];
  const onBroken = vi.fn<(error: unknown) => void>();
  const saver = createProgressSaver((answer) => {
    saved.push(answer);
    return Promise.resolve();
  });
  const writer = createAnswerWriter({
    log,
    logId,
    producer,
    start: { message: emptyRunningAnswer(), marks: noMarks, loss: undefined, ...start },
    saver,
    isOurs: () => Promise.resolve(true),
    inbox: createCommandInbox([], () => undefined),
    onRestated: () => undefined,
    onDelayed: () => undefined,
    onBroken,
  });
  return { writer, saved, onBroken };
}

async function entries(): Promise<readonly GenerationEvent[]> {
  return (await log.read(logId, '-1')).entries;
}

const says = (start: number, text: string, step = 0, part = 0): NewEvent => ({
  type: 'text-delta',
  step,
  part,
  start,
  text,
});

describe('an answer writer', () => {
  it('numbers events and merges deltas that were written in one breath', async () => {
    const { writer } = await openWriter();
    writer.write({ type: 'step-started', step: 0 });
    writer.write(says(0, 'Hel'));
    writer.write(says(3, 'lo'));
    writer.write(says(0, 'other part', 0, 1));
    await writer.flush();
    expect(await entries()).toEqual([
      { type: 'step-started', n: 0, step: 0 },
      { ...says(0, 'Hello'), n: 1 },
      { ...says(0, 'other part', 0, 1), n: 2 },
    ]);
    writer.discard();
  });

  it('appends by itself', async () => {
    const { writer } = await openWriter();
    writer.write({ type: 'step-started', step: 0 });
    await vi.waitFor(async () => expect(await entries()).toHaveLength(1));
    writer.discard();
  });

  it('saves the answer with the offset it goes up to, so that a late reader misses nothing', async () => {
    const { writer, saved } = await openWriter();
    writer.write(says(0, 'Hello'));
    await writer.flush();
    writer.write(says(5, ' world'));
    await writer.seal({ status: 'done', finishReason: 'stop' }, at);
    const [late] = saved;
    expect(late?.parts).toEqual([{ type: 'text', step: 0, text: 'Hello' }]);
    const rest = await log.read(logId, late?.progress.offset ?? '');
    expect(messageText(rest.entries.reduce(foldMessage, late ?? emptyRunningAnswer()))).toBe('Hello world');
  });

  it('seals with what is pending, the end of the last step, and the proof of the text, in one append', async () => {
    const { writer } = await openWriter();
    writer.write(says(0, 'Hello'));
    const answer = await writer.seal({ status: 'done', finishReason: 'stop' }, at);
    expect((await entries()).slice(1)).toEqual([
      { type: 'step-finished', n: 1, step: 0 },
      {
        type: 'generation-finished',
        n: 2,
        step: 0,
        status: 'done',
        finishReason: 'stop',
        textLength: 5,
        textHash: hashText('Hello'),
        at: at.toISOString(),
      },
    ]);
    expect(await log.state(logId)).toBe('closed');
    expect(answer).toMatchObject({ status: 'done', finishReason: 'stop', parts: [{ text: 'Hello' }] });
  });

  it('puts the title into the running step, and nowhere once the log is sealed', async () => {
    const { writer } = await openWriter();
    writer.write({ type: 'step-started', step: 2 });
    writer.writeTitle('Greetings');
    await writer.flush();
    expect((await entries()).at(-1)).toEqual({ type: 'title', n: 1, step: 2, title: 'Greetings' });
    await writer.seal({ status: 'stopped', finishReason: 'stopped' }, at);
    writer.writeTitle('Too late');
    expect(await entries()).toHaveLength(3);
  });

  it('reports once that a younger producer has fenced it, and writes nothing more', async () => {
    const { writer, onBroken } = await openWriter(1);
    await log.open(logId, { id: generationId, epoch: 2 });
    writer.write(says(0, 'Ghost'));
    await expect(writer.flush()).rejects.toMatchObject({ code: 'fenced' });
    await expect(writer.flush()).rejects.toMatchObject({ code: 'fenced' });
    expect(onBroken).toHaveBeenCalledTimes(1);
    expect(await entries()).toEqual([]);
    writer.discard();
  });
});

describe('restoring an answer from its log', () => {
  const empty = emptyRunningAnswer();
  const restore = (saved = empty) => restoreAnswer({ log, logId, empty, saved });

  it('begins at the beginning when nothing was written', async () => {
    await openWriter();
    expect(await restore()).toMatchObject({
      step: 0,
      isInterrupted: false,
      finishedAt: undefined,
      message: { parts: [] },
    });
  });

  it('does a step again that was begun', async () => {
    const { writer } = await openWriter();
    writer.write({ type: 'generation-started', step: 0, generationId, messageId: empty.id, at: at.toISOString() });
    writer.write({ type: 'step-started', step: 0 });
    writer.write(says(0, 'Half'));
    writer.writeTitle('Greetings');
    await writer.flush();
    const restored = await restore();
    expect(restored).toMatchObject({ step: 0, isInterrupted: true, message: { parts: [{ text: 'Half' }] } });
    writer.discard();
  });

  it('goes on after a step that was finished', async () => {
    const { writer } = await openWriter();
    writer.write({ type: 'step-started', step: 0 });
    writer.write({ type: 'step-finished', step: 0 });
    await writer.flush();
    expect(await restore()).toMatchObject({ step: 1, isInterrupted: false });
    writer.discard();
  });

  it('notices a stop that nobody obeyed, and an end that nobody saved', async () => {
    const { writer } = await openWriter();
    await log.append(logId, { id: 'user:1', epoch: 0 }, 0, [
      { type: 'stop-requested', commandId: 'stop', at: at.toISOString() },
    ]);
    expect(await restore()).toMatchObject({ isStopRequested: true });
    await writer.seal({ status: 'stopped', finishReason: 'stopped' }, at);
    expect(await restore()).toMatchObject({ finishedAt: at, message: { status: 'stopped' } });
  });

  it('believes the saved answer where the log holds less, and has the log made anew for every reader', async () => {
    const { writer } = await openWriter();
    writer.write(says(0, 'Hello'));
    await writer.flush();
    const message = writer.message();
    const ahead = { ...message, parts: [{ type: 'text', step: 0, text: 'Hello world' } as const] };
    const saved = { ...ahead, progress: { ...ahead.progress, events: 7 } };
    const restored = await restore(saved);
    expect(restored).toMatchObject({ loss: 'rolled-back', isInterrupted: true, message: { parts: ahead.parts } });
    const { writer: heir } = await openWriter(2, restored);
    heir.write(says(11, '!'));
    await heir.flush();
    const reader = { ...message, progress: { ...message.progress, events: 5_000 } };
    expect((await entries()).reduce(foldMessage, reader).parts).toEqual([
      { type: 'text', step: 0, text: 'Hello world!' },
    ]);
    writer.discard();
    heir.discard();
  });

  it('goes on from the saved answer when the log was lost', async () => {
    const parts = [{ type: 'text', step: 0, text: 'Half' } as const];
    const saved = { ...empty, parts, progress: { ...empty.progress, events: 3, offset: 'of-a-lost-log' } };
    await log.open(logId, { id: generationId, epoch: 2 });
    const lost = await restore(saved);
    expect(lost).toMatchObject({ step: 0, isInterrupted: true, loss: 'missing' });
    const { writer } = await openWriter(2, lost);
    writer.write(says(4, ' and half'));
    await writer.flush();
    const [snapshot] = await entries();
    expect(snapshot).toMatchObject({ type: 'snapshot', step: 0, parts });
    const restored = await restore(saved);
    expect(restored.message.parts).toEqual([{ type: 'text', step: 0, text: 'Half and half' }]);
    expect(restored).toMatchObject({ loss: undefined, isInterrupted: true });
    writer.discard();
  });

  it('collects what other hands have written', async () => {
    const { writer } = await openWriter();
    const steer = { type: 'steer-requested', commandId, text: 'In French', at: at.toISOString() } as const;
    await log.append(logId, { id: 'command:1', epoch: 0 }, 0, [steer]);
    expect(await restore()).toMatchObject({ commands: [steer], isStopRequested: false });
    writer.discard();
  });
});
