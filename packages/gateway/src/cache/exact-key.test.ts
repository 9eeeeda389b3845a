import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call, RoutePlan } from '../core/call.ts';
import type { ModelRequest } from '../core/model-request.ts';
import { readAskedAnswer } from './asked-answer.ts';
import { exactKey, scopeKey } from './exact-key.ts';
import { clientCall, libraryCall, planOf, testTarget } from './testing/cached-calls.ts';

const plan = planOf();

function keyOf(call: Call, of: RoutePlan = plan): string | undefined {
  const asked = readAskedAnswer(call);
  return asked && exactKey(asked, of);
}
function scopeOf(call: Call, question: string): string | undefined {
  const asked = readAskedAnswer(call);
  return asked && scopeKey(asked, plan, question);
}

/** Every field a request may have. */
const whole: ModelRequest = {
  model: 'm',
  instructions: ['Be brief.', 'Be kind.'],
  turns: [
    {
      role: 'user',
      parts: [
        { type: 'text', text: 'Look', signature: { dialect: 'google-generative', value: 's' } },
        { type: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'aW1n' }, detail: 'low' },
        {
          type: 'file',
          mediaType: 'application/pdf',
          name: 'a.pdf',
          source: { kind: 'url', url: 'https://example.com' },
        },
        { type: 'audio', mediaType: 'audio/wav', source: { kind: 'base64', data: 'c291bmQ=' } },
      ],
    },
    {
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'hm', signature: { dialect: 'anthropic-messages', value: 's' }, id: 'r' },
        { type: 'tool-call', callId: 'c', name: 'look', input: '{"a":1}' },
      ],
    },
    { role: 'tool', callId: 'c', output: 'nothing', name: 'look', isError: true },
    { role: 'user', parts: [{ type: 'text', text: 'And now?' }] },
  ],
  tools: [
    { name: 'look', description: 'Looks', inputSchema: { type: 'object', properties: { a: {} } }, isStrict: true },
  ],
  toolChoice: { allowed: ['look'], mode: 'auto' },
  parallelTools: true,
  output: { type: 'schema', name: 'o', schema: { type: 'object' }, isStrict: true },
  reasoning: { effort: 'low', budgetTokens: 5, summary: 'auto' },
  sampling: {
    temperature: 0,
    topP: 0.5,
    topK: 3,
    maxOutputTokens: 7,
    stop: ['a', 'b'],
    seed: 1,
    presencePenalty: 0.1,
    frequencyPenalty: 0.2,
  },
  extras: { logit_bias: { 50256: -100 }, verbosity: 'low' },
};

type Path = readonly (string | number)[];

/** Where every value inside another one stands, except names that mean nothing to an answer. */
function pathsIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inner = Object.entries(value).flatMap(([name, field]) =>
    pathsIn(field, [...at, Array.isArray(value) ? Number(name) : name]),
  );
  return at.length === 0 ? inner : [at, ...inner];
}

/** A copy with one value changed, or taken away. */
function changed(value: unknown, [step, ...rest]: Path, how: 'change' | 'remove'): unknown {
  if (step === undefined) return other(value);
  const copy = structuredClone(value) as Record<string | number, unknown>;
  if (rest.length > 0 || how === 'change') copy[step] = changed(copy[step], rest, how);
  else if (Array.isArray(copy)) copy.splice(Number(step), 1);
  else delete copy[step];
  return copy;
}

function other(value: unknown): unknown {
  if (typeof value === 'string') return `${value}x`;
  if (typeof value === 'number') return value === 0 ? 1 : -value;
  if (typeof value === 'boolean') return !value;
  return 'something else';
}

/** The same value, with the fields of every object in another order. */
function shuffled(value: unknown, order: (names: string[]) => string[]): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => shuffled(item, order));
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  return Object.fromEntries(order(Object.keys(fields)).map((name) => [name, shuffled(fields[name], order)]));
}

const bodyWith = (message: object) => ({ model: 'm', messages: [{ role: 'user', content: 'Hi', ...message }] });

