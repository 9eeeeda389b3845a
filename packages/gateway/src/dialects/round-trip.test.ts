import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Codec } from '../core/codec.ts';
import type { Face } from '../core/face.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { ModelEvent, ModelFinishReason, ModelUsage } from '../core/model-event.ts';
import type { Dialect, Signature } from '../core/model-request.ts';
import { decodeAnswer } from '../testing/decode-answer.ts';
import { sampleTarget } from '../testing/sample-call.ts';
import { writeJson } from '../transport/write-json.ts';
import { createAnthropicMessagesCodec } from './anthropic-messages/codec.ts';
import { createAnthropicMessagesFace } from './anthropic-messages/face.ts';
import { createGoogleGenerativeCodec } from './google-generative/codec.ts';
import { createGoogleGenerativeFace } from './google-generative/face.ts';
import { createOpenAiChatCodec } from './openai-chat/codec.ts';
import { createOpenAiChatFace } from './openai-chat/face.ts';
import { createOpenAiResponsesCodec } from './openai-responses/codec.ts';
import { createOpenAiResponsesFace } from './openai-responses/face.ts';

type Said =
  | { readonly kind: 'text'; readonly chunks: readonly string[]; readonly sources: readonly string[] }
  | { readonly kind: 'reasoning'; readonly chunks: readonly string[]; readonly proof: string }
  | { readonly kind: 'hidden'; readonly proof: string }
  /** Calls whose inputs come in turns: `order` says whose piece is next. */
  | { readonly kind: 'calls'; readonly inputs: readonly string[]; readonly order: readonly number[] };

type StoryPart = { readonly kind: string; readonly text: string; readonly proof?: string };
interface Story {
  readonly parts: readonly StoryPart[];
  readonly sources: readonly string[];
  readonly usage: Partial<ModelUsage>;
  readonly end: string;
}

/** What of an answer a dialect has words for. */
interface Words {
  readonly face: Face;
  readonly codec: Codec;
  readonly reasons: Partial<Record<ModelFinishReason, ModelFinishReason>>;
  readonly usage: (usage: ModelUsage) => Partial<ModelUsage>;
  readonly parts: (parts: readonly StoryPart[]) => readonly StoryPart[];
  readonly wholeParts?: (parts: readonly StoryPart[]) => readonly StoryPart[];
}

const writes = ({ cacheWrite = 0, cacheWriteHour = 0 }: ModelUsage): number => cacheWrite + cacheWriteHour;
const callsLast = (parts: readonly StoryPart[]): StoryPart[] => [
  ...parts.filter(({ kind }) => !kind.startsWith('call')),
  ...parts.filter(({ kind }) => kind.startsWith('call')),
];
const withoutProof = (parts: readonly StoryPart[]): StoryPart[] =>
  parts.map(({ kind, text }) => ({ kind, text })).filter(({ text }) => text !== '');
const byKind = (parts: readonly StoryPart[]): StoryPart[] =>
  joined(withoutProof(parts).toSorted((one, other) => (one.kind < other.kind ? -1 : one.kind > other.kind ? 1 : 0)));

/** Neighbours of one kind are one; what was signed last counts for both. */
function joined(parts: readonly StoryPart[]): StoryPart[] {
  const made: StoryPart[] = [];
  for (const part of parts) {
    const last = made.at(-1);
    if (last?.kind !== part.kind || part.kind.startsWith('call')) made.push(part);
    else made[made.length - 1] = { ...last, ...part, text: last.text + part.text };
  }
  return made;
}

const words: Readonly<Record<string, Words>> = {
  'chat completions': {
    face: createOpenAiChatFace(),
    codec: createOpenAiChatCodec(),
    reasons: { 'stop-sequence': 'stop', 'context-exceeded': 'length', pause: 'stop', refusal: 'stop' },
    usage: (usage) => ({ ...usage, cacheWrite: writes(usage), cacheWriteHour: 0 }),
    parts: byKind,
  },
  Responses: {
    face: createOpenAiResponsesFace(),
    codec: createOpenAiResponsesCodec(),
    reasons: { 'stop-sequence': 'stop', 'context-exceeded': 'length', pause: 'stop', refusal: 'content-filter' },
    usage: ({ input, output, cachedInput, reasoning, ...usage }) => ({
      input,
      output,
      cachedInput: cachedInput ?? 0,
      reasoning: reasoning ?? 0,
      cacheWrite: writes({ input, output, ...usage }),
    }),
    parts: (parts) => parts,
  },
  Messages: {
    face: createAnthropicMessagesFace(),
    codec: createAnthropicMessagesCodec(),
    reasons: { 'content-filter': 'refusal' },
    usage: (usage) => usage,
    parts: (parts) => parts,
  },
  Gemini: {
    face: createGoogleGenerativeFace(),
    codec: createGoogleGenerativeCodec(),
    reasons: { 'stop-sequence': 'stop', 'context-exceeded': 'length', refusal: 'content-filter' },
    usage: ({ input, output, cachedInput, reasoning }) => ({
      input,
      output,
      cachedInput: cachedInput ?? 0,
      reasoning: reasoning ?? 0,
    }),
    parts: (parts) =>
      joined(
        callsLast(parts).map(({ text, ...part }) =>
          // A server-sent event has no place for the line breaks between the words of JSON.
          part.kind.startsWith('call') ? { ...part, text: text.replaceAll(/[\r\n]/g, ' ') } : { ...part, text },
        ),
      ),
  },
};

