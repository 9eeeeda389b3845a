import type { MessagePart, ToolHints } from '@parley/contracts';
import { describe, expect, it, vi } from 'vitest';
import { calls, finish, playTurn, says } from '../__fixtures__/play-turn.ts';
import { createScriptedStrategy } from '../__fixtures__/scripted-strategy.ts';
import { toolSays, tool } from '../__fixtures__/tools.ts';
import type { Tool, ToolResult } from '../../tools/tool.ts';
import type { TurnEvent } from '../turn-event.ts';

type Run = Tool['run'];

/** One tool, and how it was run. */
function weather(run: Run, hints: Partial<ToolHints> = {}): { tools: Tool[]; run: ReturnType<typeof vi.fn<Run>> } {
  const spied = vi.fn<Run>(run);
  return { tools: [tool('get_weather', spied, { hints })], run: spied };
}

const sunny = (): Promise<ToolResult> => toolSays('Sunny');
const asks = (input = '{"city":"Rome"}') => [calls(0, 'a', input), finish('tool-calls')];

function resultsIn(events: readonly TurnEvent[]) {
  return events.filter((event) => event.type === 'tool-result');
}

/** What a producer has left that died in the round of tool calls. */
function called(callId: string, output?: string): MessagePart {
  const call = { type: 'tool-call', step: 0, callId, name: 'get_weather', input: '{}', started: true } as const;
  return output === undefined ? { ...call, state: 'running' } : { ...call, state: 'done', output };
}
const waiting = { type: 'tool-call', step: 0, callId: 'a', name: 'get_weather', input: '{}', state: 'called' } as const;
const begun = { attempt: 1, isUsageHeld: false };

describe('a tool', () => {
  it('is run with its input, and the model reads its output', async () => {
    const { tools, run } = weather(sunny);
    const strategy = createScriptedStrategy(asks(), [says('It is sunny.'), finish()]);
    const { events } = await playTurn({ strategy, tools });
    expect(run).toHaveBeenCalledWith({ city: 'Rome' }, expect.objectContaining({ callId: 'a', answer: undefined }));
    expect(resultsIn(events)).toEqual([{ type: 'tool-result', step: 1, callId: 'a', output: 'Sunny', failed: false }]);
    expect(strategy.requests[1]?.turns.at(-1)).toEqual({
      role: 'tool',
      callId: 'a',
      output: 'Sunny',
      name: 'get_weather',
    });
  });

  it('is run only once it is in the log that its step has begun', async () => {
    const order: string[] = [];
    const { tools } = weather(() => {
      order.push('run');
      return sunny();
    });
    await playTurn({
      strategy: createScriptedStrategy(asks(), [finish()]),
      tools,
      onEvent: ({ type, step }) => step === 1 && order.push(type),
      written: () => Promise.resolve(void order.push('written')),
    });
    expect(order).toEqual(['step-started', 'tool-started', 'written', 'run', 'tool-result', 'step-finished']);
  });

  it.each([
    ['that fails', '{}', () => Promise.reject(new Error('secret')), 'The tool “get_weather” failed.'],
    ['that is given nonsense', '{"city"', sunny, 'The input is not valid JSON.'],
  ])('%s lets the model know, and the turn go on', async (_name, input, run, output) => {
    const { tools } = weather(run);
    const { events, outcome } = await playTurn({
      strategy: createScriptedStrategy(asks(input), [finish()]),
      tools,
    });
    expect(resultsIn(events)).toMatchObject([{ output, failed: true }]);
    expect(outcome.status).toBe('done');
  });

  it('that never ends does not hinder a stop', async () => {
    const stop = new AbortController();
    const { tools } = weather(() => {
      stop.abort();
      return new Promise(() => undefined);
    });
    const { outcome } = await playTurn({ strategy: createScriptedStrategy(asks()), tools, stop: stop.signal });
    expect(outcome.status).toBe('stopped');
  });
});

describe('a round of tool calls whose producer died', () => {
  it.each<[string, Partial<ToolHints>]>([
    ['only reads', { readOnly: true }],
    ['may be run twice', { idempotent: true }],
  ])('runs a tool again that %s', async (_name, kind) => {
    const { tools, run } = weather(sunny, kind);
    const { events } = await playTurn({
      strategy: createScriptedStrategy([finish()]),
      tools,
      answer: [called('a', 'Rain'), called('b')],
      step: 1,
      begun,
    });
    expect(run.mock.calls.map(([, { callId }]) => callId)).toEqual(['b']);
    expect(resultsIn(events)).toMatchObject([{ callId: 'b', output: 'Sunny', failed: false }]);
  });

  it('never runs any other tool again, and says that its outcome is unknown', async () => {
    const { tools, run } = weather(sunny);
    const strategy = createScriptedStrategy([says('I do not know.'), finish()]);
    const { events } = await playTurn({ strategy, tools, answer: [called('a', 'Rain'), called('b')], step: 1, begun });
    expect(run).not.toHaveBeenCalled();
    const output = 'The call was interrupted; its outcome is unknown.';
    expect(resultsIn(events)).toEqual([{ type: 'tool-result', step: 1, callId: 'b', output, failed: true }]);
    expect(strategy.requests[0]?.turns.slice(-2)).toMatchObject([{ output: 'Rain' }, { output }]);
  });

  it('runs what was asked for and not begun', async () => {
    const { tools, run } = weather(sunny);
    await playTurn({ strategy: createScriptedStrategy([finish()]), tools, answer: [waiting], step: 1, begun });
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('goes on to the model when all results were there', async () => {
    const strategy = createScriptedStrategy([finish()]);
    const { events } = await playTurn({ strategy, answer: [called('a', 'Rain')], step: 1, begun });
    expect(events.map(({ type, step }) => `${step} ${type}`)).toEqual(['1 step-finished', '2 step-started']);
  });

  it('does not take the calls of a model step that had not ended for its own', async () => {
    const { tools, run } = weather(sunny);
    const strategy = createScriptedStrategy(
      [{ type: 'answer-start', id: 'x', model: 'm', recording: 'replayed' }, ...asks('{}')],
      [finish()],
    );
    const { events } = await playTurn({ strategy, tools, answer: [waiting], step: 0, begun });
    expect(events.map(({ type, step }) => `${step} ${type}`).slice(0, 4)).toEqual([
      '0 step-finished',
      '1 step-started',
      '1 tool-started',
      '1 tool-result',
    ]);
    expect(run).toHaveBeenCalledTimes(1);
  });
});