describe('the key of an exact answer', () => {
  const paths = pathsIn(whole).filter(([first]) => first !== 'model');

  it.each(paths.map((path) => [path.join('.'), path] as const))('changes with %s', (_name, path) => {
    const key = keyOf(libraryCall(whole));
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    for (const how of ['change', 'remove'] as const) {
      expect(keyOf(libraryCall(changed(whole, path, how) as ModelRequest))).not.toBe(key);
    }
  });

  it('changes with any value of a client’s own body, known to us or not, and never with the order of its fields', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 }),
        fc.nat(),
        (extra, pick) => {
          const { model: _model, stream: _stream, messages: _messages, ...fields } = extra;
          const body = { model: 'm', messages: [{ role: 'user', content: 'Hi', name: 'Jo' }], more: fields };
          const key = keyOf(clientCall(body));
          expect(keyOf(clientCall(shuffled(body, (names) => names.toReversed()) as object))).toBe(key);
          expect(keyOf(clientCall(shuffled(body, (names) => names.toSorted()) as object))).toBe(key);
          const inner = pathsIn(body).filter(([first]) => first === 'more' || first === 'messages');
          const path = inner[pick % inner.length] ?? [];
          const [removed, altered] = (['remove', 'change'] as const).map((how) => changed(body, path, how) as object);
          for (const next of [removed, altered]) {
            // Without a role or messages it is no request any more.
            if (next === undefined || path[0] === 'messages') continue;
            expect(keyOf(clientCall(next))).not.toBe(key);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('sees what our own shape of a request has no word for', () => {
    expect(keyOf(clientCall(bodyWith({ name: 'Jo' })))).not.toBe(keyOf(clientCall(bodyWith({ name: 'Al' }))));
    const seeded = (seed: string): Call => {
      const call = clientCall(bodyWith({}));
      const text = `{"model":"m","seed":${seed},"messages":[{"role":"user","content":"Hi"}]}`;
      return { ...call, wire: { dialect: 'openai-chat', body: Buffer.from(text) } };
    };
    expect(keyOf(seeded('9007199254740993'))).not.toBe(keyOf(seeded('9007199254740992')));
  });

  it('is the same for an answer in one piece and a streamed one, and for every name of a model', () => {
    const messages = [{ role: 'user', content: 'Hi' }];
    const key = keyOf(clientCall({ model: 'a', messages }));
    expect(keyOf(clientCall({ model: 'b', messages, stream: true, stream_options: { include_usage: true } }))).toBe(
      key,
    );
  });

  it('does not depend on the order in which targets stand', () => {
    const [one, two] = [testTarget, { ...testTarget, id: 'up/two', model: 'two' }].map((target) => ({
      target,
      weight: 1,
    }));
    if (one === undefined || two === undefined) throw new Error('There are two');
    const call = libraryCall(whole);
    expect(keyOf(call, { ...plan, candidates: [one, two] })).toBe(keyOf(call, { ...plan, candidates: [two, one] }));
    expect(keyOf(call, { ...plan, candidates: [one, two] })).not.toBe(keyOf(call, { ...plan, candidates: [one] }));
  });

  it('is none for what is nested beyond reason', () => {
    let deep: unknown = 'end';
    for (let level = 0; level < 5000; level += 1) deep = [deep];
    const call = clientCall({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] });
    const body = Buffer.from(`{"messages":[],"deep":${'['.repeat(5000)}${']'.repeat(5000)}}`);
    expect(keyOf({ ...call, wire: { dialect: 'openai-chat', body } })).toBeUndefined();
    expect(keyOf(libraryCall({ extras: { deep } }))).toBeUndefined();
  });
});

const ask = (content: string, rest: object = {}, before: readonly object[] = []) =>
  clientCall({ model: 'm', messages: [...before, { role: 'user', content }], ...rest });

const saidBefore = (text: string) => [
  { role: 'user', content: text },
  { role: 'assistant', content: 'Well.' },
];

const partsWith = (url: string) => [
  { type: 'text', text: 'One?' },
  { type: 'image_url', image_url: { url } },
];

const callWith = (url: string) => clientCall({ model: 'm', messages: [{ role: 'user', content: partsWith(url) }] });

describe('the scope of similar questions', () => {
  it('leaves out the last question and nothing else', () => {
    expect(scopeOf(ask('One?'), 'One?')).toBe(scopeOf(ask('Two?'), 'Two?'));
    const scopes = [
      scopeOf(ask('One?'), 'One?'),
      scopeOf(ask('One?', { temperature: 0 }), 'One?'),
      scopeOf(ask('One?', { tools: [{ type: 'function', function: { name: 'f' } }] }), 'One?'),
      scopeOf(ask('One?', { response_format: { type: 'json_object' } }), 'One?'),
      scopeOf(ask('One?', {}, [{ role: 'system', content: 'Be brief.' }]), 'One?'),
      scopeOf(ask('One?', {}, [{ role: 'user', content: 'Before' }]), 'One?'),
      scopeOf(ask('One?', {}, [{ role: 'user', content: 'One?' }]), 'One?'),
      scopeOf(
        clientCall({ model: 'm', messages: [{ role: 'user', content: 'One?' }] }, { scope: { caller: 'else' } }),
        'One?',
      ),
    ];
    expect(new Set(scopes).size).toBe(scopes.length);
  });

  it('does not mistake one that was asked before for the last', () => {
    expect(scopeOf(ask('A', {}, saidBefore('A')), 'A')).not.toBe(scopeOf(ask('B', {}, saidBefore('B')), 'B'));
  });

  it('holds attachments of the last turn', () => {
    expect(scopeOf(callWith('https://example.com/a.png'), 'One?')).not.toBe(
      scopeOf(callWith('https://example.com/b.png'), 'One?'),
    );
  });
});
