import type { Codec, Frame, FrameDecoder, FrameVerdict } from '../core/codec.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { ModelEvent } from '../core/model-event.ts';
import { isWebPage, webPageError } from './upstream-error.ts';
import type { Target } from '../core/provider-strategy.ts';
import type { Writable } from '../core/writable.ts';

/** Turns the bytes of one answer into model events. */
export interface AnswerReader {
  /** The events of one socket read. */
  push(chunk: Buffer): ModelEvent[];
  /** The events that end the answer, after the end of input or a fault of the transport. */
  end(fault: GatewayError | undefined): ModelEvent[];
  /** Whether anything came that says something to a reader. */
  readonly hasContent: boolean;
  /** An error came inside the answer: nothing after it matters. */
  readonly isOver: boolean;
  /** How long silence may last from now on, in milliseconds, once only the end can follow. */
  readonly patience: number | undefined;
  readonly malformed: number;
  /** Everything comes at the end. */
  readonly isWhole: boolean;
}

export interface WireWish {
  /** Leaves out frames that carry usage only, for a client that did not ask for it. */
  readonly hidesUsage: boolean;
}

export interface AnswerReaderOptions {
  readonly codec: Codec;
  readonly target: Target;
  readonly recording: 'new' | 'replayed' | undefined;
  /** The client's own bytes are wanted. */
  readonly wire: WireWish | undefined;
}

/** How long the usage may be late once a finish reason has come, in milliseconds. */
const usagePatience = 5000;
/** How long the end of input may be late after the end marker, in milliseconds. */
const endPatience = 1000;
/** Bytes of an answer that comes in one piece. */
const wholeLimit = 64 * 1024 * 1024;

/** Reads a streamed answer; with `wire`, its bytes are handed on as they are, except for frames nobody could read. */
export function createStreamReader({ codec, target, recording, wire }: AnswerReaderOptions): AnswerReader {
  const scanner = codec.createScanner();
  const decoder = codec.createDecoder({ target, recording });
  const sorter = wire && createWireSorter(wire);

  function note(verdict: FrameVerdict): void {
    if (verdict === 'content') {
      reader.hasContent = true;
      if (decoder.hasFinished) reader.patience = usagePatience;
    } else if (verdict === 'done') reader.patience = endPatience;
    else if (verdict === 'failure') reader.isOver = true;
  }

  function read(frames: readonly Frame[]): ModelEvent[] {
    const out: ModelEvent[] = [];
    for (const frame of frames) {
      const { verdict, events } = decoder.push(frame);
      note(verdict);
      if (sorter) sorter.sort(frame, verdict);
      else for (const event of events) out.push(event);
      if (reader.isOver) break;
    }
    reader.malformed = decoder.malformed;
    return sorter ? passed(sorter) : out;
  }

  function passed(from: WireSorter): ModelEvent[] {
    const bytes = from.take();
    return bytes ? wireOf(bytes) : [];
  }

  const wireOf = (bytes: Buffer): ModelEvent[] => [
    { type: 'wire', phase: reader.hasContent ? 'content' : 'lifecycle', bytes },
  ];

  /** Hands on what need not be read, and reads the rest frame by frame, for one that is read may be learnt from. */
  function skim(chunk: Buffer, into: WireSorter): ModelEvent[] {
    let from = 0;
    while (from < chunk.length && !reader.isOver) {
      const known = scanner.isAtBorder === true ? (decoder.skim?.(chunk, from) ?? from) : from;
      if (known > from) {
        reader.hasContent = true;
        if (known - from === chunk.length) return wireOf(chunk);
        into.add(chunk.subarray(from, known));
        from = known;
        continue;
      }
      const border = chunk.indexOf('\n\n', from);
      const to = border === -1 ? chunk.length : border + 2;
      for (const frame of scanner.push(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to))) {
        if (reader.isOver) break;
        const { verdict } = decoder.push(frame);
        note(verdict);
        into.sort(frame, verdict);
      }
      from = to;
    }
    reader.malformed = decoder.malformed;
    return passed(into);
  }

  const reader: Writable<AnswerReader> = {
    push: (chunk) => (sorter && decoder.skim ? skim(chunk, sorter) : read(scanner.push(chunk))),
    end(fault) {
      const rest = reader.isOver || fault ? [] : read(scanner.end());
      const last = decoder.end(fault);
      const terminal = last.at(-1);
      if (!sorter || terminal?.type !== 'finish') return [...rest, ...last];
      const mark = sorter.endMark ?? Buffer.from(codec.endMark ?? '');
      return [...rest, ...last.slice(0, -1), { type: 'wire', phase: 'end', bytes: mark }, terminal];
    },
    isWhole: false,
    hasContent: false,
    isOver: false,
    patience: undefined,
    malformed: 0,
  };
  return reader;
}

