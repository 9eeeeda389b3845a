import { GatewayError } from '@parley/gateway';
import { describe, expect, it } from 'vitest';
import { generationId } from './__fixtures__/messages.ts';
import { calls, finish, playTurn, says, starts } from './__fixtures__/play-turn.ts';
import type { PlayOptions, Watched } from './__fixtures__/play-turn.ts';
import { createScriptedStrategy } from './__fixtures__/scripted-strategy.ts';
import type { ScriptedStrategy } from './__fixtures__/scripted-strategy.ts';
import { longestDelta } from './merge-deltas.ts';

const play = (strategy: ScriptedStrategy, options: PlayOptions = {}): Promise<Watched> =>
  playTurn({ ...options, strategy });

describe('an answer', () => {
  it('is told as a step with deltas that know their place, and ends with the reason of the model', async () => {
    const { events, outcome } = await play(
      createScriptedStrategy([starts(), says('Hel'), says('lo'), finish('length')]),
    );
    expect(events).toEqual([
      { type: 'step-started', step: 0 },
      { type: 'text-delta', step: 0, part: 0, start: 0, text: 'Hel' },
      { type: 'text-delta', step: 0, part: 0, start: 3, text: 'lo' },
    ]);
    expect(outcome).toEqual({ status: 'done', finishReason: 'length' });
  });

  it('numbers parts in the order of their first sign, however the model numbers and interleaves them', async () => {
    const { events } = await play(
      createScriptedStrategy([
        { type: 'reasoning-delta', part: 7, text: 'hm' },
        says('A', 3),
        { type: 'reasoning-delta', part: 7, text: ', well' },
        { type: 'source', part: 9, id: 's', title: 'Guide', url: '/docs', excerpt: 'e' },
        says('B', 3),
        finish(),
      ]),
    );
    expect(events.slice(1)).toEqual([
      { type: 'reasoning-delta', step: 0, part: 0, start: 0, text: 'hm' },
      { type: 'text-delta', step: 0, part: 1, start: 0, text: 'A' },
      { type: 'reasoning-delta', step: 0, part: 0, start: 2, text: ', well' },
      { type: 'source', step: 0, part: 2, id: 's', title: 'Guide', url: '/docs', excerpt: 'e' },
      { type: 'text-delta', step: 0, part: 1, start: 1, text: 'B' },
    ]);
  });

  it('tells the tokens once, with the last figure, however often the model does', async () => {
    const { events } = await play(
      createScriptedStrategy([
        says('A'),
        { type: 'usage', usage: { input: 1, output: 1 } },
        finish(),
        { type: 'usage', usage: { input: 1, output: 2 } },
      ]),
    );
    expect(events.filter(({ type }) => type === 'usage')).toEqual([
      { type: 'usage', step: 0, usage: { input: 1, output: 2 } },
    ]);
  });

  it('never tells half a character, and makes a lost half visible', async () => {
    const { events } = await play(createScriptedStrategy([says('a\ud83d'), says('\ude42b'), says('\ud83d'), finish()]));
    expect(events.slice(1).map((event) => 'text' in event && event.text)).toEqual(['a', '🙂b', '\ufffd']);
  });

  it('that never ends is ended by us, as too long', async () => {
    const endless = Array.from({ length: 30 }, () => says('bla '.repeat(10_000)));
    const hungUp: string[] = [];
    const { outcome } = await play(createScriptedStrategy([starts('new'), ...endless, 'silence']), {
      hangUp: (_model, key) => void hungUp.push(key),
    });
    expect(outcome).toEqual({ status: 'done', finishReason: 'length' });
    expect(hungUp).toEqual([`${generationId}:0`]);
  });

  it('that calls tools without end is ended by us, and none of them is run', async () => {
    const endless = Array.from({ length: 2_000 }, (_, index) => calls(index, `c${index}`, '', 'x'.repeat(10_000)));
    const { outcome, answer: parts } = await play(createScriptedStrategy([...endless, 'silence']));
    expect(outcome).toEqual({ status: 'done', finishReason: 'length' });
    expect(parts).toHaveLength(1_001);
    expect(parts[0]).toMatchObject({ name: 'x'.repeat(128), state: 'writing-input' });
  });

  it('comes in pieces of bounded length, however much is said at once', async () => {
    const long = '🙂'.repeat(2_500_000);
    const { events, outcome } = await play(createScriptedStrategy([says(long), 'silence']));
    const texts = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : []));
    expect(Math.max(...texts.map((piece) => piece.length))).toBeLessThanOrEqual(longestDelta);
    expect(texts.join('')).toBe(long.slice(0, 1_000_000));
    expect(outcome).toEqual({ status: 'done', finishReason: 'length' });
  });

  it('sends the same idempotency key for the same step, and the history', async () => {
    const strategy = createScriptedStrategy([finish()]);
    await play(strategy);
    expect(strategy.requests).toMatchObject([
      { model: 'scripted-1', idempotencyKey: `${generationId}:0`, turns: [{ role: 'user' }] },
    ]);
  });
});

