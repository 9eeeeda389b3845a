import { problem } from '@parley/contracts';

/** Positions in a list as the opaque texts that clients hand back. */
export interface ListCursor<Position> {
  format(position: Position): string;
  /** Throws `invalid-request` for a text that `format` did not write. */
  parse(cursor: string): Position;
}

interface ListCursorOptions<Position> {
  readonly write: (position: Position) => string;
  /** `undefined` for what `write` cannot have written. */
  readonly read: (text: string) => Position | undefined;
}

/** Cursors of one kind of list; they come in the query parameter `cursor`. */
export function createListCursor<Position>({ write, read }: ListCursorOptions<Position>): ListCursor<Position> {
  const format = (position: Position): string => Buffer.from(write(position)).toString('base64url');
  return {
    format,
    parse(cursor) {
      const position = read(Buffer.from(cursor, 'base64url').toString());
      if (position !== undefined && format(position) === cursor) return position;
      const message = 'is not a cursor this list has given out';
      throw problem('invalid-request', {
        detail: `query.cursor: ${message}`,
        issues: [{ path: 'query.cursor', message }],
      });
    },
  };
}
