import { generationEventSchema } from '@parley/contracts';
import type { GenerationEvent, MessagePart } from '@parley/contracts';
import { GatewayError } from '@parley/gateway';
import type { ModelEvent, ModelRequest, ProviderStrategy } from '@parley/gateway';
import { createSqliteStreamLog } from '@parley/stream-log';
import type { StreamLog, StreamLogStore } from '@parley/stream-log';
import { describe, expect, it } from 'vitest';
import { commandId, emptyRunningAnswer, generationId, message, text } from './__fixtures__/messages.ts';
import { createAnswerWriter } from './answer-writer.ts';
import { createCommandInbox, isSteer } from './command-inbox.ts';
import { createProgressSaver } from './progress-saver.ts';
import { restoreAnswer } from './restore-answer.ts';
import type { Tool } from '../tools/tool.ts';
import { approvalsOf, caller, setupWith, shortResults, tool } from './__fixtures__/tools.ts';
import { createSpending } from './spending.ts';
import { startStopwatch } from './stopwatch.ts';
import { writeAnswer } from './write-answer.ts';

const logId = 'generations/1';
const steer = { commandId: commandId(1), text: 'In French' };
const never = new AbortController().signal;

/** A gateway that makes a call once and tells it again to whoever asks with the same key and the same words. */
function recordingGateway(scripts: readonly (readonly ModelEvent[])[]) {
  const recorded = new Map<string, { readonly turns: string; readonly events: readonly ModelEvent[] }>();
  const strategy: ProviderStrategy = {
    dialect: 'openai-chat',
    async *stream({ idempotencyKey = '', turns }: ModelRequest) {
      const known = recorded.get(idempotencyKey);
      const said = known ?? { turns: JSON.stringify(turns), events: scripts[recorded.size] ?? [] };
      if (said.turns !== JSON.stringify(turns)) {
        throw new GatewayError('idempotency-mismatch', { message: 'Another body.' });
      }
      recorded.set(idempotencyKey, said);
      yield { type: 'answer-start', id: 'x', model: 'm', recording: known === undefined ? 'new' : 'replayed' };
      yield* said.events;
    },
  };
  return { strategy, calls: () => recorded.size };
}

/** Two tools: one that only looks, one that has an effect. */
function countingTools() {
  const runs = { look: 0, act: 0 };
  const counting = (name: 'look' | 'act'): Tool =>
    tool(
      name,
      () => {
        runs[name] += 1;
        return Promise.resolve({ output: `${name} ${runs[name]}`, failed: false });
      },
      { hints: { readOnly: name === 'look' } },
    );
  const tools = [counting('look'), counting('act')];
  return { runs, tools };
}

const says = (value: string): ModelEvent => ({ type: 'text-delta', part: 0, text: value });
const calls = (name: string, part: number): ModelEvent => ({
  type: 'tool-input-delta',
  part,
  callId: name,
  name,
  text: '{}',
});
const finish = (reason: 'stop' | 'tool-calls'): readonly ModelEvent[] => [
  { type: 'finish', reason },
  { type: 'usage', usage: { input: 1, output: 1 } },
];
const scripts = [
  [says('Let me '), says('look.'), calls('look', 1), calls('act', 2), ...finish('tool-calls')],
  [says('Seen '), says('and done.'), ...finish('stop')],
  [says('Vu et '), says('fait.'), ...finish('stop')],
];

type Moment = 'before' | 'after';

/** The log as a process sees it that dies at its append number `lives`, before that is written or after. */
function mortal(log: StreamLog<GenerationEvent>, lives: number, moment: Moment): StreamLog<GenerationEvent> {
  let appends = 0;
  async function live<T>(write: () => Promise<T>): Promise<T> {
    appends += 1;
    if (appends < lives) return await write();
    if (appends === lives && moment === 'after') await write();
    throw new Error('dead');
  }
  return {
    ...log,
    append: (...input) => live(() => log.append(...input)),
    close: (...input) => live(() => log.close(...input)),
  };
}

interface World {
  readonly strategy: ProviderStrategy;
  readonly tools: readonly Tool[];
  readonly onProgress?: () => Promise<void>;
}

