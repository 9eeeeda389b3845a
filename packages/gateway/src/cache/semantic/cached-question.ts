import * as z from 'zod/mini';

/** A question with an answer, as gateways tell each other of it. */
export interface CachedQuestion {
  readonly id: string;
  readonly question: string;
  /** The words of its answer, to compare others with. */
  readonly answer: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly vector: Float32Array;
}

const restSchema = z.object({ id: z.string(), question: z.string(), answer: z.string(), expiresAt: z.number() });

/** The number of dimensions, the vector (both little-endian, four bytes each), the rest as JSON. */
export function encodeCachedQuestion({ vector, id, question, answer, expiresAt }: CachedQuestion): Buffer {
  const rest = Buffer.from(JSON.stringify({ id, question, answer, expiresAt }));
  const bytes = Buffer.alloc(4 + vector.byteLength + rest.length);
  bytes.writeUInt32LE(vector.length);
  vector.forEach((value, index) => bytes.writeFloatLE(value, 4 + index * 4));
  rest.copy(bytes, 4 + vector.byteLength);
  return bytes;
}

/** Undefined for what cannot be read. Where possible the vector stays where it is, in the memory of `bytes`. */
export function decodeCachedQuestion(bytes: Buffer): CachedQuestion | undefined {
  const dimensions = bytes.length < 4 ? 0 : bytes.readUInt32LE();
  const end = 4 + dimensions * 4;
  if (dimensions === 0 || end > bytes.length) return undefined;
  try {
    const rest = z.safeParse(restSchema, JSON.parse(bytes.subarray(end).toString())).data;
    return rest && { ...rest, vector: vectorIn(bytes.subarray(4, end)) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function vectorIn(bytes: Buffer): Float32Array {
  const isInPlace = bytes.byteOffset % 4 === 0;
  const { buffer, byteOffset, length } = isInPlace ? bytes : Uint8Array.from(bytes);
  return new Float32Array(buffer, byteOffset, length / 4);
}
