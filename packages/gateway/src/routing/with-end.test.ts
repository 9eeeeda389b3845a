import { expect, test } from 'vitest';
import type { AnswerEnd, Caller } from '../core/call.ts';
import type { ModelEvent } from '../core/model-event.ts';
import { answerOf, eventsOf, fault, makeCall, makeTarget, saying } from './testing/made-calls.ts';
import { withAttempts } from './with-attempts.ts';
import { withEnd } from './with-end.ts';
import { withWholeAnswer } from './with-whole-answer.ts';

const target = makeTarget('one/a');
const { signal } = new AbortController();
const half: ModelEvent = { type: 'text-delta', part: 0, text: 'Hal' };
const cut: ModelEvent = { type: 'failure', error: fault('stream-cut') };
const giving =
  (...batches: readonly (readonly ModelEvent[])[]): Caller =>
  async () =>
    answerOf(target, ...batches);

test('an answer tells how it ended, to others than its reader', async () => {
  const whole = await withEnd(giving(saying('Hi')))(makeCall(), target, signal);
  await eventsOf(whole);
  expect(await whole.ended).toEqual({ usage: { input: 3, output: 2 } });
  const broken = await withEnd(giving([half], [cut]))(makeCall(), target, signal);
  await eventsOf(broken);
  expect(await broken.ended).toMatchObject({ error: { code: 'stream-cut' } });
});

test('a reader that leaves has cancelled it', async () => {
  const answer = await withEnd(giving([half], saying('Hi')))(makeCall(), target, signal);
  for await (const batch of answer.batches) if (batch.length > 0) break;
  expect(await answer.ended).toMatchObject({ error: { code: 'cancelled' } });
});

test('an answer that tells by itself is left as it is', async () => {
  const ended = Promise.resolve<AnswerEnd>({});
  const answer = { ...answerOf(target, saying('Hi')), ended };
  expect(await withEnd(async () => answer)(makeCall(), target, signal)).toBe(answer);
});

test('every try is in the trail, with what became of it', async () => {
  let time = 0;
  const call = makeCall();
  const tried = (caller: Caller) => withAttempts(withEnd(caller), { now: () => (time += 5) });
  await expect(
    tried(() => Promise.reject(fault('overloaded', { upstreamStatus: 503 })))(call, target, signal),
  ).rejects.toThrow('overloaded');
  await eventsOf(await tried(giving(saying('Hi')))(call, target, signal));
  await eventsOf(await tried(giving([half], [cut]))(call, makeTarget('two/b'), signal));
  expect(call.trail.attempts).toEqual([
    { target: 'one/a', purpose: 'first', startedAt: 5, durationMs: 5, outcome: 'overloaded', status: 503 },
    {
      target: 'one/a',
      purpose: 'retry',
      startedAt: 15,
      durationMs: 5,
      outcome: 'served',
      status: 200,
      usage: { input: 3, output: 2 },
    },
    { target: 'two/b', purpose: 'fallback', startedAt: 25, durationMs: 5, outcome: 'stream-cut', status: 200 },
  ]);
});

test('who waits for a whole answer gets it whole, or a call that failed', async () => {
  const call = makeCall({ isStream: false });
  const whole = await withWholeAnswer(giving([half], saying('lo')))(call, target, signal);
  expect(await eventsOf(whole)).toEqual([half, ...saying('lo')]);
  await expect(withWholeAnswer(giving([half], [cut]))(call, target, signal)).rejects.toMatchObject({
    code: 'stream-cut',
  });
  const streamed = await withWholeAnswer(giving([half], [cut]))(makeCall(), target, signal);
  expect(await eventsOf(streamed)).toEqual([half, cut]);
});
