import { describe, expect, it, vi } from 'vitest';
import type { Call, PlanCaller, RoutePlan } from '../core/call.ts';
import { GatewayError } from '../core/gateway-error.ts';
import { silentLog } from '../core/gateway-log.ts';
import type { ModelEvent, ModelFinishReason } from '../core/model-event.ts';
import type { ModelRequest } from '../core/model-request.ts';
import type { CacheStore } from './cache-store.ts';
import { createMemoryCacheStore } from './memory-cache-store.ts';
import {
  clientCall,
  eventsOf,
  libraryCall,
  neverAborted,
  planOf,
  readAll,
  registry,
  scriptedModel,
  testTarget,
} from './testing/cached-calls.ts';
import { withCache } from './with-cache.ts';

const settings = { exact: { maxEntries: 100, ttlMs: 60_000 } };

function cached(model: PlanCaller, store: CacheStore = createMemoryCacheStore({ maxEntries: 100, maxBytes: 1e7 })) {
  const caller = withCache({ store, settings, codecOf: (dialect) => registry.codecs[dialect] })(model);
  return async (call: Call, plan: RoutePlan = planOf()) => readAll(await caller(call, plan, neverAborted));
}
const question = (text: string): Pick<ModelRequest, 'turns'> => ({
  turns: [{ role: 'user', parts: [{ type: 'text', text }] }],
});

const finish = (reason: ModelFinishReason): ModelEvent => ({ type: 'finish', reason });

