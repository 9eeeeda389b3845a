import type { Role, SessionId, UserId } from '@parley/contracts';

/** Who is asking, as far as permissions are concerned. */
export interface Actor {
  readonly userId: UserId;
  readonly role: Role;
  /** The device it is asked on. */
  readonly sessionId: SessionId;
}
