import type { AuditPosition } from '../database/repositories/audit-repository.ts';
import { createListCursor } from '../http/list-cursor.ts';

/** Where a page of the audit ends. */
export const auditCursor = createListCursor<AuditPosition>({
  write: ({ at, id }) => `${at.getTime()}.${id}`,
  read(text) {
    const [, time, id] = /^(\d{1,15})\.(.+)$/.exec(text) ?? [];
    return time === undefined || id === undefined ? undefined : { at: new Date(Number(time)), id };
  },
});
