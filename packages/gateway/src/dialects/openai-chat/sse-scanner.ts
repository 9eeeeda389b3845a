import { GatewayError } from '../../core/gateway-error.ts';

/** One event of a server-sent event stream. `raw` are its bytes as received, final blank line included where there was one. */
export interface SseEvent {
  readonly raw: Buffer;
  /** The `data:` lines joined by line feeds; absent for comments and other events without data. */
  readonly data?: string;
  /** The `event:` field, where one was sent. */
  readonly name?: string;
  /** Whether its final blank line came. */
  readonly isComplete: boolean;
}

export interface SseScanner {
  /** The events that `chunk` completes. */
  push(chunk: Buffer): SseEvent[];
  /** What the end of input completes: an event whose final blank line never came. */
  end(): SseEvent[];
}

const lineFeed = 10;
const carriageReturn = 13;
const defaultMaxEventBytes = 32 * 1024 * 1024;

/**
 * Cuts bytes into server-sent events (WHATWG HTML, 9.2.6; lines end in LF or CRLF). Text is decoded only once an event
 * is complete, so a character may be split over chunks. Every byte pushed is in exactly one `raw`, in order.
 * An event above `maxEventBytes` throws `stream-malformed`.
 */
export function createSseScanner({ maxEventBytes = defaultMaxEventBytes } = {}): SseScanner {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  /** Bytes of the unfinished line that earlier chunks held, and the last of them. */
  let lineBytes = 0;
  let lastByte = 0;
  let isFirst = true;

  function take(last?: Buffer): SseEvent {
    const raw = pending.length === 0 && last ? last : Buffer.concat(last ? [...pending, last] : pending);
    pending = [];
    pendingBytes = 0;
    const event = parseEvent(raw, isFirst, last !== undefined);
    isFirst = false;
    return event;
  }

  return {
    push(chunk) {
      const events: SseEvent[] = [];
      let eventStart = 0;
      let lineStart = 0;
      for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, lineStart)) {
        const length = lineBytes + at - lineStart;
        const previous = at > lineStart ? chunk[at - 1] : lastByte;
        lineStart = at + 1;
        lineBytes = 0;
        if (length === 0 || (length === 1 && previous === carriageReturn)) {
          events.push(take(chunk.subarray(eventStart, lineStart)));
          eventStart = lineStart;
        }
      }
      lineBytes += chunk.length - lineStart;
      lastByte = chunk.at(-1) ?? lastByte;
      if (eventStart < chunk.length) {
        pending.push(chunk.subarray(eventStart));
        pendingBytes += chunk.length - eventStart;
      }
      if (pendingBytes > maxEventBytes) {
        throw new GatewayError('stream-malformed', { message: 'The provider sent an event that never ends.' });
      }
      return events;
    },
    end() {
      return pendingBytes > 0 ? [take()] : [];
    },
  };
}

function parseEvent(raw: Buffer, isFirst: boolean, isComplete: boolean): SseEvent {
  const text = raw.toString('utf8');
  const data: string[] = [];
  let name: string | undefined;
  for (const line of (isFirst ? text.replace(/^\uFEFF/, '') : text).split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') data.push(value);
    else if (field === 'event') name = value;
  }
  return {
    raw,
    isComplete,
    ...(data.length > 0 ? { data: data.join('\n') } : {}),
    ...(name === undefined ? {} : { name }),
  };
}
