import { SandboxError } from '../core/sandbox-error.ts';

/** A piece of what a process printed; pieces of one stream come in order. */
export interface OutputPiece {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

const headerBytes = 8;

/**
 * Takes Docker's multiplexed stream apart: frames of eight bytes (stream, three zeros, length in big endian) and their
 * content. Content is handed on as it arrives, whole or not. Throws `SandboxError('engine')` when it is no such stream,
 * or ends inside of a frame.
 */
export async function* demultiplex(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<OutputPiece, void, undefined> {
  const header = Buffer.alloc(headerBytes);
  let headerLength = 0;
  let stream: OutputPiece['stream'] = 'stdout';
  let remaining = 0;
  for await (const chunk of chunks) {
    let at = 0;
    while (at < chunk.byteLength) {
      if (remaining > 0) {
        const bytes = chunk.subarray(at, at + remaining);
        at += bytes.byteLength;
        remaining -= bytes.byteLength;
        yield { stream, bytes };
        continue;
      }
      const part = chunk.subarray(at, at + headerBytes - headerLength);
      header.set(part, headerLength);
      headerLength += part.byteLength;
      at += part.byteLength;
      if (headerLength === headerBytes) {
        stream = streamOf(header);
        remaining = header.readUInt32BE(4);
        headerLength = 0;
      }
    }
  }
  if (remaining > 0 || headerLength > 0) throw new SandboxError('engine', 'The output of the program broke off.');
}

function streamOf(header: Buffer): OutputPiece['stream'] {
  const type = header.readUInt32BE(0) >>> 24;
  if ((type !== 1 && type !== 2) || header.readUIntBE(1, 3) !== 0) {
    throw new SandboxError('engine', 'The Docker engine sent output that cannot be read.');
  }
  return type === 1 ? 'stdout' : 'stderr';
}
