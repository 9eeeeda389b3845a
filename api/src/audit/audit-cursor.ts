import { problem } from '@parley/contracts';
import type { AuditPosition } from '../database/repositories/audit-repository.ts';

/** A position as the opaque text a client hands back. */
export function formatCursor({ at, id }: AuditPosition): string {
  return Buffer.from(`${at.getTime()}.${id}`).toString('base64url');
}

/** Throws `invalid-request` for a text that `formatCursor` did not write. */
export function parseCursor(cursor: string): AuditPosition {
  const [, time, id] = /^(\d{1,15})\.(.+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (time !== undefined && id !== undefined) {
    const position = { at: new Date(Number(time)), id };
    if (formatCursor(position) === cursor) return position;
  }
  const message = 'is not a cursor this list has given out';
  throw problem('invalid-request', { detail: `query.cursor: ${message}`, issues: [{ path: 'query.cursor', message }] });
}
