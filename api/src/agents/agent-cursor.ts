import { agentIdSchema, problem } from '@parley/contracts';
import type { AgentPosition } from '../database/repositories/agent-repository.ts';

/** A position as the opaque text a client hands back. */
export function formatCursor({ promoted, updatedAt, id }: AgentPosition): string {
  return Buffer.from(`${promoted ? 1 : 0}.${updatedAt.getTime()}.${id}`).toString('base64url');
}

/** Throws `invalid-request` for a text that `formatCursor` did not write. */
export function parseCursor(cursor: string): AgentPosition {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, promoted, time, id] = /^([01])\.(\d{1,15})\.(.+)$/.exec(text) ?? [];
  const parsed = agentIdSchema.safeParse(id);
  if (time !== undefined && parsed.success) {
    const position = { promoted: promoted === '1', updatedAt: new Date(Number(time)), id: parsed.data };
    if (formatCursor(position) === cursor) return position;
  }
  const message = 'is not a cursor this list has given out';
  throw problem('invalid-request', { detail: `query.cursor: ${message}`, issues: [{ path: 'query.cursor', message }] });
}
