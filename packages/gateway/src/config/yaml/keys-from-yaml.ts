import { createHash } from 'node:crypto';
import type { Budget, VirtualKey } from '../../keys/virtual-key.ts';
import { defined } from './defined.ts';
import type { BudgetRule } from '../../usage/budget-rule.ts';
import type { BudgetYaml, KeyYaml, RuledBudgetYaml } from './gateway-yaml.ts';
import type { MistakeList } from './mistake-list.ts';

const microUnits = 1_000_000;

/** Keys with their limits. One that is written out is only known by its digest from here on. */
export function keysFromYaml(rows: readonly KeyYaml[], mistakes: MistakeList): VirtualKey[] {
  const keys = rows.flatMap((row, index) => {
    const key = toKey(row, ['keys', index], mistakes);
    return key ? [{ key, index }] : [];
  });
  for (const { key, index } of keys) {
    const first = keys.find((other) => other.key.id === key.id || other.key.sha256 === key.sha256);
    if (first && first.index < index)
      mistakes.add(['keys', index], `is the same as the one at number ${first.index + 1}`);
  }
  return keys.map(({ key }) => key);
}

function toKey(row: KeyYaml, path: readonly PropertyKey[], mistakes: MistakeList): VirtualKey | undefined {
  const { id, key, models = [], budget, budgets, rpm, tpm, user, team, customer, organisation, expiresAt } = row;
  const sha256 = row.sha256 ?? (key === undefined ? undefined : createHash('sha256').update(key).digest('hex'));
  if (sha256 === undefined) {
    mistakes.add(path, 'needs sha256; "parley-gateway key" makes a key and its digest');
    return undefined;
  }
  if (row.sha256 !== undefined && key !== undefined)
    mistakes.add([...path, 'key'], 'stands beside sha256; keep one of the two');
  if (budget && budgets) mistakes.add([...path, 'budget'], 'stands beside budgets; keep one of the two');
  if (expiresAt !== undefined && Number.isNaN(Date.parse(expiresAt))) {
    mistakes.add([...path, 'expiresAt'], 'must be a date, such as 2027-01-31');
  }
  const all = budgets ?? (budget ? [budget] : []);
  return {
    id: id ?? `key-${sha256.slice(0, 8)}`,
    sha256,
    models,
    budgets: all.map((one, index) =>
      toBudget(one, budgets ? [...path, 'budgets', index] : [...path, 'budget'], mistakes),
    ),
    ...defined({ requestsPerMinute: rpm, tokensPerMinute: tpm, user, team, customer, organisation, expiresAt }),
    mayNameIdentity: row.mayNameIdentity ?? false,
    priority: row.priority ?? 'normal',
  };
}

/** Budgets of identities and models. */
export function budgetsFromYaml(rows: readonly RuledBudgetYaml[], mistakes: MistakeList): BudgetRule[] {
  return rows.map(({ owner, id, ...budget }, index) => ({
    ...toBudget(budget, ['budgets', index], mistakes),
    owner,
    ...(id === undefined ? {} : { id }),
  }));
}

function toBudget({ usd, tokens, per }: BudgetYaml, path: readonly PropertyKey[], mistakes: MistakeList): Budget {
  if (usd === undefined && tokens === undefined) mistakes.add(path, 'needs usd or tokens');
  return {
    ...(usd === undefined ? {} : { microUsd: Math.round(usd * microUnits) }),
    ...(tokens === undefined ? {} : { tokens }),
    per,
  };
}