const blankLine = Buffer.from('\n\n');

interface WireSorter {
  sort(frame: Frame, verdict: FrameVerdict): void;
  /** Bytes that are known to be for the client. */
  add(bytes: Buffer): void;
  /** What came since the last time. */
  take(): Buffer | undefined;
  endMark: Buffer | undefined;
}

/** Decides which frames the client gets; the end marker is kept back until the end is known to be one. */
function createWireSorter({ hidesUsage }: WireWish): WireSorter {
  let pieces: Buffer[] = [];

  function sort({ raw, isComplete }: Frame, verdict: FrameVerdict): void {
    if (verdict === 'malformed' || verdict === 'failure' || (verdict === 'usage' && hidesUsage)) return;
    if (verdict === 'done') {
      if (isComplete) sorter.endMark = raw;
      return;
    }
    pieces.push(raw);
    // What follows must not run into an event whose blank line never came.
    if (!isComplete) pieces.push(blankLine);
  }

  const sorter: WireSorter = {
    sort,
    endMark: undefined,
    add: (bytes) => void pieces.push(bytes),
    take() {
      const [first] = pieces;
      if (first === undefined) return undefined;
      const bytes = pieces.length === 1 ? first : joined(pieces);
      pieces = [];
      return bytes;
    },
  };
  return sorter;
}

/** Neighbours in one piece of memory are joined without a copy. */
function joined(pieces: readonly Buffer[]): Buffer {
  const [first] = pieces;
  if (first === undefined) return blankLine.subarray(0, 0);
  let length = 0;
  for (const piece of pieces) {
    if (piece.buffer !== first.buffer || piece.byteOffset !== first.byteOffset + length) return Buffer.concat(pieces);
    length += piece.length;
  }
  return Buffer.from(first.buffer, first.byteOffset, length);
}

/** Reads an answer that comes in one piece; with `wire`, its bytes are one event. */
export function createWholeReader({ codec, target, recording, wire }: AnswerReaderOptions): AnswerReader {
  const decoder: FrameDecoder = codec.createDecoder({ target, recording });
  const chunks: Buffer[] = [];
  let length = 0;

  function read(): ModelEvent[] {
    const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    const text = bytes.toString('utf8');
    if (isWebPage('', text)) return [{ type: 'failure', error: webPageError({ status: 200 }, target) }];
    const { verdict, events } = decoder.pushWhole(text);
    const last = decoder.end();
    reader.malformed = decoder.malformed;
    const terminal = last.at(-1);
    if (verdict === 'failure' || terminal?.type !== 'finish') return [...last];
    reader.hasContent = true;
    if (!wire) return [...events, ...last];
    return [{ type: 'wire', phase: 'content', bytes }, ...last];
  }

  const reader: Writable<AnswerReader> = {
    push(chunk) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > wholeLimit) {
        throw new GatewayError('upstream-error', { message: `${target.provider} sent an answer that is too large.` });
      }
      return [];
    },
    end: (fault) => (fault ? [{ type: 'failure', error: fault }] : read()),
    hasContent: false,
    isOver: false,
    isWhole: true,
    patience: undefined,
    malformed: 0,
  };
  return reader;
}
