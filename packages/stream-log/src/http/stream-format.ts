import { isJsonType, isTextType } from '../content-type.ts';

/** How the entries of a stream travel. */
export interface StreamFormat {
  readonly contentType: string;
  /** `base64` when events carry bytes that are no text. */
  readonly eventEncoding: 'base64' | undefined;
  /** What a read answers. */
  readonly body: (entries: readonly string[]) => string | Buffer;
  /** The `data` event; made once for all readers that the same entries are fanned out to. */
  readonly event: (entries: readonly string[]) => string;
}

/** JSON entries travel as the texts they are, in an array; bytes as themselves, or in events as text or base64. */
export function formatOf(contentType: string): StreamFormat {
  if (isJsonType(contentType)) return formatWith(contentType, toArray, toArray, undefined);
  if (isTextType(contentType)) return formatWith(contentType, toBytes, toText, undefined);
  return formatWith(contentType, toBytes, (entries) => toBytes(entries).toString('base64'), 'base64');
}

const events = new WeakMap<readonly string[], string>();

function formatWith(
  contentType: string,
  body: StreamFormat['body'],
  payload: (entries: readonly string[]) => string,
  eventEncoding: StreamFormat['eventEncoding'],
): StreamFormat {
  return {
    contentType,
    eventEncoding,
    body,
    event: (entries) => {
      const made = events.get(entries) ?? toEvent(payload(entries));
      events.set(entries, made);
      return made;
    },
  };
}

function toArray(entries: readonly string[]): string {
  return `[${entries.join(',')}]`;
}

function toBytes(entries: readonly string[]): Buffer {
  return Buffer.from(entries.join(''), 'latin1');
}

function toText(entries: readonly string[]): string {
  return toBytes(entries).toString('utf8');
}

/** No line of the payload can end the event or begin another field: each is a `data` line of its own. */
function toEvent(payload: string): string {
  const lines = payload.split(/\r\n|\r|\n/);
  // Readers take one space away after the colon.
  return `event: data\n${lines.map((line) => `data:${line.startsWith(' ') ? ' ' : ''}${line}\n`).join('')}\n`;
}