describe('the exact cache', () => {
  it('answers the same request again, event by event, without asking the model', async () => {
    const model = scriptedModel(() => eventsOf('A ', 'place ', 'for things'));
    const ask = cached(model);
    const [first, second] = [libraryCall({}), libraryCall({})];
    const said = await ask(first);
    expect(first.trail.cache).toBe('miss');
    expect(await ask(second)).toEqual(said);
    expect(second.trail).toMatchObject({ cache: 'hit', served: testTarget, attempts: [] });
    expect(model.calls).toBe(1);
  });

  it('keeps reasoning, signatures and sources', async () => {
    const events: ModelEvent[] = [
      { type: 'answer-start', id: 'a', model: 'm', recording: 'new' },
      { type: 'reasoning-delta', part: 0, text: 'Hm.' },
      { type: 'part-signature', part: 0, signature: { dialect: 'anthropic-messages', value: 'c2ln' } },
      { type: 'text-delta', part: 1, text: 'So.' },
      { type: 'source', part: 1, id: 's', title: 't', url: 'https://example.com' },
      { type: 'usage', usage: { input: 1, output: 2, cachedInput: 1, reasoning: 1 } },
      { type: 'finish', reason: 'stop-sequence', stopSequence: 'END' },
    ];
    const ask = cached(scriptedModel(() => events));
    await ask(libraryCall({}));
    expect(await ask(libraryCall({}))).toEqual([{ type: 'answer-start', id: 'a', model: 'm' }, ...events.slice(1)]);
  });

  it('is off, on at temperature 0, or always on, as the model says', async () => {
    const ways = [
      ['off', { temperature: 0 }, undefined],
      ['off', {}, undefined],
      ['deterministic', { temperature: 0 }, 'hit'],
      ['deterministic', {}, 'bypass'],
      ['deterministic', { temperature: 0.1 }, 'bypass'],
      ['always', { temperature: 1 }, 'hit'],
      ['always', {}, 'hit'],
    ] as const;
    for (const [exact, sampling, outcome] of ways) {
      const ask = cached(scriptedModel(() => eventsOf('yes')));
      const calls = [libraryCall({ sampling }), libraryCall({ sampling })];
      for (const call of calls) await ask(call, planOf({ exact, semantic: false }));
      expect(calls[1]?.trail.cache).toBe(outcome);
    }
  });

  it('asks anew for no-cache and remembers the newer answer', async () => {
    let count = 0;
    const ask = cached(scriptedModel(() => eventsOf(`answer ${(count += 1)}`)));
    await ask(libraryCall({}));
    const fresh = libraryCall({}, { cacheControl: { noCache: true, noStore: false } });
    await ask(fresh);
    expect(fresh.trail.cache).toBe('bypass');
    expect(await ask(libraryCall({}))).toEqual(eventsOf('answer 2'));
    expect(count).toBe(2);
  });

  it('neither reads nor writes for no-store', async () => {
    const model = scriptedModel(() => eventsOf('yes'));
    const ask = cached(model);
    const noStore = { cacheControl: { noCache: true, noStore: true } };
    const call = libraryCall({}, noStore);
    await ask(call);
    expect(call.trail.cache).toBe('bypass');
    await ask(libraryCall({}));
    await ask(libraryCall({}, noStore));
    expect(model.calls).toBe(3);
  });

  it('shares nothing between tenants, users, keys or callers', async () => {
    const scopes = [
      { caller: 'a' },
      { caller: 'b' },
      { caller: 'a', tenant: 't' },
      { caller: 'a', tenant: 'u' },
      { caller: 'a', user: 't' },
      { caller: 'a', team: 't' },
      { caller: 'a', customer: 't' },
      { caller: 'a', organisation: 't' },
      { caller: 'a', tenant: 't', user: 't' },
    ];
    const model = scriptedModel(({ scope }) => eventsOf(JSON.stringify(scope)));
    const ask = cached(model);
    for (const scope of scopes) await ask(libraryCall({}, { scope }));
    expect(model.calls).toBe(scopes.length);
    for (const scope of scopes) expect(await ask(libraryCall({}, { scope }))).toEqual(eventsOf(JSON.stringify(scope)));
    expect(model.calls).toBe(scopes.length);
  });

  it('does not care for the conversation’s name or the idempotency key', async () => {
    const ask = cached(scriptedModel(() => eventsOf('yes')));
    await ask(libraryCall({}, { scope: { caller: 'a', session: '1' } }));
    const again = libraryCall({ idempotencyKey: 'k', model: 'alias' }, { scope: { caller: 'a', session: '2' } });
    await ask(again);
    expect(again.trail.cache).toBe('hit');
  });

  it('asks again when the name stands for another model', async () => {
    const model = scriptedModel(() => eventsOf('yes'));
    const ask = cached(model);
    await ask(libraryCall({}), planOf(undefined, testTarget));
    await ask(libraryCall({}), planOf(undefined, { ...testTarget, model: 'other' }));
    await ask(libraryCall({}), planOf(undefined, { ...testTarget, baseUrl: 'http://127.0.0.1:8/v1' }));
    expect(model.calls).toBe(3);
  });

  const text: ModelEvent = { type: 'text-delta', part: 0, text: 'Half an' };
  it.each<[string, readonly ModelEvent[]]>([
    ['was cut by its limit', [text, finish('length')]],
    ['was filtered', [text, finish('content-filter')]],
    ['is a refusal', [text, finish('refusal')]],
    ['holds a refusal', [{ type: 'refusal-delta', part: 0, text: 'No.' }, finish('stop')]],
    ['paused', [text, finish('pause')]],
    ['is empty', [finish('stop')]],
    ['is a failure', [text, { type: 'failure', error: new GatewayError('stream-cut', { message: 'cut' }) }]],
    ['ends without an end', [text]],
    [
      'calls a tool',
      [text, { type: 'tool-input-delta', part: 1, callId: 'c', name: 'n', text: '{}' }, finish('tool-calls')],
    ],
    [
      'calls a tool and does not say so',
      [text, { type: 'tool-input-delta', part: 1, callId: 'c', name: 'n', text: '{}' }, finish('stop')],
    ],
    ['was put together from two', [text, { type: 'recovery', mode: 'continued', from: 'a', to: 'b' }, finish('stop')]],
    ['searched the web', [text, { type: 'usage', usage: { input: 1, output: 1, serverToolCalls: 1 } }, finish('stop')]],
    ['tells an address', [{ type: 'text-delta', part: 0, text: 'Ask jane@example.com' }, finish('stop')]],
    [
      'tells it in pieces',
      [
        { type: 'text-delta', part: 0, text: 'jane@' },
        { type: 'text-delta', part: 0, text: 'example.com' },
        finish('stop'),
      ],
    ],
  ])('does not keep an answer that %s', async (_name, events) => {
    const model = scriptedModel(() => events);
    const ask = cached(model);
    await ask(libraryCall({}));
    await ask(libraryCall({}));
    expect(model.calls).toBe(2);
  });

  it.each<[string, Partial<ModelRequest>]>([
    ['asks about today', question('What happened today?')],
    ['tells a phone number', question('Call me at +49 170 1234567')],
    [
      'was about personal data before',
      {
        turns: [
          { role: 'user', parts: [{ type: 'text', text: 'I am jane@example.com' }] },
          { role: 'assistant', parts: [{ type: 'text', text: 'Hi' }] },
          { role: 'user', parts: [{ type: 'text', text: 'Who am I?' }] },
        ],
      },
    ],
    [
      'has a tool that told personal data',
      { turns: [{ role: 'tool', callId: 'c', output: '{"mail":"jane@example.com"}' }] },
    ],
    ['wants several answers', { extras: { n: 2 } }],
    ['wants several candidates', { extras: { candidateCount: 2 } }],
    ['wants a search', { extras: { tools: [{ type: 'web_search' }] } }],
    ['wants a search of Google', { extras: { tools: [{ googleSearch: {} }] } }],
    ['wants sound', { extras: { modalities: ['text', 'audio'] } }],
    ['goes on a conversation at the provider', { extras: { conversation: 'conv_1' } }],
    ['runs in the background', { extras: { background: true } }],
  ])('does not keep the answer to a request that %s', async (_name, request) => {
    const model = scriptedModel(() => eventsOf('yes'));
    const ask = cached(model);
    await ask(libraryCall(request));
    await ask(libraryCall(request));
    expect(model.calls).toBe(2);
  });

  it('keeps nothing of a client that left', async () => {
    const model = scriptedModel(() => eventsOf('one', 'two'));
    const store = createMemoryCacheStore({ maxEntries: 100, maxBytes: 1e7 });
    const caller = withCache({ store, settings, codecOf: () => undefined })(model);
    const { batches } = await caller(libraryCall({}), planOf(), neverAborted);
    for await (const batch of batches) if (batch.some(({ type }) => type === 'text-delta')) break;
    expect(store.size.entries).toBe(0);
  });

  it('keeps nothing of a second choice', async () => {
    const model = scriptedModel((call) => {
      call.trail.attempts.push({ target: 'up/model', purpose: 'fallback', startedAt: 0, outcome: 'served' });
      return eventsOf('a weaker answer');
    });
    const ask = cached(model);
    await ask(libraryCall({}));
    await ask(libraryCall({}));
    expect(model.calls).toBe(2);
  });

  it('keeps nothing larger than a mebibyte', async () => {
    const model = scriptedModel(() => eventsOf(...Array.from({ length: 20 }, () => 'x'.repeat(60_000))));
    const ask = cached(model);
    await ask(libraryCall({}));
    await ask(libraryCall({}));
    expect(model.calls).toBe(2);
  });

  it('lets errors through and keeps none', async () => {
    const model = scriptedModel(() => {
      throw new GatewayError('overloaded', { message: 'later' });
    });
    const ask = cached(model);
    await expect(ask(libraryCall({}))).rejects.toThrow('later');
    await expect(ask(libraryCall({}))).rejects.toThrow('later');
    expect(model.calls).toBe(2);
  });

  it('leaves a request it cannot read to others', async () => {
    const model = scriptedModel(() => eventsOf('yes'));
    const call = libraryCall(
      {},
      {
        toRequest: () => {
          throw new GatewayError('bad-request', { message: 'no' });
        },
      },
    );
    expect(await cached(model)(call)).toEqual(eventsOf('yes'));
    expect(call.trail.cache).toBe('bypass');
  });

  it('misses where the store holds garbage', async () => {
    const model = scriptedModel(() => eventsOf('yes'));
    const memory = createMemoryCacheStore({ maxEntries: 100, maxBytes: 1e7 });
    const garbage = ['', '{}', '\u0002\0\0\0{}', '\u00ff\u00ff\u00ff\u00ff', 'x'.repeat(100)];
    for (const bytes of garbage) {
      const ask = cached(model, { ...memory, get: async () => Buffer.from(bytes) });
      expect(await ask(libraryCall({}))).toEqual(eventsOf('yes'));
    }
    expect(model.calls).toBe(garbage.length);
  });

  it('does not give one piece for a stream where the body says nothing of streams', async () => {
    const chat = { role: 'assistant', content: 'Hello' };
    const json = JSON.stringify({ id: 'a', model: 'm', choices: [{ index: 0, message: chat, finish_reason: 'stop' }] });
    const ask = cached(
      scriptedModel(() => [
        { type: 'wire', phase: 'content', bytes: Buffer.from(json) },
        { type: 'finish', reason: 'stop' },
      ]),
    );
    const whole = clientCall({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] });
    expect(await ask(whole)).toContainEqual({ type: 'wire', phase: 'content', bytes: Buffer.from(json) });
    const streamed = { ...clientCall({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] }), isStream: true };
    expect(await ask(streamed)).toContainEqual({ type: 'text-delta', part: 0, text: 'Hello' });
    expect(streamed.trail.cache).toBe('hit');
  });

  it('harms no answer when keeping it fails, and says so', async () => {
    const complaints: string[] = [];
    const broken = {
      ...createMemoryCacheStore({ maxEntries: 1, maxBytes: 1e7 }),
      set: () => Promise.reject(new Error('no')),
    };
    const log = { ...silentLog, error: (_fields: object, message: string) => complaints.push(message) };
    const caller = withCache({ store: broken, settings, codecOf: () => undefined, log })(
      scriptedModel(() => eventsOf('yes')),
    );
    expect(await readAll(await caller(libraryCall({}), planOf(), neverAborted))).toEqual(eventsOf('yes'));
    await vi.waitFor(() => expect(complaints).toEqual(['an answer could not be kept']));
  });

  it('bears the same request many times at once', async () => {
    const model = scriptedModel(() => eventsOf('yes'));
    const ask = cached(model);
    const all = await Promise.all(Array.from({ length: 20 }, () => ask(libraryCall({}))));
    for (const events of all) expect(events).toEqual(eventsOf('yes'));
  });
});