describe('a provider that fails', () => {
  it('before its first event is an outcome with a problem for people', async () => {
    const refusal = new GatewayError('upstream-auth', { message: 'The key was not accepted.' });
    const { events, outcome } = await play(createScriptedStrategy([refusal]));
    expect(events).toEqual([{ type: 'step-started', step: 0 }]);
    expect(outcome).toMatchObject({
      status: 'failed',
      finishReason: 'error',
      error: { type: 'error', code: 'upstream-refused', detail: 'The key was not accepted.' },
    });
  });

  it('in mid-answer keeps what it said and what it cost', async () => {
    const error = new GatewayError('timeout', { message: 'Nothing came for 60 s.' });
    const usage = { input: 5, output: 1 };
    const { events, outcome } = await play(
      createScriptedStrategy([says('Half'), { type: 'usage', usage }, { type: 'failure', error }]),
    );
    expect(events).toContainEqual({ type: 'text-delta', step: 0, part: 0, start: 0, text: 'Half' });
    expect(events.at(-1)).toEqual({ type: 'usage', step: 0, usage });
    expect(outcome.error?.code).toBe('upstream-timeout');
  });

  it('by just ending has been cut off', async () => {
    const { outcome } = await play(createScriptedStrategy([says('Half')]));
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'upstream-cut' } });
  });

  it('in the middle of a tool call gets that call not run', async () => {
    const error = new GatewayError('stream-cut', { message: 'Cut.' });
    const { events, outcome } = await play(
      createScriptedStrategy([calls(0, 'c', '{"city'), { type: 'failure', error }]),
    );
    expect(events.map(({ type }) => type)).toEqual(['step-started', 'tool-input-delta']);
    expect(outcome.status).toBe('failed');
  });

  it('with an error of ours is not blamed', async () => {
    await expect(play(createScriptedStrategy([new TypeError('x is not a function')]))).rejects.toThrow(TypeError);
  });
});

describe('a tool call', () => {
  const asks = [says('Let me look.'), calls(1, 'a', '{"city":'), calls(2, 'b', ''), calls(1, 'a', '"Rome"}')];

  it('is answered honestly in a step of its own, and the model is asked again with the answers', async () => {
    const strategy = createScriptedStrategy([...asks, finish('tool-calls')], [says('I cannot.'), finish()]);
    const { events, outcome } = await play(strategy);
    const output = 'There is no tool named “get_weather”.';
    expect(events.filter(({ type }) => !type.endsWith('-delta'))).toEqual([
      { type: 'step-started', step: 0 },
      { type: 'tool-call', step: 0, part: 1, callId: 'a', name: 'get_weather', input: '{"city":"Rome"}' },
      { type: 'tool-call', step: 0, part: 2, callId: 'b', name: 'get_weather', input: '' },
      { type: 'step-finished', step: 0 },
      { type: 'step-started', step: 1 },
      { type: 'tool-result', step: 1, callId: 'a', output, failed: true },
      { type: 'tool-result', step: 1, callId: 'b', output, failed: true },
      { type: 'step-finished', step: 1 },
      { type: 'step-started', step: 2 },
    ]);
    expect(events.at(-1)).toEqual({ type: 'text-delta', step: 2, part: 3, start: 0, text: 'I cannot.' });
    expect(outcome).toEqual({ status: 'done', finishReason: 'stop' });
    expect(strategy.requests[1]?.turns.slice(1)).toMatchObject([
      { role: 'assistant', parts: [{ type: 'text' }, { callId: 'a' }, { callId: 'b' }] },
      { role: 'tool', callId: 'a', output },
      { role: 'tool', callId: 'b', output },
    ]);
  });

  it('that was cut off by the length limit is not run', async () => {
    const { events, outcome } = await play(createScriptedStrategy([...asks, finish('length')]));
    expect(events.some(({ type }) => type === 'tool-call')).toBe(false);
    expect(outcome).toEqual({ status: 'done', finishReason: 'length' });
  });

  it('gets an id of its own when the model uses one twice', async () => {
    const again = [calls(0, 'call_0', '{}'), finish('tool-calls')];
    const { events } = await play(createScriptedStrategy(again, again, [finish()]));
    const ids = events.flatMap((event) => (event.type === 'tool-call' ? [event.callId] : []));
    expect(new Set(ids).size).toBe(2);
    expect(events.flatMap((event) => (event.type === 'tool-result' ? [event.callId] : []))).toEqual(ids);
  });

  it('that never ends is given up when the steps are used up, with a word about it', async () => {
    const strategy = createScriptedStrategy(
      ...Array.from({ length: 20 }, (_, index) => [calls(0, `call-${index}`, '{}'), finish('tool-calls')]),
    );
    const { outcome } = await play(strategy, { setup: { limits: { steps: 8, seconds: null, costMicroUsd: null } } });
    expect(strategy.requests).toHaveLength(8);
    expect(outcome).toMatchObject({ status: 'failed', finishReason: 'error', error: { code: 'step-limit' } });
  });
});

