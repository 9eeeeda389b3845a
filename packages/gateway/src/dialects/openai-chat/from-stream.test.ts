import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { createChatDecoder } from './from-stream.ts';
import { createSseScanner } from '../../transport/sse-scanner.ts';

const target: Target = {
  provider: 'Test',
  baseUrl: 'http://test/v1',
  model: 'asked',
  apiKey: 'secret-key',
  timeouts: { connect: 1, headers: 1, content: 1, idle: 1 },
};

const fixture = (name: string): Buffer => readFileSync(new URL(`__fixtures__/${name}.sse`, import.meta.url));

function decode(chunks: readonly Buffer[], fault?: GatewayError): ModelEvent[] {
  const scanner = createSseScanner();
  const decoder = createChatDecoder({ target });
  const events: ModelEvent[] = [];
  for (const event of [...chunks.flatMap((chunk) => scanner.push(chunk)), ...scanner.end()]) {
    const { verdict, events: decoded } = decoder.push(event);
    events.push(...decoded);
    if (verdict === 'failure') break;
  }
  return [...events, ...decoder.end(fault)];
}

/** Neighbouring deltas of a part become one, since how text is cut is not part of what it says. */
function joined(events: readonly ModelEvent[]): ModelEvent[] {
  const result: ModelEvent[] = [];
  for (const event of events) {
    const last = result.at(-1);
    const goesOn = last && 'text' in last && 'text' in event && last.type === event.type && last.part === event.part;
    if (goesOn) result[result.length - 1] = { ...last, text: last.text + event.text };
    else result.push(event);
  }
  return result;
}

const model = 'gpt-4o-mini-2024-07-18';
const start = { type: 'answer-start', id: 'chatcmpl-1', model };
const names = ['usage-details', 'interleaved-tools', 'sources', 'malformed-line', 'error-object', 'reasoning-content'];

function callOf(id: string | undefined, name: string): string {
  const delta = { tool_calls: [{ index: 0, id, function: { name, arguments: '{}' } }] };
  return `data: ${JSON.stringify({ choices: [{ delta }] })}\n\n`;
}

function choiceOf(index: number, reason: string | null): string {
  return `data: ${JSON.stringify({ choices: [{ index, delta: { content: 'x' }, finish_reason: reason }] })}\n\n`;
}

