import { describe, expect, it } from 'vitest';
import { commandId } from './__fixtures__/messages.ts';
import { calls, finish, playTurn, says, steersOf } from './__fixtures__/play-turn.ts';
import type { PlayOptions, SteerText, Watched } from './__fixtures__/play-turn.ts';
import { createScriptedStrategy } from './__fixtures__/scripted-strategy.ts';
import type { ScriptedStrategy } from './__fixtures__/scripted-strategy.ts';

const play = (strategy: ScriptedStrategy, options: PlayOptions = {}): Promise<Watched> =>
  playTurn({ ...options, strategy });

describe('what the user adds in the middle of an answer', () => {
  const first = { commandId: commandId(1), text: 'In French' };
  const second = { commandId: commandId(2), text: 'And short' };

  it('is read by the model before its next step', async () => {
    const strategy = createScriptedStrategy([calls(0, 'a', '{}'), finish('tool-calls')], [says('Bien'), finish()]);
    const waiting: SteerText[] = [];
    const { events, outcome } = await play(strategy, {
      steersAfter: steersOf(waiting),
      onEvent: ({ type }) => type === 'tool-call' && waiting.push(first, second),
    });
    expect(events.slice(6)).toEqual([
      { type: 'step-finished', step: 1 },
      { type: 'step-started', step: 2 },
      { type: 'steer-received', step: 2, part: 1, ...first },
      { type: 'steer-received', step: 2, part: 2, ...second },
      { type: 'text-delta', step: 2, part: 3, start: 0, text: 'Bien' },
    ]);
    expect(strategy.requests[1]?.turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
    expect(outcome.status).toBe('done');
  });

  it('lets an answer go on that had ended', async () => {
    const strategy = createScriptedStrategy([says('Good'), finish()], [says('Bien'), finish()]);
    const waiting: SteerText[] = [];
    const { events, outcome } = await play(strategy, {
      steersAfter: steersOf(waiting),
      beforeEnd: () => Promise.resolve(void (waiting.length === 0 && waiting.push(first))),
    });
    expect(events.slice(2)).toEqual([
      { type: 'step-finished', step: 0 },
      { type: 'step-started', step: 1 },
      { type: 'steer-received', step: 1, part: 1, ...first },
      { type: 'text-delta', step: 1, part: 2, start: 0, text: 'Bien' },
    ]);
    expect(strategy.requests[1]?.turns.slice(1)).toMatchObject([
      { role: 'assistant', parts: [{ text: 'Good' }] },
      { role: 'user', parts: [{ text: 'In French' }] },
    ]);
    expect(outcome).toEqual({ status: 'done', finishReason: 'stop' });
  });

  it('is in the log before the model is asked', async () => {
    const order: string[] = [];
    const strategy = createScriptedStrategy([finish()]);
    await play(strategy, {
      steersAfter: steersOf([first]),
      onEvent: ({ type }) => order.push(type),
      written: () => Promise.resolve(void order.push(`written before call ${strategy.requests.length}`)),
    });
    expect(order).toEqual(['step-started', 'steer-received', 'written before call 0']);
  });

  it('cannot make a turn endless', async () => {
    const strategy = createScriptedStrategy(...Array.from({ length: 40 }, () => [finish()]));
    let count = 0;
    await play(strategy, {
      steersAfter: () => {
        count += 1;
        return steersOf([{ commandId: commandId(count), text: 'More' }])([]);
      },
    });
    expect(strategy.requests).toHaveLength(25);
  });

  it('waits when the answer is stopped', async () => {
    const stop = new AbortController();
    const { events } = await play(createScriptedStrategy([says('Half'), 'silence']), {
      stop: stop.signal,
      onEvent: ({ type }) => type === 'text-delta' && stop.abort(),
      steersAfter: (answer) => (answer.length === 0 ? [] : steersOf([first])(answer)),
    });
    expect(events.map(({ type }) => type)).toEqual(['step-started', 'text-delta']);
  });
});
