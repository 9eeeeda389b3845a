import { expect, test } from 'vitest';
import type { CallTraits } from '../core/call.ts';
import type { ModelSettings } from '../core/gateway-config.ts';
import type { Price } from '../usage/price.ts';
import { createCandidateOrder } from './order-candidates.ts';
import { makeCall, makePlan, makeTarget } from './testing/made-calls.ts';

const [a, b, c] = [makeTarget('one/a'), makeTarget('two/b'), makeTarget('three/c')];

interface World {
  readonly blocked?: readonly string[];
  readonly latency?: Readonly<Record<string, number>>;
  readonly busy?: Readonly<Record<string, number>>;
  readonly prices?: Readonly<Record<string, Price>>;
  readonly random?: () => number;
}

function orderIn({ blocked = [], latency = {}, busy = {}, prices = {}, random = () => 0 }: World = {}) {
  return createCandidateOrder({
    breakers: { isBlocked: (id) => blocked.includes(id) },
    statistics: { latency: (id) => latency[id], inFlight: (id) => busy[id] ?? 0 },
    priceOf: ({ id = '' }) => prices[id],
    random,
  });
}

const plain: CallTraits = {
  hasImages: false,
  hasAudio: false,
  toolCount: 0,
  wantsSchema: false,
  approximateTokens: 10,
};
const callWith = (traits: Partial<CallTraits>) => makeCall({ traits: () => ({ ...plain, ...traits }) });
const idsOf = (targets: readonly { readonly id?: string }[]) => targets.map(({ id }) => id);

test('by order they are taken as listed, each once, and open breakers last', () => {
  const plan = makePlan([a, b, a, c]);
  expect(idsOf(orderIn()(makeCall(), plan))).toEqual(['one/a', 'two/b', 'three/c']);
  expect(idsOf(orderIn({ blocked: ['one/a'] })(makeCall(), plan))).toEqual(['two/b', 'three/c', 'one/a']);
});

test.each([
  ['images', { hasImages: true }],
  ['audio', { hasAudio: true }],
  ['tools', { toolCount: 1 }],
  ['schema', { wantsSchema: true }],
] as const)(
  'what cannot take %s is left out, and when nothing can, the request is refused with the reason',
  (what, traits) => {
    const unable = makeTarget('one/a', { capabilities: { [what]: false } });
    expect(idsOf(orderIn()(callWith(traits), makePlan([unable, b])))).toEqual(['two/b']);
    expect(idsOf(orderIn()(callWith({}), makePlan([unable, b])))).toEqual(['one/a', 'two/b']);
    expect(() => orderIn()(callWith(traits), makePlan([unable]))).toThrow(
      expect.objectContaining({ code: 'bad-request', message: expect.stringContaining('one/a does not') }),
    );
  },
);

test('what is much too small is left out; a little too small is for the provider to judge', () => {
  const small = makeTarget('one/a', { capabilities: { contextTokens: 1000 } });
  expect(idsOf(orderIn()(callWith({ approximateTokens: 5000 }), makePlan([small, b])))).toEqual(['two/b']);
  expect(idsOf(orderIn()(callWith({ approximateTokens: 1100 }), makePlan([small])))).toEqual(['one/a']);
  expect(() => orderIn()(callWith({ approximateTokens: 5000 }), makePlan([small]))).toThrow(
    expect.objectContaining({ code: 'context-exceeded' }),
  );
});

const unread = (): CallTraits => {
  throw new Error('Nobody has to know.');
};

test('a request that is small enough for all that can do everything is not looked into', () => {
  const able = makeTarget('one/a', { capabilities: { contextTokens: 1000, images: true, tools: true } });
  const wire = { dialect: 'openai-chat', body: Buffer.alloc(2000) } as const;
  expect(idsOf(orderIn()(makeCall({ traits: unread, wire }), makePlan([able, b])))).toEqual(['one/a', 'two/b']);
});

test('by weight the first is drawn in proportion, and weight 0 only ever follows', () => {
  let turn = 0;
  const order = orderIn({ random: () => (turn++ % 100) / 100 });
  const plan = makePlan(
    [
      { target: a, weight: 9 },
      { target: b, weight: 1 },
      { target: c, weight: 0 },
    ],
    { balance: 'weighted' },
  );
  const firsts = Array.from({ length: 100 }, () => order(makeCall(), plan)[0]?.id);
  expect(firsts.filter((id) => id === 'one/a')).toHaveLength(90);
  expect(firsts).not.toContain('three/c');
});

test.each(['session', 'user'] as const)('a %s keeps its side of an experiment', (sticky) => {
  const order = orderIn({ random: Math.random });
  const plan = makePlan(
    [
      { target: a, weight: 3 },
      { target: b, weight: 1 },
    ],
    { balance: 'weighted', sticky },
  );
  const firstOf = (owner: string) => order(makeCall({ scope: { caller: '', [sticky]: owner } }), plan)[0]?.id;
  const firsts = Array.from({ length: 1000 }, (_, owner) => firstOf(`owner-${owner}`));
  expect(firsts).toEqual(Array.from({ length: 1000 }, (_, owner) => firstOf(`owner-${owner}`)));
  const share = firsts.filter((id) => id === 'one/a').length / 1000;
  expect(share).toBeGreaterThan(0.68);
  expect(share).toBeLessThan(0.82);
});

test('by latency the quicker of two drawn comes first, where being busy is slow too', () => {
  const plan = makePlan([a, b], { balance: 'latency' });
  expect(orderIn({ latency: { 'one/a': 900, 'two/b': 100 } })(makeCall(), plan)[0]?.id).toBe('two/b');
  const busy = orderIn({ latency: { 'one/a': 200, 'two/b': 100 }, busy: { 'two/b': 9 } });
  expect(busy(makeCall(), plan)[0]?.id).toBe('one/a');
});

test('by cost the cheapest comes first, and an unknown price last', () => {
  const prices = { 'two/b': { input: 5_000_000, output: 5_000_000 }, 'three/c': { input: 100_000, output: 400_000 } };
  const plan = makePlan([a, b, c], { balance: 'cost' });
  expect(orderIn({ prices })(makeCall(), plan)[0]?.id).toBe('three/c');
  expect(orderIn({ prices, blocked: ['three/c'] })(makeCall(), plan)[0]?.id).toBe('two/b');
});

test('by headroom the least busy for its weight comes first', () => {
  const plan = makePlan(
    [
      { target: a, weight: 4 },
      { target: b, weight: 1 },
    ],
    { balance: 'headroom' },
  );
  expect(orderIn({ busy: { 'one/a': 5, 'two/b': 2 } })(makeCall(), plan)[0]?.id).toBe('one/a');
});

test('a session keeps its target warm under every balance that draws', () => {
  for (const balance of ['latency', 'headroom'] satisfies ModelSettings['balance'][]) {
    const order = orderIn({ random: Math.random });
    const plan = makePlan([a, b, c], { balance, sticky: 'session' });
    const call = makeCall({ scope: { caller: '', session: 's-7' } });
    expect(new Set(Array.from({ length: 20 }, () => order(call, plan)[0]?.id)).size).toBe(1);
  }
});

test('the trail says why', () => {
  const call = makeCall();
  orderIn({ blocked: ['two/b'] })(call, makePlan([a, b, c], { balance: 'headroom' }));
  expect(call.trail.reasons).toEqual(['one/a comes first by headroom.', 'two/b comes last: its breaker is open.']);
});
