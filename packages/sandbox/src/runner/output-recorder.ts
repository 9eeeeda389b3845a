import { TextDecoder } from 'node:util';
import type { RunEvent } from '../core/run.ts';
import type { RunLimits } from '../core/limits.ts';

type StreamName = 'stdout' | 'stderr';

export interface OutputRecorder {
  /** Takes raw bytes; `false` when there are too many. */
  write(stream: StreamName, bytes: Uint8Array): boolean;
  /** Call when no more comes: characters that were cut off at the end are told then. */
  end(): void;
  /** Everything, or its beginning and its end. */
  shown(): { readonly stdout: string; readonly stderr: string; readonly truncated: boolean };
}

/** What a program prints, as UTF-8 text: live by `onText`, and as a whole. Bytes that are no UTF-8 become U+FFFD. */
export function createOutputRecorder(
  { shownBytes, outputBytes }: Pick<RunLimits, 'shownBytes' | 'outputBytes'>,
  onText: (event: Extract<RunEvent, { type: StreamName }>) => void,
): OutputRecorder {
  const decoders = { stdout: newDecoder(), stderr: newDecoder() };
  const kept: Record<StreamName, Uint8Array[]> = { stdout: [], stderr: [] };
  let room = outputBytes;
  let isCut = false;

  const tell = (type: StreamName, text: string) => {
    if (text !== '') onText({ type, text });
  };

  return {
    write(stream, bytes) {
      // Streams that are on their way bring more after a run was told to end.
      if (isCut) return false;
      isCut = bytes.length > room;
      const taken = Uint8Array.from(bytes.subarray(0, room));
      room -= taken.length;
      kept[stream].push(taken);
      tell(stream, decoders[stream].decode(taken, { stream: true }));
      return !isCut;
    },
    end() {
      tell('stdout', decoders.stdout.decode());
      tell('stderr', decoders.stderr.decode());
    },
    shown() {
      const stdout = headAndTail(Buffer.concat(kept.stdout), shownBytes);
      const stderr = headAndTail(Buffer.concat(kept.stderr), shownBytes);
      return {
        stdout: stdout.text,
        stderr: stderr.text,
        truncated: isCut || stdout.isShortened || stderr.isShortened,
      };
    },
  };
}

function newDecoder(): TextDecoder {
  return new TextDecoder('utf-8', { ignoreBOM: true });
}

function headAndTail(bytes: Buffer, most: number): { readonly text: string; readonly isShortened: boolean } {
  if (bytes.length <= most) return { text: newDecoder().decode(bytes), isShortened: false };
  const head = bytes.subarray(0, startOfCharacter(bytes, Math.ceil(most / 2)));
  const tail = bytes.subarray(startOfCharacter(bytes, bytes.length - Math.floor(most / 2)));
  const left = bytes.length - head.length - tail.length;
  const [begin, end] = [head, tail].map((part) => newDecoder().decode(part));
  return { text: `${begin}\n[… ${left} bytes are left out …]\n${end}`, isShortened: true };
}

/** The place itself, or one just before it, where no character of UTF-8 is cut in two. */
function startOfCharacter(bytes: Buffer, place: number): number {
  for (let at = place; at > place - 4 && at > 0; at -= 1) {
    const byte = bytes[at];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return at;
  }
  return place;
}
