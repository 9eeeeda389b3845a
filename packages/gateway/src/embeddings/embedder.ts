/** Turns texts into points whose nearness says something about their meaning. */
export interface Embedder {
  /** Vectors of different embedders must never be compared. */
  readonly id: string;
  /** Knows only how texts are written: near means nearly the same words, never the same sense in others. */
  readonly isLexical: boolean;
  /** One vector of length 1 for each text. Rejects when it cannot, or with `cancelled`. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
}

/** Brings a vector to length 1, in place. A vector of zeros stays one. */
export function normalise(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (squares === 0) return vector;
  const scale = 1 / Math.sqrt(squares);
  for (let index = 0; index < vector.length; index += 1) vector[index] = (vector[index] ?? 0) * scale;
  return vector;
}

/** The cosine of two vectors of length 1. */
export function cosine(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < one.length; index += 1) sum += (one[index] ?? 0) * (other[index] ?? 0);
  return sum;
}
