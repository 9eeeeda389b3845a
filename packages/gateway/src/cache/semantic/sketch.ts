/** Words of 32 bits in a sketch. */
export const sketchWords = 8;
const sketchBits = sketchWords * 32;

/** Makes sketches of vectors: 256 bits whose Hamming distance grows with the angle between them. */
export type Sketcher = (vector: Float32Array) => Uint32Array;

/**
 * The signs of a vector after two rounds of random signs and a Hadamard transform: as good as random planes, also for
 * vectors that are mostly zeros, at n log n. The same for every process, so that sketches can be kept.
 */
export function createSketcher(dimensions: number): Sketcher {
  const size = 2 ** Math.ceil(Math.log2(Math.max(dimensions, sketchBits)));
  const random = createRandom(dimensions);
  const signs = [0, 1].map(() => Float32Array.from({ length: size }, () => (random() < 0.5 ? -1 : 1)));
  const work = new Float32Array(size);

  return (vector) => {
    work.fill(0);
    work.set(vector);
    for (const round of signs) {
      for (let index = 0; index < size; index += 1) work[index] = (work[index] ?? 0) * (round[index] ?? 0);
      transform(work);
    }
    const sketch = new Uint32Array(sketchWords);
    for (let bit = 0; bit < sketchBits; bit += 1) {
      if ((work[bit] ?? 0) > 0) sketch[bit >>> 5] = (sketch[bit >>> 5] ?? 0) | (1 << (bit & 31));
    }
    return sketch;
  };
}

/** Walsh and Hadamard's transform, in place. */
function transform(values: Float32Array): void {
  for (let half = 1; half < values.length; half *= 2) {
    for (let start = 0; start < values.length; start += half * 2) {
      for (let index = start; index < start + half; index += 1) {
        const one = values[index] ?? 0;
        const other = values[index + half] ?? 0;
        values[index] = one + other;
        values[index + half] = one - other;
      }
    }
  }
}

/** Park and Miller's generator: the same row of numbers for the same seed. */
function createRandom(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** How many bits are set. */
export function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
