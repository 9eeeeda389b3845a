import { ProblemError } from '@parley/contracts';
import { OfflineError } from '../../../lib/api/send.ts';

/** Whether the same request may succeed later: the network, a server that is starting, too many at once, a session. */
export function willPass(cause: unknown): boolean {
  if (!(cause instanceof ProblemError)) return cause instanceof OfflineError;
  return [401, 408, 429, 503].includes(cause.status);
}
