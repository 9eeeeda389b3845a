import { foldMessage } from '@parley/contracts';
import type { AgentRef, MessagePart, ToolCallPart } from '@parley/contracts';
import type { ModelRequest, ProviderStrategy } from '@parley/gateway';
import { problem } from '@parley/contracts';
import { describe, expect, it, vi } from 'vitest';
import { emptyRunningAnswer, generationId } from '../__fixtures__/messages.ts';
import { calls, finish, playAsFar, says } from '../__fixtures__/play-turn.ts';
import type { Left, PlayOptions } from '../__fixtures__/play-turn.ts';
import { playWithUser } from '../__fixtures__/play-with-user.ts';
import { createScriptedStrategy } from '../__fixtures__/scripted-strategy.ts';
import type { Line } from '../__fixtures__/scripted-strategy.ts';
import { agentRef, toolSays, approvalsOf, setupWith, tool } from '../__fixtures__/tools.ts';
import type { TurnSetup } from '../turn-setup.ts';
import type { Tool } from '../../tools/tool.ts';
import type { TurnEvent } from '../turn-event.ts';

const cook = agentRef(31, 'Cook');
const chef = agentRef(32, 'Head Chef');
const usage = (output: number): Line => ({ type: 'usage', usage: { input: 1, output } });
const ask = (part: number, callId: string, task = 'Soup', name = 'ask_cook'): Line =>
  calls(part, callId, JSON.stringify({ task }), name);

/** Sixty questions to the cook, at once. */
const sixty = (round: string): Line[] => Array.from({ length: 60 }, (_, index) => ask(index, `${round}${index}`));

/** A model that says what the script has for the last part of its key, in each run of its own. */
function stepwise(...scripts: readonly (readonly Line[])[]): ProviderStrategy & { requests: ModelRequest[] } {
  const requests: ModelRequest[] = [];
  return {
    dialect: 'openai-chat',
    requests,
    async *stream(request: ModelRequest) {
      requests.push(request);
      const step = Number(request.idempotencyKey?.split(':').at(-1));
      for (const line of scripts[step / 2] ?? [finish()]) {
        if (line instanceof Error) throw line;
        if (line === 'silence') await new Promise<never>(() => undefined);
        else yield line;
      }
    },
  };
}

interface Kitchen {
  readonly outer: ProviderStrategy;
  readonly inner: ProviderStrategy;
  readonly tools?: readonly Tool[];
  readonly setup?: Partial<TurnSetup>;
}

/** A turn that may ask the cook. */
function options({ outer, inner, tools = [], setup = {} }: Kitchen): PlayOptions {
  const innerSetup = setupWith(inner, tools, {
    agent: cook,
    subAgents: [
      { agent: cook, description: '' },
      { agent: chef, description: '' },
    ],
    ...setup,
  });
  return {
    strategy: outer,
    setup: { subAgents: [{ agent: cook, description: 'Knows soups.' }] },
    setupOf: ({ id }: AgentRef) =>
      Promise.resolve({
        ...innerSetup,
        agent: id === cook.id ? cook : { ...chef, id },
        ...(id === cook.id ? {} : nested(id)),
      }),
  };
}

/** Every head chef may ask another one. */
function nested(id: AgentRef['id']): Partial<TurnSetup> {
  const next = agentRef(Number(id.slice(-2)) + 1, 'Head Chef');
  return { subAgents: [{ agent: next, description: '' }] };
}

/** A model that asks the cook once. */
function waiter() {
  return stepwise([ask(0, 'a'), finish('tool-calls')], [says('Served.'), finish()]);
}

/** A cook who stirs once. */
function stirring() {
  return stepwise(
    [calls(0, 'x', '{}', 'stir'), usage(2), finish('tool-calls')],
    [says('Soup'), says('!'), usage(3), finish()],
  );
}

function foldAll(events: readonly TurnEvent[]) {
  return events.reduce((held, event, n) => foldMessage(held, { ...event, n }), emptyRunningAnswer());
}

function callIn(parts: readonly MessagePart[], index = 0): ToolCallPart {
  const part = parts[index];
  if (part?.type !== 'tool-call') throw new Error('There is no such call.');
  return part;
}

