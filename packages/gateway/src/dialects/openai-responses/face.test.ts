import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import { decodeAnswer, joinDeltas } from '../../testing/decode-answer.ts';
import { createOpenAiResponsesCodec } from './codec.ts';
import { createOpenAiResponsesFace } from './face.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`__fixtures__/${name}.sse`, import.meta.url));
const stories = ['text', 'tool', 'parallel-tools', 'reasoning', 'length', 'hosted-tools', 'refusal'];
const codec = createOpenAiResponsesCodec();
const face = createOpenAiResponsesFace();
const options = { model: 'served', created: 1, includeUsage: true, id: 'own' };

function encode(events: readonly ModelEvent[]): string {
  const encoder = face.createEncoder(options);
  return events.map((event) => encoder.encode(event)).join('');
}

/** The events of a stream, whose names repeat their types and whose numbers rise by one. */
function framesOf(text: string) {
  return text
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame, index) => {
      const [name = '', data = ''] = frame.split('\n');
      const json = JSON.parse(data.replace('data: ', ''));
      expect(name).toBe(`event: ${json.type}`);
      expect(json.sequence_number).toBe(index);
      return json;
    });
}

const answerOf = (events: readonly ModelEvent[]) => face.toAnswer(Readable.from(events), options);
const text = (part: number, words: string): ModelEvent => ({ type: 'text-delta', part, text: words });
const call = (part: number, input: string): ModelEvent => ({
  type: 'tool-input-delta',
  part,
  callId: `c${part}`,
  name: `tool${part}`,
  text: input,
});
const done: ModelEvent = { type: 'finish', reason: 'stop' };

/** Searches of a provider are only told in its own bytes. */
function withoutSearches(usage: object): object {
  return Object.fromEntries(Object.entries(usage).filter(([kind]) => kind !== 'serverToolCalls'));
}

