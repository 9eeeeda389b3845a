import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelEvent, ModelUsage } from '../core/model-event.ts';
import { readWireText } from './read-wire-text.ts';
import { createUsageReducer } from './usage-reducer.ts';

const text = (characters: number): ModelEvent => ({ type: 'text-delta', part: 0, text: 'x'.repeat(characters) });
const reported = (usage: ModelUsage): ModelEvent => ({ type: 'usage', usage });
const finish: ModelEvent = { type: 'finish', reason: 'stop' };
const wire = (bytes: string): ModelEvent => ({ type: 'wire', phase: 'content', bytes: Buffer.from(bytes) });

function count(events: readonly ModelEvent[], input = 0) {
  const reducer = createUsageReducer();
  for (const event of events) reducer.add(event);
  return reducer.counted(() => input);
}

describe('the usage of an answer', () => {
  it('is the largest of each kind that was reported, never the first', () => {
    const first = reported({ input: 10, output: 1, cachedInput: 7 });
    const last = reported({ input: 25, output: 40, serverToolCalls: 2 });
    const usage = { input: 25, output: 40, cachedInput: 7, serverToolCalls: 2 };
    expect(count([first, last, finish])).toEqual([{ target: undefined, usage, isEstimated: false, isKept: true }]);
  });

  it('does not shrink when an odd last report is empty', () => {
    const usage = {
      input: 25,
      output: 40,
      cachedInput: 7,
      cacheWrite: 3,
      cacheWriteHour: 2,
      reasoning: 9,
      audioInput: 1,
      audioOutput: 4,
    };
    expect(count([reported(usage), reported({ input: 0, output: 0 }), finish])[0]?.usage).toEqual(usage);
  });

  it('does not depend on the order of reports', () => {
    const usages = fc.record({ input: fc.nat(), output: fc.nat(), cachedInput: fc.nat(), reasoning: fc.nat() });
    fc.assert(
      fc.property(fc.array(usages, { minLength: 1, maxLength: 6 }), (all) => {
        const events = all.map(reported);
        expect(count([...events, finish])[0]?.usage).toMatchObject(
          count([...events.toReversed(), finish])[0]?.usage ?? {},
        );
      }),
    );
  });

  it('is estimated where an answer ended without a report, or with one that says nothing', () => {
    const estimate = [{ target: undefined, usage: { input: 12, output: 10 }, isEstimated: true, isKept: true }];
    expect(count([text(40), finish], 12)).toEqual(estimate);
    expect(count([text(40), reported({ input: 0, output: 0 }), finish], 12)).toEqual(estimate);
  });

  it('is as reported where nothing was said', () => {
    const usage = { input: 8, output: 0 };
    expect(count([reported(usage), finish], 12)).toEqual([
      { target: undefined, usage, isEstimated: false, isKept: true },
    ]);
  });

  it('counts reasoning, refusals and tool calls that broke off', () => {
    const said: ModelEvent[] = [
      { type: 'reasoning-delta', part: 0, text: 'x'.repeat(10) },
      { type: 'refusal-delta', part: 1, text: 'x'.repeat(10) },
      { type: 'tool-input-delta', part: 2, callId: 'c', name: 'n', text: 'x'.repeat(21) },
    ];
    expect(count(said, 5)[0]).toMatchObject({ usage: { input: 5, output: 11 }, isEstimated: true });
  });

  it('is void for a target whose answer began anew elsewhere', () => {
    const from = 'a/one';
    const events: ModelEvent[] = [text(40), { type: 'recovery', mode: 'restarted', from, to: 'b/two' }, text(80)];
    expect(count(events, 5)).toEqual([
      { target: undefined, usage: { input: 5, output: 10 }, isEstimated: true, isKept: false },
      { target: 'b/two', usage: { input: 5, output: 20 }, isEstimated: true, isKept: true },
    ]);
    const twice = count([text(4), { type: 'recovery', mode: 'continued', from, to: 'b/two' }, ...events]);
    expect(twice.map(({ isKept }) => isKept)).toEqual([false, false, true]);
  });

  it('of long passed-through bytes is judged by how they begin', () => {
    const line = `data: {"choices":[{"delta":{"content":"12345678"}}]}\n\n`;
    const [part] = count(Array.from({ length: 5000 }, () => wire(line)));
    expect(part?.usage.output).toBeGreaterThan(9900);
    expect(part?.usage.output).toBeLessThan(10_100);
  });
});

describe('the text in bytes of an answer', () => {
  it.each([
    ['Chat Completions', 'data: {"choices":[{"delta":{"role":"assistant","content":"Hello"}}]}'],
    ['Chat Completions, reasoning', 'data: {"choices":[{"delta":{"reasoning_content":"Hello"}}]}'],
    [
      'Chat Completions, tools',
      'data: {"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"{\\"a\\"}"}}]}}]}',
    ],
    ['Responses', 'data: {"type":"response.output_text.delta","delta":"Hello"}'],
    ['Messages', 'data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"Hello"}}'],
    ['Messages, tools', 'data: {"delta":{"type":"input_json_delta","partial_json":"Hello"}}'],
    ['Gemini', 'data: {"candidates":[{"content":{"parts":[{"text":"Hello"}]}}]}'],
    ['with escapes', 'data: {"delta":"H\\u00e4\\n\\"o"}'],
  ])('is found in %s', (_, line) => {
    expect(readWireText(Buffer.from(line))).toBe(5);
  });
});
