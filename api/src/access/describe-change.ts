import type { Grant } from '../database/schemas/access-grant-document.ts';
import { keyOfPrincipal } from './principal-key.ts';

/** Characters; the audit log keeps 500. */
const longest = 450;

/** What changes between two lists of grants, as small texts for the audit log; `undefined` when nothing does. */
export function describeChange(before: readonly Grant[], after: readonly Grant[]): Record<string, string> | undefined {
  const old = rolesOf(before);
  const next = rolesOf(after);
  const given = [...next].filter(([key, role]) => old.get(key) !== role).map(([key, role]) => `${key} ${role}`);
  const taken = [...old.keys()].filter((key) => !next.has(key));
  if (given.length === 0 && taken.length === 0) return undefined;
  return {
    ...(given.length === 0 ? {} : { given: cut(given) }),
    ...(taken.length === 0 ? {} : { taken: cut(taken) }),
  };
}

function rolesOf(grants: readonly Grant[]): Map<string, string> {
  return new Map(grants.map(({ principal, role }) => [keyOfPrincipal(principal), role]));
}

function cut(facts: readonly string[]): string {
  const text = facts.join(', ');
  return text.length <= longest ? text : `${text.slice(0, longest)}… (${facts.length} in all)`;
}
