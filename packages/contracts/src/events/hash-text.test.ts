import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashText, messageText } from './hash-text.ts';

describe('hashText', () => {
  it('is FNV-1a with 32 bits over the UTF-16 code units, low byte first', () => {
    expect(hashText('')).toBe('811c9dc5');
    expect(hashText('a')).toBe(fnv1a([0x61, 0x00]));
    expect(hashText('é🙂')).toBe(fnv1a([0xe9, 0x00, 0x3d, 0xd8, 0x42, 0xde]));
  });

  it('is always eight hex digits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(hashText(text)).toMatch(/^[0-9a-f]{8}$/);
      }),
    );
  });

  it('notices every single character that is lost, doubled or changed', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(), (text, position) => {
        const index = position % text.length;
        const changed = String.fromCharCode(text.charCodeAt(index) ^ 1);
        expect(hashText(text.slice(0, index) + changed + text.slice(index + 1))).not.toBe(hashText(text));
      }),
    );
    const answer = 'The quick brown fox';
    for (let index = 0; index < answer.length; index += 1) {
      expect(hashText(answer.slice(0, index) + answer.slice(index + 1))).not.toBe(hashText(answer));
      expect(hashText(answer.slice(0, index + 1) + answer.slice(index))).not.toBe(hashText(answer));
    }
  });
});

describe('messageText', () => {
  it('joins the text parts in order and leaves out all others', () => {
    const parts = [
      { type: 'reasoning', step: 0, text: 'hm' },
      { type: 'text', step: 0, text: 'One ' },
      { type: 'tool-call', step: 0, callId: 'c', name: 't', input: '{}', state: 'done', output: 'o' },
      { type: 'text', step: 2, text: 'two' },
      { type: 'error', code: 'upstream-cut', title: 'Cut' },
    ] as const;
    expect(messageText({ parts: [...parts] })).toBe('One two');
  });
});

/** The reference algorithm over bytes, with exact integers. */
function fnv1a(bytes: readonly number[]): string {
  let hash = 0x811c9dc5n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn;
  return hash.toString(16).padStart(8, '0');
}
