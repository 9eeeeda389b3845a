import { frameSchema, type Frame } from './wire.ts';

const prefixBytes = 8;
const mostHeaderBytes = 16 * 1024 * 1024;
const mostBodyBytes = 256 * 1024 * 1024;

export interface FrameWithBody {
  readonly frame: Frame;
  readonly body: Uint8Array;
}

/** A frame on the wire: the lengths of header and body as two 32-bit numbers, the header as JSON, the body as it is. */
export function encodeFrame(frame: Frame, body: Uint8Array = new Uint8Array()): readonly Uint8Array[] {
  const header = Buffer.from(JSON.stringify(frame));
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32BE(header.length, 0);
  prefix.writeUInt32BE(body.length, 4);
  return body.length === 0 ? [Buffer.concat([prefix, header])] : [Buffer.concat([prefix, header]), body];
}

/** Reads frames however the bytes are split. Throws for what is no frame, and when the bytes end within one. */
export async function* decodeFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FrameWithBody> {
  const bytes = createByteReader(chunks);
  try {
    for (;;) {
      const prefix = await bytes.read(prefixBytes);
      if (prefix === undefined) return;
      const [headerLength, bodyLength] = [prefix.readUInt32BE(0), prefix.readUInt32BE(4)];
      if (headerLength > mostHeaderBytes || bodyLength > mostBodyBytes) throw new Error('A frame is too large');
      const header = await bytes.read(headerLength);
      const body = await bytes.read(bodyLength);
      if (header === undefined || body === undefined) throw new Error('The stream ended within a frame');
      yield { frame: frameSchema.parse(JSON.parse(header.toString())), body };
    }
  } finally {
    await bytes.close();
  }
}

interface ByteReader {
  /** That many; `undefined` at the end. Throws when the end is in the midst of them. */
  read(count: number): Promise<Buffer | undefined>;
  close(): Promise<void>;
}

function createByteReader(chunks: AsyncIterable<Uint8Array>): ByteReader {
  const source = chunks[Symbol.asyncIterator]();
  let held: Uint8Array[] = [];
  let length = 0;
  return {
    async read(count) {
      while (length < count) {
        const next = await source.next();
        if (next.done === true && length === 0) return undefined;
        if (next.done === true) throw new Error('The stream ended within a frame');
        held.push(next.value);
        length += next.value.length;
      }
      const all = Buffer.concat(held);
      held = [all.subarray(count)];
      length -= count;
      return all.subarray(0, count);
    },
    async close() {
      await source.return?.();
    },
  };
}