/** One process that writes the answer from where it stands. Resolves with whether it saw the end. */
async function produce(
  log: StreamLog<GenerationEvent>,
  epoch: number,
  { strategy, tools, onProgress = () => Promise.resolve() }: World,
): Promise<boolean> {
  const producer = { id: generationId, epoch };
  await log.open(logId, producer);
  const empty = emptyRunningAnswer();
  const restored = await restoreAnswer({ log, logId, empty, saved: empty });
  if (restored.finishedAt !== undefined) return true;
  const halt = new AbortController();
  const inbox = createCommandInbox(restored.commands, () => undefined, restored.inputs);
  const watch = startStopwatch(Date.now);
  const writer = createAnswerWriter({
    log,
    logId,
    producer,
    start: restored,
    saver: createProgressSaver(() => Promise.resolve()),
    appendIntervalMs: 0,
    isOurs: () => Promise.resolve(true),
    inbox,
    onRestated: () => undefined,
    onDelayed: () => undefined,
    onBroken: (error) => halt.abort(error),
  });
  try {
    const outcome = await writeAnswer({
      generation: {
        id: generationId,
        userId: '' as never,
        conversationId: empty.conversationId,
        startsConversation: false,
        parentMessageId: null,
        userMessageId: empty.id,
        responseMessageId: empty.id,
        endpoint: 'Scripted',
        model: 'm',
        requestHash: '',
        prompt: 'Hi',
        createdAt: new Date(0),
        status: 'running',
        epoch,
        interruptions: 0,
        tools: [],
        workedMs: 0,
        startedBy: null,
        queue: [],
        commands: [],
      },
      restored,
      setup: setupWith(strategy, tools),
      history: [message(0, 'user', text('Hi'))],
      writer,
      caller,
      approvals: approvalsOf().approvals,
      results: shortResults,
      inputs: inbox,
      setupOf: () => Promise.reject(new Error('There is no other agent.')),
      watch,
      startWatch: () => startStopwatch(Date.now),
      spending: createSpending(0),
      onToolError: () => undefined,
      onWaiting: () => undefined,
      stop: never,
      halt: halt.signal,
      steersAfter: (answer) => inbox.pending(answer).filter(isSteer),
      beforeEnd: () => Promise.resolve(),
      hangUp: () => undefined,
      onProgress,
    });
    if (outcome === 'waiting') return false;
    await writer.seal(outcome, new Date(0));
    return true;
  } catch {
    return false;
  } finally {
    writer.discard();
  }
}

async function withLog<T>(task: (log: StreamLogStore<GenerationEvent>) => Promise<T>): Promise<T> {
  const log = createSqliteStreamLog({ path: ':memory:', parse: (value) => generationEventSchema.parse(value) });
  try {
    await log.open(logId, { id: generationId, epoch: 0 });
    const at = '2026-01-01T00:00:00.000Z';
    await log.append(logId, { id: 'hand', epoch: 0 }, 0, [{ type: 'steer-requested', ...steer, at }]);
    return await task(log);
  } finally {
    await log.shutdown();
  }
}

async function partsIn(log: StreamLog<GenerationEvent>): Promise<readonly MessagePart[]> {
  const empty = emptyRunningAnswer();
  return (await restoreAnswer({ log, logId, empty, saved: empty })).message.parts;
}

function textsIn(parts: readonly MessagePart[]): readonly string[] {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
}

describe('a turn of several steps whose producer dies at any append', () => {
  it.each<Moment>(['before', 'after'])(
    'is whole in the end, and nothing is done twice (%s it was written)',
    async (moment) => {
      let deaths = 0;
      for (let lives = 1; lives <= 40; lives += 1) {
        await withLog(async (log) => {
          const gateway = recordingGateway(scripts);
          const { runs, tools } = countingTools();
          const world = { strategy: gateway.strategy, tools };
          if (await produce(mortal(log, lives, moment), 1, world)) return;
          deaths += 1;
          // The second one dies a little later, the third one sees it through.
          await produce(mortal(log, 2, moment), 2, world);
          expect(await produce(log, 3, world)).toBe(true);
          expect(await log.state(logId)).toBe('closed');
          const parts = await partsIn(log);
          const texts = textsIn(parts);
          // What the user adds is taken in one step later when the process died just before.
          expect(['Let me look.', 'Seen and done.', 'Vu et fait.'].slice(0, texts.length)).toEqual(texts);
          expect(texts.length).toBeGreaterThan(1);
          expect(gateway.calls()).toBe(texts.length);
          expect(parts.filter(({ type }) => type === 'steer')).toHaveLength(1);
          expect(parts.filter((part) => part.type === 'tool-call' && part.output !== undefined)).toHaveLength(2);
          expect(runs.act).toBeLessThanOrEqual(1);
          const { entries } = await log.read(logId, '-1');
          expect(entries.filter(({ type }) => type === 'steer-received')).toHaveLength(1);
          expect(entries.filter(({ type }) => type === 'step-restarted')).toHaveLength(0);
          expect(entries.flatMap((event) => ('n' in event ? [event.n] : []))).toEqual([
            ...entries.filter((event) => 'n' in event).keys(),
          ]);
        });
      }
      expect(deaths).toBeGreaterThan(5);
    },
  );
});

describe('a step that is taken up again', () => {
  it('counts as progress when it gets further than before, and only then', async () => {
    const lines = [says('One '), says('two '), says('three')];
    /** A model that falls silent after so many words, as if it took its time. */
    const slow = (words: number): ProviderStrategy => ({
      dialect: 'openai-chat',
      async *stream() {
        yield { type: 'answer-start', id: 'x', model: 'm', recording: 'replayed' };
        yield* lines.slice(0, words);
        throw new Error('dead');
      },
    });
    await withLog(async (log) => {
      const { tools } = countingTools();
      const progress: number[] = [];
      for (const [epoch, words] of [2, 2, 3].entries()) {
        const onProgress = (): Promise<void> => Promise.resolve(void progress.push(epoch));
        await produce(log, epoch + 1, { strategy: slow(words), tools, onProgress });
      }
      expect(progress).toEqual([2]);
    });
  });
});