const chunk = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const chunks = fc.array(chunk, { minLength: 1, maxLength: 4 });
const objectText = fc.oneof(
  fc
    .tuple(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), fc.constantFrom(undefined, 2, '\t'))
    .map(([value, space]) => JSON.stringify(value, undefined, space)),
  fc.constantFrom(
    '',
    '{"n":12345678901234567890,"n":1.0}',
    '{"__proto__":{"a":1},"constructor":null}',
    '{ "a" : "}{\\"", "b" : [ ] }',
    ' {"a":1}',
  ),
);
const said: fc.Arbitrary<Said> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), chunks, sources: fc.array(fc.webUrl(), { maxLength: 2 }) }),
  fc.record({ kind: fc.constant('reasoning' as const), chunks, proof: fc.base64String({ maxLength: 12 }) }),
  fc.record({ kind: fc.constant('hidden' as const), proof: fc.base64String({ minLength: 4, maxLength: 12 }) }),
  fc.record({
    kind: fc.constant('calls' as const),
    inputs: fc.array(objectText, { minLength: 1, maxLength: 3 }),
    order: fc.array(fc.nat(2), { maxLength: 12 }),
  }),
);
const count = fc.nat(1_000_000);
const usage: fc.Arbitrary<ModelUsage> = fc
  .record(
    { fresh: count, said: count, cachedInput: count, cacheWrite: count, cacheWriteHour: count, reasoning: count },
    { requiredKeys: ['fresh', 'said'] },
  )
  .map(({ fresh, said: text, ...more }) => ({
    ...more,
    input: fresh + (more.cachedInput ?? 0) + (more.cacheWrite ?? 0) + (more.cacheWriteHour ?? 0),
    output: text + (more.reasoning ?? 0),
  }));
const reasons = [
  'stop',
  'stop-sequence',
  'length',
  'tool-calls',
  'content-filter',
  'refusal',
  'pause',
  'context-exceeded',
] as const;
const failures = [
  'overloaded',
  'upstream-limited',
  'upstream-error',
  'timeout',
  'stream-cut',
  'context-exceeded',
  'content-filtered',
  'network',
] as const;
const answers = fc.record({
  said: fc.array(said, { maxLength: 6 }),
  usage,
  reason: fc.constantFrom(...reasons),
});
type Answer = typeof answers extends fc.Arbitrary<infer T> ? T : never;

/** The events of an answer, and the story they tell. */
function tell({ said: parts, usage: counts, reason }: Answer, own: Dialect, { face }: Words) {
  const events: ModelEvent[] = [{ type: 'answer-start', id: 'answer-1', model: 'large' }];
  let next = 0;
  let calls = 0;
  for (const part of parts) {
    if (part.kind === 'calls') {
      const first = next;
      const base = calls;
      next += part.inputs.length;
      calls += part.inputs.length;
      events.push(...interleave(part.inputs, part.order, { first, base }));
      continue;
    }
    const number = next++;
    if (part.kind === 'hidden') {
      const kept = { dialect: own, value: part.proof };
      // Google signs and never hides; what is hidden would be somebody else's.
      if (face.dialect !== 'google-generative') events.push({ type: 'part-signature', part: number, opaque: kept });
      continue;
    }
    const type = part.kind === 'text' ? 'text-delta' : 'reasoning-delta';
    for (const text of part.chunks) events.push({ type, part: number, text });
    if (part.kind === 'text') {
      for (const [at, url] of part.sources.entries()) {
        const source = { id: `s-${number}-${at}`, title: `Title of ${url}`, url: `${url}#${number}-${at}` };
        events.push({ type: 'source', part: next++, ...source });
      }
    } else if (part.proof !== '') events.push(proofOf(number, { dialect: own, value: part.proof }));
  }
  events.push({ type: 'usage', usage: counts });
  const isCall = reason === 'stop' || reason === 'tool-calls';
  const end = isCall ? (calls > 0 ? 'tool-calls' : 'stop') : reason;
  return [...events, { type: 'finish', reason: end } as const];
}

/** OpenAI encrypts its reasoning, the others sign it. */
function proofOf(part: number, kept: Signature): ModelEvent {
  const isHidden = kept.dialect === 'openai-responses';
  return { type: 'part-signature', part, ...(isHidden ? { opaque: kept } : { signature: kept }) };
}