describe('an agent that is asked', () => {
  it('works inside of the call, tells all it does there, and answers with its last words', async () => {
    const strategy = waiter();
    const inner = stepwise(
      [says('Hm.'), calls(1, 'x', '{}', 'stir'), usage(2), finish('tool-calls')],
      [says('Soup!'), usage(3), finish()],
    );
    const tools = [tool('stir', () => toolSays('stirred'))];
    const { events, answer: parts, outcome } = await playAsFar(options({ outer: strategy, inner, tools }));
    expect(outcome).toMatchObject({ status: 'done' });
    expect(foldAll(events).parts).toEqual(parts);
    const call = callIn(parts);
    expect(call).toMatchObject({ name: 'ask_cook', title: 'Cook', state: 'done', output: 'Soup!' });
    expect(call.run).toMatchObject({
      agent: cook,
      usage: { input: 2, output: 5 },
      parts: [
        { type: 'text', text: 'Hm.' },
        { type: 'tool-call', callId: 'a/x', output: 'stirred', state: 'done' },
        { type: 'text', step: 2, text: 'Soup!' },
      ],
    });
    expect(inner.requests[0]).toMatchObject({ turns: [{ role: 'user', parts: [{ text: 'Soup' }] }] });
    expect(inner.requests[1]?.turns[1]).toMatchObject({ parts: [{ text: 'Hm.' }, { callId: 'x' }] });
    expect(inner.requests[0]?.idempotencyKey).toMatch(new RegExp(`^${generationId}:[0-9a-f]{32}:0$`));
    expect(strategy.requests[1]?.turns.at(-1)).toMatchObject({ callId: 'a', output: 'Soup!' });
    expect(JSON.stringify(strategy.requests[1])).not.toContain('stirred');
  });

  it('works beside others', async () => {
    const two = stepwise([ask(0, 'a', 'Soup'), ask(1, 'b', 'Salad'), finish('tool-calls')], [finish()]);
    const started: string[] = [];
    const both = Promise.withResolvers<void>();
    const inner: ProviderStrategy = {
      dialect: 'openai-chat',
      async *stream({ turns }: ModelRequest) {
        started.push(JSON.stringify(turns));
        if (started.length === 2) both.resolve();
        await both.promise;
        yield { type: 'text-delta', part: 0, text: turns.at(0)?.role === 'user' ? 'Ready' : '' };
        yield { type: 'finish', reason: 'stop' };
      },
    };
    const { answer: parts } = await playAsFar(options({ outer: two, inner }));
    expect([callIn(parts, 0).output, callIn(parts, 1).output]).toEqual(['Ready', 'Ready']);
  });

  it('may wait for its user inside of the call, and goes on there', async () => {
    const inner = stepwise([calls(0, 'x', '{}', 'stir'), finish('tool-calls')], [says('Soup!'), finish()]);
    const run = vi.fn<Tool['run']>(() => toolSays('stirred'));
    const { approvals } = approvalsOf({ stir: 'ask' });
    const strategy = waiter();
    const played = await playWithUser(
      { ...options({ outer: strategy, inner, tools: [tool('stir', run)] }), approvals },
      (user) => user.answers('a/x', { kind: 'approve', scope: 'once' }),
    );
    expect(played).toMatchObject({ waits: 1, outcome: { status: 'done' } });
    expect(run).toHaveBeenCalledTimes(1);
    expect(callIn(played.message.parts)).toMatchObject({ state: 'done', output: 'Soup!' });
    expect(inner.requests).toHaveLength(2);
    expect(strategy.requests).toHaveLength(2);
    expect(played.events.filter(({ type }) => type === 'sub-agent-started')).toHaveLength(1);
  });

  it('is continued from any event on, its tools never run twice and its words told once', async () => {
    const whole = await playAsFar(
      options({ outer: waiter(), inner: stirring(), tools: [tool('stir', () => toolSays('ok'))] }),
    );
    for (let lives = 1; lives <= whole.events.length; lives += 1) {
      const run = vi.fn<Tool['run']>(() => toolSays('ok'));
      const kitchen = () => options({ outer: waiter(), inner: stirring(), tools: [tool('stir', run)] });
      const events: TurnEvent[] = [];
      await playAsFar({
        ...kitchen(),
        onEvent(event) {
          events.push(event);
          if (events.length === lives) throw new Error('dead');
        },
      }).catch(() => undefined);
      const rest = await goOn(events, kitchen());
      expect(rest.outcome).toMatchObject({ status: 'done' });
      expect(run.mock.calls.length).toBeLessThanOrEqual(1);
      const { parts } = foldAll([...events, ...rest.events]);
      expect(parts).toEqual(rest.answer);
      const [stir] = callIn(parts).run?.parts ?? [];
      const isUnknown = stir?.type === 'tool-call' && stir.state === 'failed';
      expect(run.mock.calls.length).toBeGreaterThanOrEqual(isUnknown ? 0 : 1);
      expect(callIn(parts)).toMatchObject({ state: 'done', output: 'Soup!' });
      expect(callIn(parts).run?.parts.map((part) => 'text' in part && part.text)).toEqual([false, 'Soup!']);
    }
  });

  it.each<[string, Partial<PlayOptions>, string]>([
    ['is at work already', { ancestors: [cook.id] }, 'The agent “Cook” is at work on this already.'],
    ['would be too deep', { within: ['1', '2', '3', '4', '5'] }, 'Agents have asked agents too deeply'],
    ['costs more than is left', { isOuterSpent: () => true }, 'There is nothing left to spend'],
    [
      'is gone',
      { setupOf: () => Promise.reject(problem('agent-disabled')) },
      'The agent “Cook” cannot be asked: An admin has disabled this agent',
    ],
  ])('is not asked when it %s', async (_name, change, output) => {
    const called = {
      type: 'tool-call',
      step: 0,
      callId: 'a',
      name: 'ask_cook',
      input: '{"task":"Soup"}',
      state: 'called',
    } as const;
    const kitchen = options({ outer: stepwise([], [finish()]), inner: stepwise() });
    const { answer: parts } = await playAsFar({ ...kitchen, answer: [called], step: 1, ...change });
    expect(callIn(parts)).toMatchObject({ state: 'failed', output: expect.stringContaining(output) });
    expect(callIn(parts).run).toBeUndefined();
  });

  it('is asked a hundred times in one answer, and no more', async () => {
    const inner = stepwise([says('Soup!'), finish()]);
    const outer = stepwise(
      [...sixty('a'), finish('tool-calls')],
      [...sixty('b'), finish('tool-calls')],
      [says('Served.'), finish()],
    );
    const { answer: parts, outcome } = await playAsFar(options({ outer, inner }));
    expect(outcome).toMatchObject({ status: 'done' });
    expect(inner.requests).toHaveLength(100);
    const refused = parts.filter((part) => part.type === 'tool-call' && part.state === 'failed');
    expect(refused).toHaveLength(20);
    expect(refused[0]).toMatchObject({ output: expect.stringContaining('asked too often') });
  });

  it('cannot ask itself, nor ask on for ever', async () => {
    const self = stepwise([ask(0, 'x', 'Soup', 'ask_cook'), finish('tool-calls')], [says('Alone then.'), finish()]);
    const { answer: parts } = await playAsFar(options({ outer: waiter(), inner: self }));
    expect(callIn(callIn(parts).run?.parts ?? [])).toMatchObject({
      output: expect.stringContaining('at work on this'),
    });
    expect(callIn(parts).output).toBe('Alone then.');

    const deeper = stepwise([ask(0, 'x', 'Soup', 'ask_head_chef'), finish('tool-calls')], [says('Enough.'), finish()]);
    const deep = await playAsFar(options({ outer: waiter(), inner: deeper }));
    expect(JSON.stringify(deep.answer)).toContain('Agents have asked agents too deeply');
    expect(callIn(deep.answer).output).toBe('Enough.');
    expect(JSON.stringify(deep.answer).split('"run":')).toHaveLength(6);
  });

  it('that uses up its steps has failed, with what it had said', async () => {
    const endless = stepwise(
      ...Array.from({ length: 9 }, () => [says('Hm.'), calls(1, 'x', '{}', 'stir'), finish('tool-calls')]),
    );
    const tools = [tool('stir', () => toolSays('stirred'))];
    const limits = { steps: 3, seconds: null, costMicroUsd: null };
    const { answer: parts, outcome } = await playAsFar(
      options({ outer: waiter(), inner: endless, tools, setup: { limits } }),
    );
    expect(callIn(parts)).toMatchObject({ state: 'failed', output: expect.stringContaining('used all its steps') });
    expect(callIn(parts).output).toContain('Hm.');
    expect(outcome).toMatchObject({ status: 'done' });
  });

  it('spends what the turn around it may spend', async () => {
    const inner = stepwise([says('Soup!'), usage(90), finish()]);
    const kitchen = options({ outer: waiter(), inner, setup: { costOf: ({ output }) => output } });
    const limits = { steps: 9, seconds: null, costMicroUsd: 50 };
    const { outcome, answer: parts } = await playAsFar({ ...kitchen, setup: { ...kitchen.setup, limits } });
    expect(callIn(parts).output).toBe('Soup!');
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'cost-limit' } });
  });

  it('ends with the turn around it', async () => {
    const stop = new AbortController();
    const inner = createScriptedStrategy([says('Half'), 'silence']);
    const { outcome } = await playAsFar({
      ...options({ outer: waiter(), inner }),
      stop: stop.signal,
      onEvent: ({ type, within }) => type === 'text-delta' && within !== undefined && stop.abort(),
    });
    expect(outcome).toMatchObject({ status: 'stopped' });
    expect(inner.signals[0]?.aborted).toBe(true);
  });
});

/** Another process goes on from what the log holds. */
async function goOn(events: readonly TurnEvent[], its: PlayOptions): Promise<Left> {
  const { parts, progress } = foldAll(events);
  const own = events.filter(({ within }) => within === undefined);
  const last = own.findLast(({ type }) => type === 'step-started' || type === 'step-finished');
  const isFinished = last?.type === 'step-finished';
  const isUsageHeld = own
    .slice(own.findLastIndex(({ type }) => type.startsWith('step-')))
    .some(({ type }) => type === 'usage');
  return await playAsFar({
    ...its,
    answer: parts,
    step: isFinished ? progress.step + 1 : progress.step,
    begun: isFinished ? undefined : { attempt: progress.attempt, isUsageHeld },
  });
}
