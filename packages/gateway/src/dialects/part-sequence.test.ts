import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPartSequence } from './part-sequence.ts';
import type { PartEvent, PartHead } from './part-sequence.ts';

/** Writes down what is asked of it; fails when anything but one part after the other is. */
function createRecorder() {
  const parts: { head: PartHead; text: string; isClosed: boolean }[] = [];
  const others: string[] = [];
  const open = () => {
    const last = parts.at(-1);
    if (!last || last.isClosed) throw new Error('Nothing is open.');
    return last;
  };
  const note = (text: string): string => {
    others.push(text);
    return '';
  };
  const sequence = createPartSequence({
    open(head) {
      if (parts.at(-1)?.isClosed === false) throw new Error('Two parts are open.');
      parts.push({ head, text: '', isClosed: false });
      return '';
    },
    write(text) {
      open().text += text;
      return '';
    },
    sign: () => note(`sign ${open().head.kind}`),
    signCall(callId) {
      if (parts.at(-1)?.isClosed === false) throw new Error('A part is open.');
      return note(`sign ${callId}`);
    },
    cite: ({ id }) => note(`cite ${id} in ${open().head.kind}`),
    close() {
      open().isClosed = true;
      return '';
    },
  });
  return { sequence, parts, others };
}

const text = (part: number, words: string): PartEvent => ({ type: 'text-delta', part, text: words });
const think = (part: number, words: string): PartEvent => ({ type: 'reasoning-delta', part, text: words });
const call = (part: number, input: string): PartEvent => ({
  type: 'tool-input-delta',
  part,
  callId: `c${part}`,
  name: 'n',
  text: input,
});
const sign = (part: number): PartEvent => ({
  type: 'part-signature',
  part,
  signature: { dialect: 'google-generative', value: 's' },
});
const source = (part: number): PartEvent => ({ type: 'source', part, id: `s${part}`, title: 't', url: 'u' });

describe('putting parts in a row', () => {
  test('says every part whole and once, however calls interleave', () => {
    const inputs = fc.array(
      fc.jsonValue().map((value) => JSON.stringify({ value })),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(inputs, fc.infiniteStream(fc.nat()), (wholes, choices) => {
        const { sequence, parts } = createRecorder();
        const rest = wholes.map((input) => ({ input, at: 0 }));
        const starts = wholes.map((_, part) => call(part, ''));
        for (const event of starts) sequence.push(event);
        for (let left = wholes.length; left > 0;) {
          const running = rest.filter(({ input, at }) => at < input.length);
          const one = running[(choices.next().value ?? 0) % running.length];
          if (!one) break;
          const end = Math.min(one.input.length, one.at + 1 + ((choices.next().value ?? 0) % 7));
          sequence.push(call(rest.indexOf(one), one.input.slice(one.at, end)));
          one.at = end;
          left = rest.filter(({ input, at }) => at < input.length).length;
        }
        sequence.end();
        const told = parts.map(({ head, text: said }) => [head.kind === 'tool-call' ? head.callId : '', said]);
        expect(Object.fromEntries(told)).toEqual(Object.fromEntries(wholes.map((input, part) => [`c${part}`, input])));
        expect(told).toHaveLength(wholes.length);
        expect(parts.every(({ isClosed }) => isClosed)).toBe(true);
      }),
    );
  });

  test('does not wait where nothing interleaves', () => {
    const { sequence, parts } = createRecorder();
    for (const event of [think(0, 'hm'), text(1, 'a'), call(2, '{}'), call(3, '{"x"'), call(3, ':1}')])
      sequence.push(event);
    expect(parts.map(({ text: said }) => said)).toEqual(['hm', 'a', '{}', '{"x":1}']);
  });

  test('lets a text wait for a call that is not whole', () => {
    const { sequence, parts } = createRecorder();
    for (const event of [call(0, '{"x"'), text(1, 'a'), text(1, 'b')]) sequence.push(event);
    expect(parts).toHaveLength(1);
    sequence.push(call(0, ':1}'));
    expect(parts.map(({ text: said }) => said)).toEqual(['{"x":1}', 'ab']);
  });

  test('takes white space after a whole input for nothing', () => {
    const { sequence, parts } = createRecorder();
    for (const event of [call(0, '{}'), text(1, 'a'), call(0, '\n'), text(1, 'b')]) sequence.push(event);
    sequence.end();
    expect(parts.map(({ text: said }) => said)).toEqual(['{}', 'ab']);
  });

  test('signs reasoning while it is open, a call once it is closed, and nothing too late', () => {
    const { sequence, others } = createRecorder();
    for (const event of [think(0, 'hm'), sign(0), text(1, 'a'), sign(0), sign(1), call(2, '{}'), sign(2)]) {
      sequence.push(event);
    }
    expect(others).toEqual(['sign reasoning']);
    sequence.end();
    expect(others).toEqual(['sign reasoning', 'sign c2']);
  });

  test('makes reasoning of a signature that has no part', () => {
    const { sequence, parts, others } = createRecorder();
    sequence.push(sign(0));
    expect(parts.map(({ head }) => head.kind)).toEqual(['reasoning']);
    expect(others).toEqual(['sign reasoning']);
  });

  test('cites in the open text, or the next', () => {
    const { sequence, others } = createRecorder();
    for (const event of [source(0), text(1, 'a'), source(2), call(3, '{}'), source(4), text(5, 'b')])
      sequence.push(event);
    expect(others).toEqual(['cite s0 in text', 'cite s2 in text', 'cite s4 in text']);
  });

  test('forgets what waited when another begins from nothing', () => {
    const { sequence, parts } = createRecorder();
    for (const event of [call(0, '{"x"'), text(1, 'void')]) sequence.push(event);
    sequence.restart();
    sequence.push(text(0, 'new'));
    sequence.end();
    expect(parts.map(({ text: said }) => said)).toEqual(['{"x"', 'new']);
  });
});
