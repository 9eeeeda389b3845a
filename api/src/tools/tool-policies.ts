import { randomUUID } from 'node:crypto';
import { problem } from '@parley/contracts';
import type { ToolPolicy } from '@parley/contracts';
import type { Actor } from '../access/actor.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { ToolPolicyRepository } from '../database/repositories/tool-policy-repository.ts';
import { isUnderstood } from './tool-patterns.ts';

/** Milliseconds after which other servers notice a change. */
const goodFor = 5_000;

/** The rules that admins make about tools. */
export interface ToolPolicies {
  /** At most five seconds old. */
  current(): Promise<ToolPolicy>;
  /** Throws `forbidden` for all but admins. */
  get(actor: Actor): Promise<ToolPolicy>;
  /** Throws `forbidden`, and `invalid-request` for patterns with signs that mean nothing here. */
  set(actor: Actor, policy: ToolPolicy): Promise<ToolPolicy>;
}

interface ToolPoliciesOptions {
  readonly policies: ToolPolicyRepository;
  readonly audit: Pick<AuditLog, 'note'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createToolPolicies({ policies, audit, now }: ToolPoliciesOptions): ToolPolicies {
  let known: { readonly policy: Promise<ToolPolicy>; readonly at: number } | undefined;

  function current(): Promise<ToolPolicy> {
    const at = now();
    if (known === undefined || at - known.at >= goodFor || at < known.at) {
      const policy = policies.get();
      const mine = { policy, at };
      known = mine;
      policy.catch(() => {
        // Whoever asked is told; the next one asks the database again.
        if (known === mine) known = undefined;
      });
    }
    return known.policy;
  }

  return {
    current,

    async get({ role }) {
      if (role !== 'ADMIN') throw problem('forbidden');
      return await policies.get();
    },

    async set({ userId, role }, policy) {
      if (role !== 'ADMIN') throw problem('forbidden');
      checkPatterns(policy);
      const before = await policies.get();
      // First the note: a change that nobody can be asked about would be worse than a note of none.
      await audit.note({
        id: randomUUID(),
        actor: userId,
        action: 'policy-changed',
        subject: 'tools',
        details: describeChange(before, policy),
      });
      await policies.set(policy, new Date(now()));
      known = undefined;
      return policy;
    },
  };
}

function checkPatterns({ rules }: ToolPolicy): void {
  const message = 'may have * for any characters, and no ? [ ] { } !';
  const issues = rules.flatMap(({ pattern }, index) =>
    isUnderstood(pattern) ? [] : [{ path: `body.rules.${index}.pattern`, message }],
  );
  if (issues[0] !== undefined) throw problem('invalid-request', { detail: `${issues[0].path}: ${message}`, issues });
}

function describeChange(before: ToolPolicy, after: ToolPolicy): Record<string, string> {
  const [old, fresh] = [before, after].map(({ rules }) => new Set(rules.map(describeRule)));
  const added = [...(fresh ?? [])].filter((rule) => old?.has(rule) !== true);
  const removed = [...(old ?? [])].filter((rule) => fresh?.has(rule) !== true);
  return {
    rules: String(after.rules.length),
    ...(added.length === 0 ? {} : { added: added.join('; ') }),
    ...(removed.length === 0 ? {} : { removed: removed.join('; ') }),
  };
}

function describeRule({ pattern, effect, roles }: ToolPolicy['rules'][number]): string {
  return `${effect} ${pattern}${roles === undefined ? '' : ` (${roles.join(', ')})`}`;
}
