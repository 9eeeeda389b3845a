import type { Device } from '@parley/contracts';
import type { SessionRecord } from '../database/repositories/session-repository.ts';

/** A session as its owner may see it. */
export function describeDevice({ id, name, createdAt, lastSeenAt }: SessionRecord, online: boolean): Device {
  return { id, name, signedInAt: createdAt.toISOString(), lastSeenAt: lastSeenAt.toISOString(), online };
}
