import { afterEach, describe, expect, it, vi } from 'vitest';
import { calls, finish, playTurn, says } from './__fixtures__/play-turn.ts';
import { createScriptedStrategy } from './__fixtures__/scripted-strategy.ts';
import type { Line } from './__fixtures__/scripted-strategy.ts';
import { toolSays, tool, toolboxOf } from './__fixtures__/tools.ts';
import type { Tool } from '../tools/tool.ts';
import { createSpending } from './spending.ts';

afterEach(() => {
  vi.useRealTimers();
});

const usage = (output: number): Line => ({ type: 'usage', usage: { input: 0, output } });
const unlimited = { steps: 25, seconds: null, costMicroUsd: null };

describe('a turn', () => {
  it('ends when it has cost what it may, with what there is', async () => {
    const strategy = createScriptedStrategy(
      [says('One.'), calls(1, 'a', '{}', 'look'), usage(60), finish('tool-calls')],
      [says('Two.'), calls(1, 'b', '{}', 'look'), usage(60), finish('tool-calls')],
      [says('Three.'), finish()],
    );
    const { outcome, answer: parts } = await playTurn({
      strategy,
      tools: [tool('look', () => toolSays('seen'))],
      setup: { limits: { ...unlimited, costMicroUsd: 100 }, costOf: ({ output }) => output },
    });
    expect(outcome).toMatchObject({ status: 'failed', finishReason: 'error', error: { code: 'cost-limit' } });
    expect(parts.map((part) => 'text' in part && part.text)).toEqual(['One.', false, 'Two.', false]);
  });

  it('counts what was spent before its process died', async () => {
    const strategy = createScriptedStrategy([finish()]);
    const { outcome } = await playTurn({
      strategy,
      step: 2,
      spending: createSpending(100),
      setup: { limits: { ...unlimited, costMicroUsd: 100 } },
    });
    expect(outcome).toMatchObject({ error: { code: 'cost-limit' } });
    expect(strategy.requests).toEqual([]);
  });

  it('ends when its time is up, in the middle of whatever it does', async () => {
    vi.useFakeTimers();
    const strategy = createScriptedStrategy([says('Half'), 'silence']);
    const setup = { limits: { ...unlimited, seconds: 30 } };
    const inModel = playTurn({ strategy, setup });
    const stuck = tool('stuck', () => new Promise(() => undefined));
    const inTool = playTurn({
      strategy: createScriptedStrategy([calls(0, 'a', '{}', 'stuck'), finish('tool-calls')]),
      tools: [stuck],
      setup,
    });
    await vi.advanceTimersByTimeAsync(31_000);
    for (const { outcome } of [await inModel, await inTool]) {
      expect(outcome).toMatchObject({ status: 'failed', error: { code: 'time-limit' } });
    }
    expect(strategy.signals[0]?.aborted).toBe(true);
  });

  it('makes the first 64 calls of a step, and tells of the others', async () => {
    const run = vi.fn<Tool['run']>(() => toolSays('seen'));
    const many = Array.from({ length: 70 }, (_, index) => calls(index, `c${index}`, '{}', 'look'));
    const strategy = createScriptedStrategy([...many, finish('tool-calls')], [says('So.'), finish()]);
    const { answer: parts, outcome } = await playTurn({ strategy, tools: [tool('look', run)] });
    expect(outcome).toMatchObject({ status: 'done' });
    expect(run).toHaveBeenCalledTimes(64);
    expect(parts[63]).toMatchObject({ callId: 'c63', output: 'seen', state: 'done' });
    expect(parts[64]).toMatchObject({ callId: 'c64', output: expect.stringContaining('first 64'), state: 'failed' });
  });

  it('holds no more than can be saved', async () => {
    const strategy = createScriptedStrategy(
      [0, 1, 2].map((part) => calls(part, `c${part}`, '{}', 'tell')).concat(finish('tool-calls')),
      [says('x'.repeat(400_000)), calls(1, 'd', '{}', 'tell'), finish('tool-calls')],
    );
    const { answer: parts, outcome } = await playTurn({
      strategy,
      tools: [tool('tell', () => toolSays('x'.repeat(1_900_000)))],
      results: { keep: (_caller, _callId, { output }) => Promise.resolve({ output }) },
    });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'step-limit' } });
    const lengths = parts.map((part) => (part.type === 'tool-call' ? part.output?.length : undefined));
    expect(lengths.slice(0, 2)).toEqual([1_900_000, 1_900_000]);
    expect(parts[2]).toMatchObject({ output: 'The answer is too long to hold this result.', state: 'done' });
    expect(JSON.stringify(parts).length).toBeLessThan(4_500_000);
  });

  it('tells what its reader should know about its tools', async () => {
    const { events } = await playTurn({
      strategy: createScriptedStrategy([finish()]),
      setup: { toolbox: toolboxOf([], ['The server “files” cannot be reached.']) },
    });
    expect(events).toEqual([
      { type: 'step-started', step: 0 },
      { type: 'notice', step: 0, text: 'The server “files” cannot be reached.' },
    ]);
  });
});