describe('answering Responses clients with streams', () => {
  test.each(stories)('tells "%s" so that a Responses codec reads the same', (name) => {
    const events = decodeAnswer(codec, [fixture(name)]);
    const again = decodeAnswer(codec, [Buffer.from(encode(events))]);
    const own = { id: 'resp_own', model: 'served' };
    expect(inOrder(again)).toEqual(
      inOrder(events).map((event) => {
        if (event.type === 'usage') return { ...event, usage: withoutSearches(event.usage) };
        return event.type === 'answer-start' ? { ...event, ...own } : event;
      }),
    );
  });

  test('tells a text from its item to the end', () => {
    const frames = framesOf(encode([{ type: 'answer-start', id: 'x', model: 'y' }, text(0, 'a'), text(0, 'b'), done]));
    expect(frames.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(frames.at(-1).response).toMatchObject({
      id: 'resp_own',
      object: 'response',
      created_at: 1,
      status: 'completed',
      model: 'served',
      output: [{ id: 'msg_own_0', type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'ab' }] }],
    });
  });

  test('ends without [DONE]', () => {
    expect(encode([text(0, 'a'), done])).not.toContain('[DONE]');
  });

  test('tells the same whole answer inside the stream as outside of one', async () => {
    for (const name of stories) {
      const events = decodeAnswer(codec, [fixture(name)]);
      const { response } = framesOf(encode(events)).at(-1);
      expect(withoutPlaces(response)).toEqual(withoutPlaces(JSON.parse(JSON.stringify(await answerOf(events)))));
    }
  });

  test('puts interleaved calls one after the other', () => {
    const frames = framesOf(encode([call(0, '{"a'), call(1, '{"b"'), call(0, '":1}'), call(1, ':2}'), done]));
    const items = frames.filter(({ type }) => type === 'response.output_item.done');
    expect(items.map(({ output_index: index, item }) => [index, item.call_id, item.arguments])).toEqual([
      [0, 'c0', '{"a":1}'],
      [1, 'c1', '{"b":2}'],
    ]);
  });

  test('says {} for a call without input', () => {
    const frames = framesOf(encode([call(0, ''), { type: 'finish', reason: 'tool-calls' }]));
    expect(frames.at(-1).response.output[0]).toMatchObject({
      type: 'function_call',
      arguments: '{}',
      status: 'completed',
    });
  });

  test.each([
    ['length', 'max_output_tokens'],
    ['context-exceeded', 'max_output_tokens'],
    ['content-filter', 'content_filter'],
  ] as const)('is incomplete when it ends because of %s', (reason, why) => {
    const last = framesOf(encode([text(0, 'a'), { type: 'finish', reason }])).at(-1);
    expect(last.type).toBe('response.incomplete');
    expect(last.response).toMatchObject({ status: 'incomplete', incomplete_details: { reason: why } });
    expect(last.response.output[0].status).toBe('incomplete');
  });

  test('reports a failure as an error and a failed response', () => {
    const error = new GatewayError('overloaded', { message: 'Too much.' });
    const frames = framesOf(encode([text(0, 'half'), { type: 'failure', error }]));
    expect(frames.slice(-2)).toMatchObject([
      { type: 'error', code: 'overloaded', message: 'Too much.', param: null },
      { type: 'response.failed', response: { status: 'failed', error: { code: 'overloaded', message: 'Too much.' } } },
    ]);
    expect(face.toErrorFrame(error)).toContain('event: error\n');
  });

  test('puts an annotation into the text before it', () => {
    const source = { type: 'source', part: 1, id: 's', title: 'T', url: 'https://x/' } as const;
    const frames = framesOf(encode([text(0, 'abc'), source, done]));
    const annotation = { type: 'url_citation', start_index: 3, end_index: 3, url: 'https://x/', title: 'T' };
    expect(frames).toContainEqual(
      expect.objectContaining({ type: 'response.output_text.annotation.added', annotation_index: 0, annotation }),
    );
    expect(frames.at(-1).response.output[0].content[0].annotations).toEqual([annotation]);
  });

  test('carries signatures of other vendors so that they come back', async () => {
    const anthropic = { dialect: 'anthropic-messages', value: 's:1' } as const;
    const google = { dialect: 'google-generative', value: 'g' } as const;
    const answer = await answerOf([
      { type: 'reasoning-delta', part: 0, text: 'hm' },
      { type: 'part-signature', part: 0, signature: anthropic },
      call(1, '{}'),
      { type: 'part-signature', part: 1, signature: google },
      { type: 'finish', reason: 'tool-calls' },
    ]);
    const input = 'output' in answer ? answer.output : [];
    const { turns } = face.read(Buffer.from(JSON.stringify({ input })), {}).toRequest();
    expect(turns).toMatchObject([
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'hm', signature: anthropic },
          { type: 'tool-call', callId: 'c1', input: '{}', signature: google },
        ],
      },
    ]);
  });
});

const place = (event: ModelEvent): number => {
  if ('part' in event) return event.part;
  return event.type === 'answer-start' ? -1 : Infinity;
};

/** What calls that interleave say, one after the other. */
function inOrder(events: readonly ModelEvent[]): ModelEvent[] {
  return joinDeltas(events.toSorted((one, other) => (place(one) === place(other) ? 0 : place(one) - place(other))));
}

/** In a stream an annotation stands where it was said, outside at the end. */
function withoutPlaces(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (key === 'start_index' || key === 'end_index' ? 0 : inner)),
  );
}

describe('answering Responses clients whole', () => {
  test('always has an output', async () => {
    expect(await answerOf([done])).toMatchObject({ object: 'response', status: 'completed', output: [], error: null });
  });

  test('tells usage with its details', async () => {
    const usage = { input: 12, output: 7, cachedInput: 4, reasoning: 3 };
    expect(await answerOf([text(0, 'a'), { type: 'usage', usage }, done])).toMatchObject({
      usage: {
        input_tokens: 12,
        input_tokens_details: { cached_tokens: 4 },
        output_tokens: 7,
        output_tokens_details: { reasoning_tokens: 3 },
        total_tokens: 19,
      },
    });
  });

  test('throws a failure', async () => {
    const error = new GatewayError('stream-cut', { message: 'cut' });
    await expect(answerOf([text(0, 'x'), { type: 'failure', error }])).rejects.toBe(error);
  });
});

test('errors for Responses clients have the shape of OpenAI', () => {
  const error = new GatewayError('rate-limited', { message: 'words', param: 'p' });
  expect(face.toError(error)).toMatchObject({ error: { message: 'words', code: 'rate_limited', param: 'p' } });
});
