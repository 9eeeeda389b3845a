import { afterEach, describe, expect, it, vi } from 'vitest';
import { calls, finish, playTurn, says } from './__fixtures__/play-turn.ts';
import { createScriptedStrategy } from './__fixtures__/scripted-strategy.ts';
import type { Line } from './__fixtures__/scripted-strategy.ts';
import { toolSays, tool, toolboxOf } from './__fixtures__/tools.ts';
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
