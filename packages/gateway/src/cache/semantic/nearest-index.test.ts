import { describe, expect, it } from 'vitest';
import { cosine, normalise } from '../../embeddings/embedder.ts';
import { hashEmbedding } from '../../embeddings/hash-embedder.ts';
import { createNearestIndex } from './nearest-index.ts';
import { countBits, createSketcher } from './sketch.ts';

/** A reproducible row of numbers from -1 to 1. */
function randomRow(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

const dimensions = 384;
const next = randomRow(7);
const randomVector = () => normalise(Float32Array.from({ length: dimensions }, () => next() + next() + next()));
const near = (vector: Float32Array, noise: number) => {
  const other = randomVector();
  return normalise(vector.map((value, index) => value + noise * (other[index] ?? 0)));
};

describe('the index of neighbours', () => {
  it('counts bits', () => {
    for (const word of [0, 1, 0x80000000, 0xffffffff, 0x55555555, 0x12345678]) {
      expect(countBits(word)).toBe((word >>> 0).toString(2).replaceAll('0', '').length);
    }
  });

  it('finds the nearest among thousands by its sketch', () => {
    const index = createNearestIndex<number>(5000, createSketcher(dimensions));
    const vectors = Array.from({ length: 3000 }, randomVector);
    for (const [item, vector] of vectors.entries()) index.add(item, vector);
    let found = 0;
    for (let item = 0; item < 3000; item += 30) {
      const [vector] = vectors.slice(item);
      if (vector === undefined) continue;
      const wanted = near(vector, 0.5);
      const [best] = index.nearest(wanted);
      if (best?.item === item) found += 1;
      expect(best?.similarity).toBeGreaterThan(0);
    }
    expect(found).toBeGreaterThanOrEqual(99);
  });

  it('works for sparse vectors of words as well', () => {
    const index = createNearestIndex<string>(100, createSketcher(512));
    const texts = ['How do I bake bread?', 'What is the capital of France?', 'Explain recursion', 'Who wrote Hamlet?'];
    for (const text of texts) index.add(text, hashEmbedding(text));
    const question = hashEmbedding('tell me the capital of France');
    const [best] = index.nearest(question);
    expect(best).toEqual({ item: texts[1], similarity: cosine(question, hashEmbedding(texts[1] ?? '')) });
    expect(index.nearest(question)).toHaveLength(4);
  });

  it('gives at most 32, the nearest first', () => {
    const index = createNearestIndex<number>(1000, createSketcher(dimensions));
    for (let item = 0; item < 200; item += 1) index.add(item, randomVector());
    const found = index.nearest(randomVector());
    expect(found).toHaveLength(32);
    const similarities = found.map(({ similarity }) => similarity);
    expect(similarities).toEqual(similarities.toSorted((one, other) => other - one));
  });

  it('puts new ones in the place of the oldest', () => {
    const index = createNearestIndex<number>(10, createSketcher(dimensions));
    const vectors = Array.from({ length: 25 }, randomVector);
    for (const [item, vector] of vectors.entries()) index.add(item, vector);
    expect(index.size).toBe(10);
    const items = index.nearest(randomVector()).map(({ item }) => item);
    expect(items.toSorted((one, other) => one - other)).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
  });
});
