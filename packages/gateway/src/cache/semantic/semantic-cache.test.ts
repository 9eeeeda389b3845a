import { describe, expect, it } from 'vitest';
import type { Call, RoutePlan } from '../../core/call.ts';
import { silentLog } from '../../core/gateway-log.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import type { ModelRequest } from '../../core/model-request.ts';
import { createHashEmbedder } from '../../embeddings/hash-embedder.ts';
import type { CacheStore } from '../cache-store.ts';
import { createMemoryCacheStore } from '../memory-cache-store.ts';
import {
  eventsOf,
  libraryCall,
  neverAborted,
  planOf,
  readAll,
  registry,
  scriptedModel,
} from '../testing/cached-calls.ts';
import { withCache } from '../with-cache.ts';
import { createSemanticCache } from './semantic-cache.ts';
import type { SemanticCacheOptions } from './semantic-cache.ts';

/** Ten proofs are enough at 0.26. */
const lax = { isOn: true, maxErrorShare: 0.26, verifyShare: 0, maxEntries: 100, ttlMs: 60_000 };
const nearPlan = planOf({ exact: 'off', semantic: true });

function build(
  answerOf: (question: string) => string | readonly ModelEvent[],
  { store = memory(), settings = lax, ...others }: Partial<SemanticCacheOptions> = {},
) {
  const alarms: string[] = [];
  const semantic = createSemanticCache({
    store,
    embedder: createHashEmbedder(),
    settings,
    log: { ...silentLog, error: (_fields, message) => alarms.push(message) },
    ...others,
  });
  const model = scriptedModel((call) => {
    const said = answerOf(questionOf(call.toRequest()));
    return typeof said === 'string' ? eventsOf(said) : said;
  });
  const exact = { exact: { maxEntries: 100, ttlMs: 60_000 } };
  const caller = withCache({ store, settings: exact, codecOf: (dialect) => registry.codecs[dialect], semantic })(model);
  /** Asks and tells what the cache did. */
  async function ask(text: string, rest: Asking = {}): Promise<string | undefined> {
    const turns = [...(rest.before ?? []), { role: 'user' as const, parts: [{ type: 'text' as const, text }] }];
    const call = libraryCall({ sampling: { temperature: 0 }, ...rest.request, turns }, rest.call);
    const answer = await caller(call, rest.plan ?? nearPlan, neverAborted);
    said = await readAll(answer);
    return call.trail.cache;
  }
  let said: readonly ModelEvent[] = [];
  return { ask, semantic, model, alarms, heard: () => said };
}

interface Asking {
  readonly before?: ModelRequest['turns'];
  readonly request?: Partial<ModelRequest>;
  readonly call?: Partial<Call>;
  readonly plan?: RoutePlan;
}

function memory(): CacheStore {
  return createMemoryCacheStore({ maxEntries: 1000, maxBytes: 1e7 });
}

function questionOf({ turns }: ModelRequest): string {
  const last = turns.at(-1);
  const part = last?.role === 'user' ? last.parts[0] : undefined;
  return part?.type === 'text' ? part.text : '';
}

const topics = [
  'rivers',
  'mountains',
  'planets',
  'poems',
  'bridges',
  'engines',
  'gardens',
  'violins',
  'lenses',
  'tides',
  'deserts',
  'castles',
];

/** Shows the cache that questions worded alike have the same answer. */
async function gainTrust({ ask }: ReturnType<typeof build>, rest: Asking = {}): Promise<void> {
  for (const topic of topics) {
    await ask(`What are ${topic} made of?`, rest);
    await ask(`Please tell me what ${topic} are made of`, rest);
  }
}

const bySubject = (question: string): string =>
  `The answer is about ${topics.find((topic) => question.includes(topic)) ?? question}.`;

const userTurn = (words: string) => ({ role: 'user' as const, parts: [{ type: 'text' as const, text: words }] });

