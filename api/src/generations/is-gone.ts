import { ProblemError } from '@parley/contracts';
import type { ProblemCode } from '@parley/contracts';

const goneCodes: ReadonlySet<ProblemCode> = new Set(['conversation-not-found', 'message-not-found']);

/** Whether a turn could not begin because what it is about was deleted meanwhile. */
export function isGone(error: unknown): boolean {
  return error instanceof ProblemError && goneCodes.has(error.code);
}
