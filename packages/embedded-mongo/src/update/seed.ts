import { isEqual } from '../bson/compare-values.ts';
import { Document } from '../bson/document.ts';
import type { Value } from '../bson/value.ts';
import type { Filter } from '../query/filter.ts';
import { CommandError } from '../server/command-error.ts';
import { resolveSlots, type UpdateContext } from './slots.ts';

const CONTEXT: UpdateContext = { isInsert: true, matchedPosition: () => undefined, arrayFilters: new Map(), now: 0 };

/** The document an upsert starts from: what the filter's equality conditions say, for a replacement only its `_id`. */
export function seedFromFilter(filter: Filter, isReplacement: boolean): Document {
  const seed = new Document(new Map());
  const seen: string[] = [];
  for (const { path, segments, value } of equalities(filter)) {
    if (isReplacement && segments[0] !== '_id') continue;
    if (isReplacement && path !== '_id') {
      throw new CommandError(
        'NotExactValueField',
        `field at '_id' must be exactly specified, field at sub-path '${path}'found`,
      );
    }
    refuseSecondMatch(path, seen);
    seen.push(path);
    for (const slot of resolveSlots(seed, segments, CONTEXT, { creates: true })) slot.set(value);
  }
  return seed;
}

function refuseSecondMatch(path: string, seen: readonly string[]): void {
  const other = seen.find((known) => known === path || known.startsWith(`${path}.`) || path.startsWith(`${known}.`));
  if (other === undefined) return;
  const what = other === path ? `path '${path}' is matched twice` : `both paths '${path}' and '${other}' are matched`;
  throw new CommandError('NotSingleValueField', `cannot infer query fields to set, ${what}`);
}

/** What a disjunction says when all of its branches say the same one thing. */
function onlyEquality(branches: readonly Filter[]): readonly Equality[] {
  const [first, ...others] = branches;
  if (first === undefined) return [];
  if (others.length === 0) return equalities(first);
  const [one, ...rest] = first.op === 'field' ? equalities(first) : [];
  if (one === undefined || rest.length > 0) return [];
  const isSame = (branch: Filter): boolean => {
    const [other] = branch.op === 'field' ? equalities(branch) : [];
    return other?.path === one.path && isEqual(other.value, one.value);
  };
  return others.every(isSame) ? [one] : [];
}

interface Equality {
  readonly path: string;
  readonly segments: readonly string[];
  readonly value: Value;
}

function equalities(filter: Filter): readonly Equality[] {
  if (filter.op === 'and') return filter.filters.flatMap(equalities);
  if (filter.op === 'or') return onlyEquality(filter.filters);
  if (filter.op !== 'field') return [];
  const { path, segments, predicate } = filter;
  if (predicate.name === '$eq') return [{ path, segments, value: predicate.operand }];
  if (predicate.name !== '$in' || !Array.isArray(predicate.operand)) return [];
  const [only] = predicate.operand;
  return predicate.operand.length === 1 && only !== undefined ? [{ path, segments, value: only }] : [];
}
