import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPlainChunks } from './plain-chunks.ts';

/** An event of a stream whose chunks are the same around their text. */
function eventOf(text: string, around: { readonly model?: string; readonly finish?: string } = {}): Buffer {
  const choices = [{ index: 0, delta: { content: text }, finish_reason: around.finish ?? null }];
  return Buffer.from(`data: ${JSON.stringify({ id: 'chatcmpl-1', model: around.model ?? 'm', choices })}\n\n`);
}

function learnt(from: Buffer) {
  const plain = createPlainChunks();
  const data = from.toString().slice('data: '.length, -2);
  plain.learn(data, JSON.parse(data), from);
  return plain;
}

describe('chunks that differ in nothing but their text', () => {
  test('are known as far as they are whole, wherever the bytes are cut', () => {
    const plain = learnt(eventOf('Hello'));
    const events = ['Grüße', ' 你好', '👋', 'x', ' two words'].map((text) => eventOf(text));
    const all = Buffer.concat(events);
    const borders = events.map((_, index) => Buffer.concat(events.slice(0, index + 1)).length);
    for (let length = 0; length <= all.length; length += 1) {
      expect(plain.skim(all.subarray(0, length), 0)).toBe(borders.findLast((border) => border <= length) ?? 0);
    }
  });

  test('are known from any whole event on, in any piece of memory', () => {
    const plain = learnt(eventOf('Hello'));
    const [first, second] = [eventOf('one'), eventOf('two')];
    const shifted = Buffer.concat([Buffer.from('odd'), first, second]).subarray(3);
    expect(plain.skim(shifted, first.length)).toBe(shifted.length);
    expect(plain.skim(shifted, 1)).toBe(1);
  });

  test('end at one that says anything else', () => {
    const plain = learnt(eventOf('Hello'));
    const known = eventOf('one');
    const others = [
      eventOf('last', { finish: 'stop' }),
      eventOf('other', { model: 'n' }),
      eventOf(''),
      eventOf('a "quoted" word'),
      eventOf('two\nlines'),
      Buffer.from(': comment\n\n'),
      Buffer.from('data: [DONE]\n\n'),
    ];
    for (const other of others) expect(plain.skim(Buffer.concat([known, other, known]), 0)).toBe(known.length);
  });

  test('are skimmed exactly where reading them gives a text', () => {
    const plain = learnt(eventOf('Hello'));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, isEscaped) => {
        const event = isEscaped
          ? eventOf(text)
          : Buffer.from(
              eventOf('#')
                .toString()
                .replace('#', () => text),
            );
        const isKnown = plain.skim(event, 0) === event.length;
        expect(isKnown).toBe(plain.textOf(event.toString().slice('data: '.length, -2)) !== undefined);
      }),
    );
  });

  test('are not guessed before one was read', () => {
    const event = eventOf('Hello');
    expect(createPlainChunks().skim(event, 0)).toBe(0);
  });
});
