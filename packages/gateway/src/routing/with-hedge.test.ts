import { expect, test, vi } from 'vitest';
import type { Answer, Call, Caller } from '../core/call.ts';
import type { GatewayError } from '../core/gateway-error.ts';
import { answerOf, fault, makeCall, makeTarget, saying } from './testing/made-calls.ts';
import { withAttempts } from './with-attempts.ts';
import { createHedge } from './with-hedge.ts';

const [a, b] = [makeTarget('one/a'), makeTarget('two/b')];
const settings = { quantile: 0.95, share: 1, minMs: 0 };

type Ending = Answer | GatewayError;

function start({ isKnown = true, isBlocked = false, share = 1 } = {}) {
  const running = new Map<string, PromiseWithResolvers<Answer>>();
  const aborted: string[] = [];
  const next: Caller = (_call, { id = '' }, signal) => {
    const answer = Promise.withResolvers<Answer>();
    running.set(id, answer);
    signal.addEventListener('abort', () => {
      aborted.push(id);
      answer.reject(fault('cancelled'));
    });
    return answer.promise;
  };
  let becomeSlow: (() => void) | undefined;
  const hedge = createHedge(withAttempts(next, { now: () => 0 }), {
    statistics: { quantile: () => (isKnown ? 100 : undefined) },
    breakers: { isBlocked: () => isBlocked },
    startTimer: (_ms, fired) => {
      becomeSlow = fired;
      return () => (becomeSlow = undefined);
    },
  });
  const takeOther = vi.fn<() => void>();
  return {
    aborted,
    takeOther,
    asked: () => [...running.keys()],
    becomeSlow: async () => {
      becomeSlow?.();
      await new Promise(setImmediate);
    },
    settle(id: string, ending: Ending) {
      if (ending instanceof Error) running.get(id)?.reject(ending);
      else running.get(id)?.resolve(ending);
    },
    ask: (call: Call) =>
      hedge({
        call,
        settings: { ...settings, share },
        target: a,
        other: b,
        takeOther,
        signal: new AbortController().signal,
      }),
  };
}

const answer = (target: typeof a): Answer => answerOf(target, saying('Hi'));

test('a quick target is asked alone', async () => {
  const at = start();
  const asking = at.ask(makeCall());
  at.settle('one/a', answer(a));
  expect((await asking).target.id).toBe('one/a');
  expect(at.asked()).toEqual(['one/a']);
  expect(at.takeOther).not.toHaveBeenCalled();
});

test('when it is slow another one is asked; the first content wins and the loser is discarded', async () => {
  const at = start();
  const call = makeCall();
  const asking = at.ask(call);
  await at.becomeSlow();
  expect(at.takeOther).toHaveBeenCalledOnce();
  at.settle('two/b', answer(b));
  expect((await asking).target.id).toBe('two/b');
  expect(at.aborted).toEqual(['one/a']);
  expect(call.trail.attempts.map(({ purpose, outcome }) => [purpose, outcome])).toEqual([
    ['first', 'discarded'],
    ['hedge', 'served'],
  ]);
});

test('a loser that answered in the same moment is closed', async () => {
  const at = start();
  const asking = at.ask(makeCall());
  await at.becomeSlow();
  const late = answer(b);
  const read = vi.spyOn(late.batches as AsyncGenerator, 'return');
  at.settle('one/a', answer(a));
  at.settle('two/b', late);
  expect((await asking).target.id).toBe('one/a');
  await vi.waitFor(() => expect(read).toHaveBeenCalled());
});

test('when one of both fails the other one decides', async () => {
  const first = start();
  const asking = first.ask(makeCall());
  await first.becomeSlow();
  first.settle('two/b', fault('overloaded'));
  first.settle('one/a', answer(a));
  expect((await asking).target.id).toBe('one/a');

  const both = start();
  const failing = both.ask(makeCall());
  await both.becomeSlow();
  both.settle('two/b', fault('overloaded'));
  both.settle('one/a', fault('network'));
  await expect(failing).rejects.toMatchObject({ code: 'network' });
});

test.each([
  ['too little is known of the target', { isKnown: false }, {}],
  ['the other one is blocked', { isBlocked: true }, {}],
  ['nothing is saved up', { share: 0.05 }, {}],
  ['the client wants a whole answer', {}, { isStream: false }],
])('no second call when %s', async (_, world, fields) => {
  const at = start(world);
  const asking = at.ask(makeCall(fields));
  await at.becomeSlow();
  at.settle('one/a', answer(a));
  await asking;
  expect(at.asked()).toEqual(['one/a']);
});

test('tools that the provider runs are never run twice', async () => {
  const at = start();
  const traits = { ...makeCall().traits(), hasHostedTools: true };
  const asking = at.ask(makeCall({ traits: () => traits }));
  await at.becomeSlow();
  at.settle('one/a', answer(a));
  await asking;
  expect(at.asked()).toEqual(['one/a']);
});
