import { describe, expect, it } from 'vitest';
import { decodeCachedQuestion, encodeCachedQuestion } from './cached-question.ts';

const question = {
  id: 'a',
  question: 'Wie heißt das?',
  answer: 'So 👋',
  expiresAt: 1_800_000_000_000,
  vector: Float32Array.from([0.25, -1, 3.5]),
};

describe('a cached question', () => {
  it('comes back as it was, wherever its bytes lie', () => {
    const bytes = encodeCachedQuestion(question);
    for (let offset = 0; offset < 4; offset += 1) {
      const moved = Buffer.concat([Buffer.alloc(offset), bytes]).subarray(offset);
      expect(decodeCachedQuestion(moved)).toEqual(question);
    }
  });

  it('is nothing when it was cut, or is something else', () => {
    const bytes = encodeCachedQuestion(question);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeCachedQuestion(bytes.subarray(0, length))).toBeUndefined();
    }
    expect(decodeCachedQuestion(Buffer.from('{"id":"a"}'))).toBeUndefined();
  });
});