function interleave(
  inputs: readonly string[],
  order: readonly number[],
  { first, base }: { readonly first: number; readonly base: number },
): ModelEvent[] {
  const rest = [...inputs];
  const delta = (at: number, text: string): ModelEvent => ({
    type: 'tool-input-delta',
    part: first + at,
    callId: `call_${base + at}`,
    name: `tool_${at}`,
    text,
  });
  const events = inputs.map((_, at) => delta(at, ''));
  for (const turn of order) {
    const at = turn % inputs.length;
    const left = rest[at] ?? '';
    if (left === '') continue;
    events.push(delta(at, left.slice(0, 5)));
    rest[at] = left.slice(5);
  }
  for (const [at, left] of rest.entries()) if (left !== '') events.push(delta(at, left));
  return events;
}

function storyOf(events: readonly ModelEvent[]): Story {
  const parts = new Map<number, StoryPart>();
  const sources: string[] = [];
  let counts: Partial<ModelUsage> = {};
  let end = '';
  for (const event of events) {
    if (event.type === 'source') sources.push(`${event.title} ${event.url}`);
    else if (event.type === 'usage') counts = event.usage;
    else if (event.type === 'finish') end = event.reason;
    else if (event.type === 'failure') end = event.error.code;
    else if (event.type === 'part-signature') {
      const proof = (event.signature ?? event.opaque)?.value ?? '';
      parts.set(event.part, { ...(parts.get(event.part) ?? { kind: 'reasoning', text: '' }), proof });
    } else if ('text' in event) {
      const kind = event.type === 'tool-input-delta' ? `call ${event.callId} ${event.name}` : event.type;
      const held = parts.get(event.part) ?? { kind: kind === 'reasoning-delta' ? 'reasoning' : kind, text: '' };
      parts.set(event.part, { ...held, text: held.text + event.text });
    }
  }
  // White space around a value is not part of it.
  const whole = [...parts.values()].map((part) =>
    part.kind.startsWith('call') ? { ...part, text: part.text.trim() || '{}' } : part,
  );
  return { parts: whole.filter(({ text, proof }) => text !== '' || proof !== undefined), sources, usage: counts, end };
}

/** Zero and nothing are the same number of tokens. */
const counted = (counts: Partial<ModelUsage>) =>
  Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0 && value !== undefined));

function expected(events: readonly ModelEvent[], { reasons: own, usage: project, parts }: Words) {
  const story = storyOf(events);
  const reason = reasons.find((candidate) => candidate === story.end);
  const end = (reason && own[reason]) ?? story.end;
  const hasCalls = story.parts.some(({ kind }) => kind.startsWith('call'));
  const counts = project({ input: 0, output: 0, ...story.usage });
  return {
    parts: parts(story.parts),
    sources: story.sources,
    usage: counted(counts),
    end: end === 'stop' && hasCalls ? 'tool-calls' : end,
  };
}

async function* each(events: readonly ModelEvent[]) {
  yield* events;
}

const options = { model: 'large', created: 1, includeUsage: true, id: 'own-1' };
const target = sampleTarget();

describe.each(Object.entries(words))('an answer through %s', (_, dialect) => {
  const { face, codec } = dialect;
  const own = face.dialect;
  const understood = (events: readonly ModelEvent[]) => {
    const story = storyOf(events);
    return { ...story, parts: dialect.parts(story.parts), usage: counted(story.usage) };
  };

  test('tells the same story as a stream', () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const events = tell(answer, own, dialect);
        const encoder = face.createEncoder(options);
        const bytes = Buffer.from(events.map((event) => encoder.encode(event)).join(''));
        expect(understood(decodeAnswer(codec, [bytes], { target }))).toEqual(expected(events, dialect));
      }),
      { numRuns: 300 },
    );
  });

  test('tells the same story in one piece', async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (answer) => {
        const events = tell(answer, own, dialect);
        const body = writeJson(await face.toAnswer(each(events), options));
        const decoder = codec.createDecoder({ target });
        const { events: read } = decoder.pushWhole(body);
        expect(understood([...read, ...decoder.end()])).toEqual(expected(events, dialect));
      }),
      { numRuns: 300 },
    );
  });

  test('that fails stays a failure of its kind', async () => {
    await fc.assert(
      fc.asyncProperty(answers, fc.constantFrom(...failures), fc.nat(), async (answer, code, cut) => {
        const whole = tell(answer, own, dialect).filter(({ type }) => type !== 'finish');
        const error = new GatewayError(code, { message: 'It broke off.' });
        const events: ModelEvent[] = [...whole.slice(0, cut % (whole.length + 1)), { type: 'failure', error }];
        const encoder = face.createEncoder(options);
        const bytes = Buffer.from(events.map((event) => encoder.encode(event)).join(''));
        expect(decodeAnswer(codec, [bytes], { target }).at(-1)).toMatchObject({ type: 'failure', error: { code } });
        await expect(face.toAnswer(each(events), options)).rejects.toBe(error);
      }),
      { numRuns: 100 },
    );
  });
});