describe('the semantic cache', () => {
  it('gives the answer of a question worded otherwise, once it has proof that such answers are right', async () => {
    const cache = build(bySubject);
    await cache.ask('How are glaciers formed?');
    expect(await cache.ask('how are the glaciers formed')).toBe('miss');
    await gainTrust(cache);
    const { calls } = cache.model;
    const { hits } = cache.semantic.state();
    expect(await cache.ask('What are lenses made of, please?')).toBe('near');
    expect(cache.heard()).toEqual(eventsOf('The answer is about lenses.'));
    expect(cache.model.calls).toBe(calls);
    expect(cache.semantic.state()).toMatchObject({ isOn: true, hits: hits + 1, embedder: 'parley/hash-embedder' });
  });

  it('never gives the answer of a question that differs in what counts', async () => {
    const cache = build(bySubject);
    await gainTrust(cache);
    await cache.ask('How do I convert 5 miles to kilometres?');
    for (const other of [
      'How do I convert 6 miles to kilometres?',
      'How do I convert 5 kilometres to miles?',
      'How do I not convert 5 miles to kilometres?',
      'How do I convert 5 miles to metres?',
      'What are lenses not made of?',
      'What were lenses made of?',
      'Who made lenses?',
    ]) {
      expect(await cache.ask(other)).toBe('miss');
    }
    expect(await cache.ask('How can I convert 5 miles to kilometres')).toBe('near');
  });

  it('shares nothing beyond its scope', async () => {
    const cache = build(bySubject);
    await gainTrust(cache);
    const text = 'What are lenses made of, please?';
    const tool = { name: 'f', description: '', inputSchema: {} };
    const others: Asking[] = [
      { call: { scope: { caller: 'other' } } },
      { call: { scope: { caller: 'someone', tenant: 'other' } } },
      { call: { scope: { caller: 'someone', user: 'other' } } },
      { request: { instructions: ['Answer in rhymes.'] } },
      { request: { tools: [tool] } },
      { request: { output: { type: 'json' } } },
      { request: { sampling: { temperature: 0, maxOutputTokens: 9 } } },
      { request: { reasoning: { effort: 'high' } } },
      { before: [userTurn('I am a glazier.')] },
      {
        plan: {
          ...nearPlan,
          candidates: nearPlan.candidates.map((each) => ({ ...each, target: { ...each.target, model: 'x' } })),
        },
      },
    ];
    for (const other of others) expect(await cache.ask(text, other)).toBe('miss');
    expect(await cache.ask(text)).toBe('near');
  });

  it('keeps out of what is not steady: a temperature, or none named', async () => {
    const cache = build(bySubject);
    await gainTrust(cache);
    const text = 'What are lenses made of, please?';
    expect(await cache.ask(text, { request: { sampling: {} } })).toBe('bypass');
    expect(await cache.ask(text, { request: { sampling: { temperature: 0.2 } } })).toBe('bypass');
    expect(await cache.ask(text, { plan: planOf({ exact: 'deterministic', semantic: false }) })).toBe('miss');
  });

  it('leaves alone what depends on the day or belongs to somebody', async () => {
    const cache = build(bySubject);
    await gainTrust(cache);
    const { questions } = cache.semantic.state();
    for (const text of ['What are lenses made of today?', 'What are lenses made of? Write to jo@example.com']) {
      await cache.ask(text);
      await cache.ask(text);
    }
    expect(cache.semantic.state().questions).toBe(questions);
  });

  it('keeps no tool calls, refusals or cut answers', async () => {
    const cache = build((question) =>
      question.includes('cut')
        ? [
            { type: 'text-delta', part: 0, text: 'Half an' },
            { type: 'finish', reason: 'length' },
          ]
        : bySubject(question),
    );
    await gainTrust(cache);
    await cache.ask('What are cut stones made of?');
    const { calls } = cache.model;
    await cache.ask('What are cut stones made of, please?');
    expect(cache.model.calls).toBe(calls + 1);
  });

  it('asks anew for no-cache', async () => {
    const cache = build(bySubject);
    await gainTrust(cache);
    const fresh = { call: { cacheControl: { noCache: true, noStore: false } } };
    expect(await cache.ask('What are lenses made of, please?', fresh)).toBe('bypass');
  });

  it('gives nothing while answers to questions worded alike differ', async () => {
    let count = 0;
    const cache = build(() => `Answer number ${(count += 1)}`);
    await gainTrust(cache);
    await gainTrust(cache);
    expect(cache.semantic.state()).toMatchObject({ hits: 0 });
    expect(cache.semantic.state().threshold).toBeUndefined();
  });

  it('verifies a share of its hits, and switches itself off with an alarm when they are wrong', async () => {
    let isDrifting = false;
    let count = 0;
    const cache = build((question) => (isDrifting ? `Now it is ${(count += 1)}` : bySubject(question)), {
      settings: { ...lax, verifyShare: 1 },
    });
    await gainTrust(cache);
    expect(await cache.ask('What are lenses made of, please?')).toBe('miss');
    expect(cache.semantic.state()).toMatchObject({ isOn: true, hits: 0, wrong: 0 });
    expect(cache.semantic.state().verified).toBeGreaterThan(0);
    isDrifting = true;
    for (const topic of topics) await cache.ask(`Tell me what ${topic} are made of`);
    expect(cache.alarms).toHaveLength(1);
    const state = cache.semantic.state();
    expect(state).toMatchObject({ isOn: false, reason: expect.stringContaining('verified hits were wrong') });
    expect(state.upperBound).toBeGreaterThan(lax.maxErrorShare);
    const { lookups } = state;
    expect(await cache.ask('What are lenses made of, please?')).toBe('miss');
    expect(cache.semantic.state().lookups).toBe(lookups);
  });

  it('shares questions and answers with other processes over the store', async () => {
    const store = memory();
    const first = build(bySubject, { store });
    const second = build(bySubject, { store });
    await gainTrust(first);
    await gainTrust(second);
    await first.ask('What are hammers made of?');
    expect(await second.ask('Tell me what hammers are made of')).toBe('near');
    expect(second.heard()).toEqual(eventsOf('The answer is about What are hammers made of?.'));
  });

  it('forgets after its time', async () => {
    let now = 0;
    const cache = build(bySubject, { clock: () => now });
    await gainTrust(cache);
    now = 60_001;
    expect(await cache.ask('What are lenses made of, please?')).toBe('miss');
  });

  it('lets a call pass when the embedder fails', async () => {
    const cache = build(bySubject, {
      embedder: { id: 'broken', isLexical: false, embed: async () => Promise.reject(new Error('no')) },
    });
    expect(await cache.ask('What are lenses made of?')).toBe('miss');
    expect(await cache.ask('What are tides made of?')).toBe('miss');
    // It was left alone the second time.
    expect(cache.semantic.state().failures).toBe(1);
  });
});
