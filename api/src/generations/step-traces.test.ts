import type { ModelEvent, ModelRequest } from '@parley/gateway';
import { describe, expect, it } from 'vitest';
import { calls, finish, playTurn, says } from './__fixtures__/play-turn.ts';
import { createScriptedStrategy } from './__fixtures__/scripted-strategy.ts';
import { tool, toolSays } from './__fixtures__/tools.ts';
import { createStepTraces, hashOfSent } from './step-traces.ts';

const request: ModelRequest = { model: 'big', instructions: [], turns: [], tools: [], sampling: {} };
const costs = { costOf: ({ input, output }: { input: number; output: number }) => input * 2 + output };

/** A watch that shows what it is set to. */
function watchAt(start: number) {
  let time = start;
  return { elapsed: () => time, set: (to: number) => void (time = to) };
}

function tell(note: (event: ModelEvent) => void, ...events: readonly ModelEvent[]): void {
  for (const event of events) note(event);
}

const text: ModelEvent = { type: 'text-delta', part: 0, text: 'Hi' };
const end: ModelEvent = { type: 'finish', reason: 'stop' };

describe('how a step went', () => {
  it('is told with times, tokens, price and who served it', () => {
    const watch = watchAt(1_000);
    const traces = createStepTraces(watch);
    const note = traces.call(0, request, costs);
    const served = { provider: 'openai', model: 'gpt-5', attempts: 2, cached: false };
    tell(note, { type: 'answer-start', id: 'a', model: 'big', served });
    watch.set(1_250.4);
    tell(note, text);
    watch.set(1_900);
    tell(note, text, { type: 'usage', usage: { input: 10, output: 5, cacheWrite: 3 } }, end);
    watch.set(5_000);
    expect(traces.of(0)).toEqual({
      step: 0,
      model: 'big',
      servedBy: { provider: 'openai', model: 'gpt-5' },
      attempts: 2,
      cached: false,
      firstTokenMs: 250,
      modelMs: 900,
      usage: { input: 10, output: 5 },
      costMicroUsd: 25,
      sentHash: hashOfSent(request),
    });
  });

  it('has the time of the tools that were called after it', () => {
    const watch = watchAt(0);
    const traces = createStepTraces(watch);
    tell(traces.call(0, request, costs), end);
    const over = traces.tools(0);
    watch.set(300);
    over();
    expect(traces.of(0)).toMatchObject({ toolsMs: 300 });
  });

  it('goes on from what an earlier producer has noted', () => {
    const watch = watchAt(700);
    const traces = createStepTraces(watch, [{ step: 0, model: 'big', modelMs: 500, toolsMs: 100 }]);
    const over = traces.tools(0);
    watch.set(750);
    over();
    expect(traces.of(0)).toEqual({ step: 0, model: 'big', modelMs: 500, toolsMs: 150 });
  });

  it('counts from the first call when that broke off and was made again', () => {
    const watch = watchAt(0);
    const traces = createStepTraces(watch);
    tell(traces.call(0, request, costs), text);
    watch.set(400);
    const again = traces.call(0, request, costs);
    watch.set(500);
    tell(again, text, end);
    expect(traces.of(0)).toMatchObject({ firstTokenMs: 500, modelMs: 500 });
  });

  it('is known while the model is silent', () => {
    const watch = watchAt(0);
    const traces = createStepTraces(watch);
    traces.call(0, request, costs);
    watch.set(80);
    expect(traces.of(0)).toEqual({ step: 0, model: 'big', modelMs: 80, sentHash: hashOfSent(request) });
  });

  it('costs nothing where the answer came out of a cache', () => {
    const traces = createStepTraces(watchAt(0));
    const served = { provider: 'openai', model: 'gpt-5', cached: true };
    const usage = { input: 10, output: 5 };
    const note = traces.call(0, request, costs);
    tell(note, { type: 'answer-start', id: 'a', model: 'm', served }, { type: 'usage', usage }, end);
    expect(traces.of(0)).toMatchObject({ cached: true, costMicroUsd: 0 });
  });

  it('has no price where none is known', () => {
    const traces = createStepTraces(watchAt(0));
    const note = traces.call(0, request, { costOf: () => undefined });
    tell(note, { type: 'usage', usage: { input: 10, output: 5 } }, end);
    expect(traces.of(0)).not.toHaveProperty('costMicroUsd');
  });
});

describe('what was sent', () => {
  it('is the same under another key, and another with another word', () => {
    expect(hashOfSent({ ...request, idempotencyKey: 'one' })).toBe(hashOfSent({ ...request, idempotencyKey: 'two' }));
    expect(hashOfSent({ ...request, instructions: ['Be brief.'] })).not.toBe(hashOfSent(request));
  });
});

describe('a turn', () => {
  it('tells how its steps went, once more after the tools, and last of the step that ends it', async () => {
    const strategy = createScriptedStrategy([calls(0, 'a', '{}'), finish('tool-calls')], [says('Done'), finish()]);
    const { traces } = await playTurn({ strategy, tools: [tool('get_weather', () => toolSays('Sunny'))] });
    expect(traces.map(({ step, toolsMs }) => [step, toolsMs !== undefined])).toEqual([
      [0, false],
      [0, true],
      [2, false],
    ]);
  });
});
