import { isAscii } from 'node:buffer';
import type { Frame, FrameScanner } from '../core/codec.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { Writable } from '../core/writable.ts';

const carriageReturn = 13;
const space = 32;
const colon = 58;
const defaultMaxEventBytes = 32 * 1024 * 1024;

/**
 * Cuts bytes into server-sent events (WHATWG HTML, 9.2.6; lines end in LF or CRLF). Text is decoded only once an event
 * is complete, so a character may be split over chunks. Every byte pushed is in exactly one `raw`, in order.
 * An event above `maxEventBytes` throws `stream-malformed`.
 */
export function createSseScanner({ maxEventBytes = defaultMaxEventBytes } = {}): FrameScanner {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  /** Bytes of the unfinished line that earlier chunks held, and the last of them. */
  let lineBytes = 0;
  let lastByte = 0;
  let isFirst = true;

  /** `known`: the text of `last`, where somebody has it. */
  function take(last?: Buffer, known?: string): Frame {
    const isOneRead = pending.length === 0;
    const raw = isOneRead && last ? last : Buffer.concat(last ? [...pending, last] : pending);
    pending = [];
    pendingBytes = 0;
    const text = isOneRead && known !== undefined ? known : raw.toString('utf8');
    const event = parseEvent(raw, text, isFirst, last !== undefined);
    isFirst = false;
    return event;
  }

  const scanner: Writable<FrameScanner> = {
    isAtBorder: true,
    push(chunk) {
      const events: Frame[] = [];
      let eventStart = 0;
      let lineStart = 0;
      // A character for each byte: one decoding for all events, whose lines are then found without leaving the engine.
      const text = chunk.toString('latin1');
      const isKnown = isAscii(chunk);
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', lineStart)) {
        const length = lineBytes + at - lineStart;
        const previous = at > lineStart ? text.charCodeAt(at - 1) : lastByte;
        lineStart = at + 1;
        lineBytes = 0;
        if (length === 0 || (length === 1 && previous === carriageReturn)) {
          const last = chunk.subarray(eventStart, lineStart);
          events.push(take(last, isKnown ? text.slice(eventStart, lineStart) : undefined));
          eventStart = lineStart;
        }
      }
      lineBytes += chunk.length - lineStart;
      lastByte = chunk.at(-1) ?? lastByte;
      if (eventStart < chunk.length) {
        pending.push(chunk.subarray(eventStart));
        pendingBytes += chunk.length - eventStart;
      }
      scanner.isAtBorder = pendingBytes === 0;
      if (pendingBytes > maxEventBytes) {
        throw new GatewayError('stream-malformed', { message: 'The provider sent an event that never ends.' });
      }
      return events;
    },
    end() {
      return pendingBytes > 0 ? [take()] : [];
    },
  };
  return scanner;
}

function parseEvent(raw: Buffer, text: string, isFirst: boolean, isComplete: boolean): Frame {
  let data: string | undefined;
  let name: string | undefined;
  let from = isFirst && text.startsWith('\uFEFF') ? 1 : 0;
  while (from < text.length) {
    const feed = text.indexOf('\n', from);
    const end = feed === -1 ? text.length : feed;
    const last = text.charCodeAt(end - 1) === carriageReturn && end > from ? end - 1 : end;
    if (text.startsWith('data', from)) {
      const value = valueOf(text, from + 4, last);
      if (value !== undefined) data = data === undefined ? value : `${data}\n${value}`;
    } else if (text.startsWith('event', from)) name = valueOf(text, from + 5, last) ?? name;
    from = end + 1;
  }
  return { raw, isComplete, data, name };
}

/** What a line says after the name of its field, which ends at `from`; undefined when the name goes on. */
function valueOf(text: string, from: number, end: number): string | undefined {
  if (from >= end) return from === end ? '' : undefined;
  if (text.charCodeAt(from) !== colon) return undefined;
  return text.slice(text.charCodeAt(from + 1) === space ? from + 2 : from + 1, end);
}
