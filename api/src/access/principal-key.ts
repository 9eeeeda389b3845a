import type { GroupId, Principal, Role, UserId } from '@parley/contracts';

/** A principal as one text, for storing and comparing. */
export type PrincipalKey = 'public' | `user:${UserId}` | `group:${GroupId}` | `role:${Role}`;

export function keyOfPrincipal(principal: Principal): PrincipalKey {
  if (principal.type === 'public') return 'public';
  if (principal.type === 'user') return `user:${principal.id}`;
  return principal.type === 'group' ? `group:${principal.id}` : `role:${principal.id}`;
}
