import { SandboxError } from '../core/sandbox-error.ts';

/** Reads what a script in a box prints: sections of fields that end with NUL, each section ended by an empty field. */
export interface RecordReader {
  /**
   * The fields of the next section, a byte of the stream in each UTF-16 unit; `undefined` when it is too long, after
   * which nothing more can be read. Throws `SandboxError` at an early end.
   */
  section(): Promise<string[] | undefined>;
  /** All that comes after the sections that were read. */
  rest(): AsyncGenerator<Uint8Array>;
}

/** Reads `chunks`, of which `mostBytes` may be sections. */
export function createRecordReader(chunks: AsyncIterable<Uint8Array>, mostBytes: number): RecordReader {
  const source = chunks[Symbol.asyncIterator]();
  let held: Uint8Array = new Uint8Array();
  let room = mostBytes;

  const next = async (): Promise<Uint8Array | undefined> => {
    const step = await source.next();
    return step.done === true ? undefined : step.value;
  };

  return {
    async section() {
      const fields: string[] = [];
      let begun = '';
      for (;;) {
        let from = 0;
        for (let at = held.indexOf(0); at >= 0; at = held.indexOf(0, from)) {
          const field = begun + latin1(held.subarray(from, at));
          begun = '';
          from = at + 1;
          if (field !== '') {
            fields.push(field);
            continue;
          }
          held = held.subarray(from);
          return fields;
        }
        begun += latin1(held.subarray(from));
        const chunk = await next();
        if (chunk === undefined) throw new SandboxError('engine', 'The files of the container could not be listed.');
        room -= chunk.length;
        if (room < 0) return undefined;
        held = chunk;
      }
    },
    async *rest() {
      try {
        if (held.length > 0) yield held;
        for (let chunk = await next(); chunk !== undefined; chunk = await next()) yield chunk;
      } finally {
        await source.return?.();
      }
    },
  };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
