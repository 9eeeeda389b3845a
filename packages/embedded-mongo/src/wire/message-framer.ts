import { MAX_MESSAGE_BYTES } from './limits.ts';
import { WireError } from './wire-error.ts';

const HEADER_BYTES = 16;

/** Cuts a byte stream into whole wire messages; throws WireError for impossible lengths. */
export interface MessageFramer {
  push(chunk: Buffer): readonly Buffer[];
  /** Whether a message has begun and not ended. */
  isWaiting(): boolean;
}

/** Creates a framer for one connection. */
export function createMessageFramer(): MessageFramer {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    push: (chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      const messages: Buffer[] = [];
      for (;;) {
        const length = pendingLength(chunks, size);
        if (length === undefined || size < length) return messages;
        const joined = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size);
        messages.push(joined.subarray(0, length));
        // An empty rest would make the next message be joined to it, byte by byte.
        chunks = joined.length === length ? [] : [joined.subarray(length)];
        size -= length;
      }
    },
    isWaiting: () => size > 0,
  };
}

function pendingLength(chunks: Buffer[], size: number): number | undefined {
  if (size < 4) return undefined;
  let [first] = chunks;
  if (first === undefined || first.length < 4) {
    first = Buffer.concat(chunks, size);
    chunks.splice(0, chunks.length, first);
  }
  const length = first.readInt32LE(0);
  if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) throw new WireError(`message length ${String(length)}`);
  return length;
}
