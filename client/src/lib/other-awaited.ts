import type { Conversation, Person } from '@parley/contracts';
import { session } from './api/call.ts';

/** Whom the running answer of a conversation waits for, where that is somebody else than the person in front of the page. */
export function otherAwaited({ waitingForInput, waitingFor, sharedBy }: Conversation): Person | undefined {
  const awaited = waitingFor ?? sharedBy;
  return waitingForInput && awaited?.id !== session.current()?.user.id ? awaited : undefined;
}
