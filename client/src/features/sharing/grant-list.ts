import type { AccessGrant, AccessRole, NamedPrincipal, Principal } from '@parley/contracts';

/** Tells principals apart. */
export function principalKey(principal: Principal): string {
  return principal.type === 'public' ? 'public' : `${principal.type}:${principal.id}`;
}

/** The grants of people, groups and roles, without that of everybody. */
export function namedGrants(grants: readonly AccessGrant[]): AccessGrant[] {
  return grants.filter(({ principal }) => principal.type !== 'public');
}

/** What everybody with an account may do, if anything. */
export function publicRole(grants: readonly AccessGrant[]): AccessRole | undefined {
  return grants.find(({ principal }) => principal.type === 'public')?.role;
}

/** The grants with another role for somebody; without one, they have no access any more. */
export function withRole(
  grants: readonly AccessGrant[],
  who: NamedPrincipal,
  role: AccessRole | undefined,
): AccessGrant[] {
  const key = principalKey(who.principal);
  const isListed = grants.some(({ principal }) => principalKey(principal) === key);
  if (role === undefined) return grants.filter(({ principal }) => principalKey(principal) !== key);
  if (!isListed) return [...grants, { ...who, role }];
  return grants.map((grant) => (principalKey(grant.principal) === key ? { ...grant, role } : grant));
}