describe('decoding chat completion streams', () => {
  test('reads text, usage and the finish reason', () => {
    expect(joined(decode([fixture('usage-details')]))).toEqual([
      start,
      { type: 'text-delta', part: 0, text: 'Grüße, Welt 🌍!' },
      { type: 'usage', usage: { input: 19, output: 7, cachedInput: 16, reasoning: 0 } },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  test('keeps the order of reasoning, text and interleaved tool calls, arguments byte-exact', () => {
    const events = decode([fixture('interleaved-tools')]);
    expect(joined(events)).toEqual([
      start,
      { type: 'reasoning-delta', part: 0, text: 'I should look it up.' },
      { type: 'text-delta', part: 1, text: 'Let me see.' },
      { type: 'tool-input-delta', part: 2, callId: 'call_a', name: 'search', text: '' },
      { type: 'tool-input-delta', part: 3, callId: 'call_b', name: 'weather', text: '{"city":' },
      { type: 'tool-input-delta', part: 2, callId: 'call_a', name: 'search', text: String.raw`{"q":"\u00e9` },
      { type: 'tool-input-delta', part: 3, callId: 'call_b', name: 'weather', text: '"Lisbon"}' },
      { type: 'tool-input-delta', part: 2, callId: 'call_a', name: 'search', text: 'té","q":9007199254740993}' },
      { type: 'usage', usage: { input: 50, output: 30, reasoning: 12 } },
      { type: 'finish', reason: 'tool-calls' },
    ]);
  });

  test('reads sources, joins data lines and leaves other choices out', () => {
    expect(joined(decode([fixture('sources')]))).toEqual([
      start,
      { type: 'text-delta', part: 0, text: 'See the guide.' },
      { type: 'source', part: 1, id: 'source-1', title: 'README › Run', url: '/docs/README#run', excerpt: 'npm start' },
      { type: 'source', part: 2, id: 'source-2', title: 'https://example.com/', url: 'https://example.com/' },
      { type: 'text-delta', part: 0, text: ' More.' },
      { type: 'finish', reason: 'length' },
    ]);
  });

  test('reads reasoning that comes back after text, and an end without [DONE]', () => {
    expect(joined(decode([fixture('reasoning-content')]))).toEqual([
      start,
      { type: 'reasoning-delta', part: 0, text: 'Hm.' },
      { type: 'text-delta', part: 1, text: 'Yes.' },
      { type: 'reasoning-delta', part: 2, text: 'Wait.' },
      { type: 'text-delta', part: 3, text: 'No.' },
      { type: 'usage', usage: { input: 5, output: 9 } },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  test('skips lines it cannot read', () => {
    expect(joined(decode([fixture('malformed-line')])).slice(1)).toEqual([
      { type: 'text-delta', part: 0, text: 'ab' },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  test('tells a stream that was never readable from one that was cut', () => {
    expect(decode([Buffer.from('data: {nonsense}\n\ndata: more\n\n')])).toMatchObject([
      { type: 'failure', error: { code: 'stream-malformed' } },
    ]);
    expect(decode([])).toMatchObject([{ type: 'failure', error: { code: 'stream-cut' } }]);
  });

  test('turns an error object into a failure without keys', () => {
    const last = decode([fixture('error-object')]).at(-1);
    expect(last).toMatchObject({ type: 'failure', error: { code: 'upstream-error', vendorCode: 'server_error' } });
    expect(JSON.stringify(last?.type === 'failure' && last.error.message)).not.toContain('sk-live');
  });

  test('hands on the fault of the transport, unless the answer was complete', () => {
    const fault = new GatewayError('timeout', { message: 'silence' });
    const bytes = fixture('usage-details').toString();
    expect(decode([Buffer.from(bytes.slice(0, 600))], fault).at(-1)).toEqual({ type: 'failure', error: fault });
    const complete = bytes.slice(0, bytes.indexOf('data: [DONE]'));
    expect(decode([Buffer.from(complete)], fault).at(-1)).toEqual({ type: 'finish', reason: 'stop' });
  });

  test('accepts servers that give every parallel call the same index, and calls without an id', () => {
    const same = decode([Buffer.from(`${callOf('one', 'f')}${callOf('two', 'f')}`)]);
    expect(same.filter((event) => event.type === 'tool-input-delta').map(({ part, callId }) => [part, callId])).toEqual(
      [
        [0, 'one'],
        [1, 'two'],
      ],
    );
    const nameless = decode([Buffer.from(callOf(undefined, 'g'))]);
    expect(nameless[1]).toMatchObject({ type: 'tool-input-delta', callId: 'call_0', name: 'g', text: '{}' });
  });

  test('reads content that is a list of thoughts and texts', () => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
      { type: 'text', text: 'Yes.' },
    ];
    expect(
      decode([Buffer.from(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`)]).slice(1, 3),
    ).toEqual([
      { type: 'reasoning-delta', part: 0, text: 'Hm.' },
      { type: 'text-delta', part: 1, text: 'Yes.' },
    ]);
  });

  test.each([
    '{"object":"error","message":"no memory","code":500}',
    '{"error":"no memory"}',
    '[{"error":{"message":"no memory"}}]',
  ])('knows the error in %s', (data) => {
    expect(decode([Buffer.from(`event: error\ndata: ${data}\n\n`)])).toMatchObject([
      { type: 'failure', error: { code: 'upstream-error', message: 'no memory' } },
    ]);
  });

  test('an answer of several choices is over when all of them are', () => {
    const half = choiceOf(0, null) + choiceOf(1, null) + choiceOf(0, 'stop');
    expect(decode([Buffer.from(half)]).at(-1)?.type).toBe('failure');
    expect(decode([Buffer.from(half + choiceOf(1, 'stop'))]).at(-1)?.type).toBe('finish');
  });

  test.each(names)('every split of the bytes of %s gives the same events', (name) => {
    const bytes = fixture(name);
    const whole = decode([bytes]);
    for (let at = 1; at < bytes.length; at += 1) {
      expect(decode([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
    }
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 12 }), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        expect(decode(edges.slice(1).map((edge, at) => bytes.subarray(edges[at], edge)))).toEqual(whole);
      }),
    );
  });

  test.each(names)('a cut anywhere before the finish reason of %s is a failure', (name) => {
    const bytes = fixture(name);
    const end = bytes.indexOf(bytes.includes('"finish_reason":"') ? '"finish_reason":"' : '[DONE]');
    for (let at = 0; at < end; at += 1) {
      expect(decode([bytes.subarray(0, at)]).at(-1)?.type).toBe('failure');
    }
  });
});
