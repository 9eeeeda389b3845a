import type { CallScope } from '../core/call.ts';
import type { Budget, VirtualKey } from '../keys/virtual-key.ts';

/** Whose budget it is. */
export const budgetOwners = ['key', 'user', 'team', 'customer', 'organisation', 'model'] as const;
export type BudgetOwner = (typeof budgetOwners)[number];

/** A budget of an identity, or of each one of its kind. */
export interface BudgetRule extends Budget {
  readonly owner: BudgetOwner;
  /** Its name; undefined: everyone of that kind has a budget like this of their own. A model is named as clients name it. */
  readonly id?: string;
}

/** A budget that applies to a call, of the identity that pays. */
export interface AppliedBudget {
  readonly rule: BudgetRule;
  readonly id: string;
}

/** The budgets that a call has to keep within. */
export type BudgetRules = (scope: CallScope, model: string) => readonly AppliedBudget[];

/**
 * Finds them: those of the key itself, and those of the configuration whose owner the call names. A rule is the same
 * object for every call it applies to.
 */
export function createBudgetRules(rules: readonly BudgetRule[] = []): BudgetRules {
  const none: readonly AppliedBudget[] = [];
  const ofKeys = new WeakMap<VirtualKey, readonly AppliedBudget[]>();

  function ownOf(key: VirtualKey | undefined): readonly AppliedBudget[] {
    if (key === undefined || key.budgets.length === 0) return none;
    let own = ofKeys.get(key);
    if (own === undefined) {
      own = key.budgets.map((budget) => ({ rule: { ...budget, owner: 'key' }, id: key.id }));
      ofKeys.set(key, own);
    }
    return own;
  }

  return (scope, model) => {
    const own = ownOf(scope.key);
    if (rules.length === 0) return own;
    const applied = [...own];
    for (const rule of rules) {
      const id = ownerOf(rule.owner, scope, model);
      if (id !== undefined && (rule.id ?? id) === id) applied.push({ rule, id });
    }
    return applied;
  };
}

function ownerOf(owner: BudgetOwner, scope: CallScope, model: string): string | undefined {
  switch (owner) {
    case 'key':
      return scope.key?.id;
    case 'user':
    case 'team':
    case 'customer':
    case 'organisation':
      return scope[owner];
    case 'model':
      return model;
    default:
      return owner satisfies never;
  }
}
