import { GatewayError } from '@parley/gateway';
import { describe, expect, it } from 'vitest';
import { commandId, generationId } from './__fixtures__/messages.ts';
import { finish, playTurn, says, starts, steersOf } from './__fixtures__/play-turn.ts';
import type { PlayOptions, Watched } from './__fixtures__/play-turn.ts';
import { createScriptedStrategy } from './__fixtures__/scripted-strategy.ts';
import type { ScriptedStrategy } from './__fixtures__/scripted-strategy.ts';

const play = (strategy: ScriptedStrategy, options: PlayOptions = {}): Promise<Watched> =>
  playTurn({ ...options, strategy });

describe('a step that is continued', () => {
  const half = { type: 'text', step: 0, text: 'Half' } as const;
  const begun = { attempt: 1, isUsageHeld: false };
  const used = new GatewayError('idempotency-mismatch', { message: 'Another body.', upstreamStatus: 422 });

  it('asks under a second key when the provider knows the first as that of another call', async () => {
    const strategy = createScriptedStrategy([used], [starts('new'), says('Whole'), finish()]);
    const { events, outcome } = await play(strategy, { answer: [half], begun });
    expect(strategy.requests.map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      `${generationId}:0`,
      `${generationId}:0:2`,
    ]);
    expect(events).toEqual([
      { type: 'step-restarted', step: 0, attempt: 2 },
      { type: 'text-delta', step: 0, part: 0, start: 0, text: 'Whole' },
    ]);
    expect(outcome.status).toBe('done');
  });

  it('finds that second call again after another death', async () => {
    const strategy = createScriptedStrategy([used], [starts('replayed'), says('Half'), says(' full'), finish()]);
    const { events } = await play(strategy, { answer: [half], begun: { ...begun, attempt: 2 } });
    expect(strategy.requests[1]?.idempotencyKey).toBe(`${generationId}:0:2`);
    expect(events).toEqual([{ type: 'text-delta', step: 0, part: 0, start: 4, text: ' full' }]);
  });

  it('gives up after three keys, with what there is', async () => {
    const strategy = createScriptedStrategy([used], [used], [used], [says('Never'), finish()]);
    const { events, outcome } = await play(strategy, { answer: [half], begun });
    expect(events).toEqual([]);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'upstream-refused' } });
  });

  it('asks for what the user added before it, too, and takes nothing new in', async () => {
    const steered = { type: 'steer', step: 0, commandId: commandId(1), text: 'In French' } as const;
    const strategy = createScriptedStrategy([starts('replayed'), says('Oui'), finish()], [finish()]);
    const { events } = await play(strategy, {
      answer: [steered],
      begun,
      steersAfter: steersOf([steered, { commandId: commandId(2), text: 'Short' }]),
    });
    expect(strategy.requests[0]?.turns.slice(1)).toEqual([
      { role: 'user', parts: [{ type: 'text', text: 'In French' }] },
    ]);
    expect(events.map(({ type, step }) => `${step} ${type}`)).toEqual([
      '0 text-delta',
      '0 step-finished',
      '1 step-started',
      '1 steer-received',
    ]);
  });
});

describe('a provider that records answers and is gone in the middle of one', () => {
  const cut = new GatewayError('stream-cut', { message: 'Cut.' });
  const away = new GatewayError('network', { message: 'Nobody is there.' });

  it('is asked again, and goes on where it was', async () => {
    const strategy = createScriptedStrategy(
      [starts('new'), says('Half'), { type: 'failure', error: cut }],
      [away],
      [starts('replayed'), says('Half'), says(' full'), finish()],
    );
    const { events, outcome } = await play(strategy);
    expect(events.slice(1)).toEqual([
      { type: 'text-delta', step: 0, part: 0, start: 0, text: 'Half' },
      { type: 'text-delta', step: 0, part: 0, start: 4, text: ' full' },
    ]);
    expect(outcome).toEqual({ status: 'done', finishReason: 'stop' });
  });

  it('that has lost the answer begins it anew', async () => {
    const strategy = createScriptedStrategy(
      [starts('new'), says('Half'), { type: 'failure', error: cut }],
      [starts('new'), says('Whole'), finish()],
    );
    const { events } = await play(strategy);
    expect(events.slice(2)).toEqual([
      { type: 'step-restarted', step: 0, attempt: 2 },
      { type: 'text-delta', step: 0, part: 0, start: 0, text: 'Whole' },
    ]);
  });

  it('for long is given up, with what there is', async () => {
    const strategy = createScriptedStrategy(
      [starts('new'), says('Half'), { type: 'failure', error: cut }],
      ...Array.from({ length: 20 }, () => [away]),
    );
    const { events, outcome } = await play(strategy);
    expect(events.at(-1)).toMatchObject({ text: 'Half' });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'upstream-unreachable' } });
    expect(strategy.requests.length).toBeLessThan(16);
  });

  it('is believed when it says that its own provider failed', async () => {
    const error = new GatewayError('stream-cut', { message: 'Cut.', vendorCode: 'stream_cut' });
    const strategy = createScriptedStrategy([starts('new'), says('Half'), { type: 'failure', error }]);
    expect((await play(strategy)).outcome).toMatchObject({ status: 'failed', error: { code: 'upstream-cut' } });
    expect(strategy.requests).toHaveLength(1);
  });
});

describe('a provider that breaks a call off before it answers', () => {
  const brokenOff = new GatewayError('network', { message: 'Closed.', isBrokenOff: true });
  const away = new GatewayError('network', { message: 'Nobody is there.' });

  it('is asked again under the same key, also while it restarts', async () => {
    const strategy = createScriptedStrategy([brokenOff], [away], [away], [starts('new'), says('Whole'), finish()]);
    const { events, outcome } = await play(strategy);
    expect(new Set(strategy.requests.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(events.slice(1)).toEqual([{ type: 'text-delta', step: 0, part: 0, start: 0, text: 'Whole' }]);
    expect(outcome).toEqual({ status: 'done', finishReason: 'stop' });
  });

  it('every time is asked three times', async () => {
    const strategy = createScriptedStrategy(...Array.from({ length: 5 }, () => [brokenOff]));
    const { outcome } = await play(strategy);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'upstream-unreachable' } });
    expect(strategy.requests).toHaveLength(3);
  });

  it('is not waited for when it was never there', async () => {
    const strategy = createScriptedStrategy([away], [says('Never'), finish()]);
    expect((await play(strategy)).outcome).toMatchObject({ status: 'failed' });
    expect(strategy.requests).toHaveLength(1);
  });
});