describe('a turn that is stopped', () => {
  it('ends at once, even while the model is silent, and hangs up', async () => {
    const stop = new AbortController();
    const strategy = createScriptedStrategy([says('Half'), 'silence']);
    const { outcome } = await play(strategy, {
      stop: stop.signal,
      onEvent: ({ type }) => type === 'text-delta' && stop.abort(),
    });
    expect(outcome).toEqual({ status: 'stopped', finishReason: 'stopped' });
    expect(strategy.signals[0]?.aborted).toBe(true);
  });

  it('counts as stopped when the provider reports the hang-up as a failure', async () => {
    const stop = new AbortController();
    const error = new GatewayError('cancelled', { message: 'Cancelled.' });
    const { outcome } = await play(createScriptedStrategy([says('Half'), { type: 'failure', error }]), {
      stop: stop.signal,
      onEvent: ({ type }) => type === 'text-delta' && stop.abort(),
    });
    expect(outcome.status).toBe('stopped');
  });

  it('tells a provider that records the answer, and no other', async () => {
    for (const recording of ['new', 'replayed', undefined] as const) {
      const stop = new AbortController();
      const hungUp: string[] = [];
      await play(createScriptedStrategy([starts(recording), says('Half'), 'silence']), {
        stop: stop.signal,
        hangUp: (_model, key) => void hungUp.push(key),
        onEvent: ({ type }) => type === 'text-delta' && stop.abort(),
      });
      expect(hungUp).toEqual(recording === undefined ? [] : [`${generationId}:0`]);
    }
  });

  it('before it began calls nobody', async () => {
    const strategy = createScriptedStrategy();
    const { outcome } = await play(strategy, { stop: AbortSignal.abort() });
    expect(outcome.status).toBe('stopped');
    expect(strategy.requests).toEqual([]);
  });
});

describe('a turn that is halted', () => {
  it('throws the reason, so that nobody takes it for ended', async () => {
    const halt = new AbortController();
    const reason = new Error('The server is stopping.');
    const watched = play(createScriptedStrategy([says('Half'), 'silence']), {
      halt: halt.signal,
      onEvent: ({ type }) => type === 'text-delta' && halt.abort(reason),
    });
    await expect(watched).rejects.toBe(reason);
  });

  it('is not hung up at its provider, which goes on for whoever continues it', async () => {
    const halt = new AbortController();
    const hungUp: string[] = [];
    const watched = play(createScriptedStrategy([starts('new'), says('Half'), 'silence']), {
      halt: halt.signal,
      hangUp: (_model, key) => void hungUp.push(key),
      onEvent: ({ type }) => type === 'text-delta' && halt.abort(new Error('The server is stopping.')),
    });
    await expect(watched).rejects.toThrow('The server is stopping.');
    expect(hungUp).toEqual([]);
  });
});

describe('a turn that is continued', () => {
  const called = {
    type: 'tool-call',
    step: 0,
    callId: 'a',
    name: 'get_weather',
    input: '{}',
    state: 'called',
  } as const;

  it('does a step again without beginning it twice', async () => {
    const { events } = await play(createScriptedStrategy([says('Hi'), finish()]), {
      begun: { attempt: 1, isUsageHeld: false },
    });
    expect(events).toEqual([{ type: 'text-delta', step: 0, part: 0, start: 0, text: 'Hi' }]);
  });

  it('answers the tool calls of its last step first', async () => {
    const strategy = createScriptedStrategy([says('Sorry'), finish()]);
    const { events } = await play(strategy, { answer: [called], step: 1 });
    expect(events.map(({ type, step }) => `${step} ${type}`)).toEqual([
      '1 step-started',
      '1 tool-result',
      '1 step-finished',
      '2 step-started',
      '2 text-delta',
    ]);
    expect(strategy.requests[0]?.idempotencyKey).toBe(`${generationId}:2`);
  });
});
