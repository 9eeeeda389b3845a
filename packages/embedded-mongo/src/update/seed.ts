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
    if (isReplacement && path !== '_id') continue;
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

interface Equality {
  readonly path: string;
  readonly segments: readonly string[];
  readonly value: Value;
}

function equalities(filter: Filter): readonly Equality[] {
  if (filter.op === 'and') return filter.filters.flatMap(equalities);
  if (filter.op === 'or' && filter.filters.length === 1) return filter.filters.flatMap(equalities);
  if (filter.op !== 'field') return [];
  const { path, segments, predicate } = filter;
  if (predicate.name === '$eq') return [{ path, segments, value: predicate.operand }];
  if (predicate.name !== '$in' || !Array.isArray(predicate.operand)) return [];
  const [only] = predicate.operand;
  return predicate.operand.length === 1 && only !== undefined ? [{ path, segments, value: only }] : [];
}
