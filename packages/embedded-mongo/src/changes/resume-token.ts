import { Document } from '../bson/document.ts';
import { formatValue } from '../bson/format-value.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';

/**
 * A place in the log of changes: after an event, after the invalidation it caused, after all that was seen, or after
 * all that was seen and not before a time to come.
 */
export interface Position {
  readonly kind: 'event' | 'invalidate' | 'seen' | 'waiting';
  readonly time: bigint;
  readonly id: number;
  /** The fragment of an event that was split, counted from 1. */
  readonly fragment?: number | undefined;
}

const KINDS = ['event', 'invalidate', 'seen', 'waiting'] as const;
const FORM = /^82([0-9a-f]{8})([0-9a-f]{16})([0-9a-f]{16})0([0-3])([0-9a-f]{8})?$/i;

/** A position as a resume token, `{ _data: <hex> }`; opaque to clients, and later ones sort after earlier ones. */
export function writeToken(tag: string, { kind, time, id, fragment }: Position): Document {
  const part = fragment === undefined ? '' : fragment.toString(16).padStart(8, '0');
  const data = `82${tag}${hexOf(time)}${hexOf(BigInt(id))}0${String(KINDS.indexOf(kind))}${part}`.toUpperCase();
  return new Document(new Map([['_data', data]]));
}

function hexOf(value: bigint): string {
  return value.toString(16).padStart(16, '0');
}

/** The position of a token; refuses what is none with MongoDB's errors and throws ChangeStreamFatalError for another store's. */
export function readToken(tag: string, token: Value): Position {
  const data = isDocument(token) ? token.get('_data') : undefined;
  if (typeof data !== 'string') {
    throw new CommandError(
      40_647,
      `Bad resume token: _data of missing or of wrong type. Expected string, got ${formatValue(token)}`,
    );
  }
  if (data === '') throw new CommandError(40_649, 'invalid empty resume token');
  if (!/^(?:[0-9a-f]{2})+$/i.test(data)) {
    throw new CommandError('FailedToParse', 'resume token string was not a valid hex string');
  }
  const parts = FORM.exec(data);
  const kind = KINDS[Number(parts?.[4])];
  const [, from = '', time = '', id = ''] = parts ?? [];
  if (kind === undefined) throw new CommandError('InvalidResumeToken', 'Invalid resume token');
  if (from.toLowerCase() !== tag) throw tokenNotFound();
  const fragment = parts?.[5] === undefined ? undefined : Number.parseInt(parts[5], 16);
  return { kind, time: BigInt(`0x${time}`), id: Number(`0x${id}`), fragment };
}

/** The error of a token whose event is not in the log. */
export function tokenNotFound(): CommandError {
  return new CommandError('ChangeStreamFatalError', 'cannot resume stream; the resume token was not found.');
}
