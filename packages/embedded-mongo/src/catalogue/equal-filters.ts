import { isEqual } from '../bson/compare-values.ts';
import type { Value } from '../bson/value.ts';
import type { Filter } from '../query/filter.ts';

/**
 * Whether two filters say the same whatever order and form they are written in, such as `{a: 1, b: 2}` and
 * `{$and: [{b: 2}, {a: {$eq: 1}}]}`. As in MongoDB, conditions of one kind on one path keep their order.
 */
export function areEqualFilters(left: Filter | undefined, right: Filter | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return isEqual(normalise(left), normalise(right));
}

function normalise(filter: Filter): Value {
  switch (filter.op) {
    case 'field': {
      const { name, operand } = filter.predicate;
      const [only] = name === '$in' && Array.isArray(operand) ? operand : [];
      if (name === '$in' && Array.isArray(operand) && operand.length === 1 && only !== undefined) {
        return ['$eq', filter.path, only];
      }
      return [name, filter.path, operand];
    }
    case 'and':
    case 'or': {
      const parts = partsOf(filter.op, filter).map(normalise);
      const [only] = parts;
      if (parts.length === 1 && only !== undefined) return only;
      return [filter.op, '', parts.toSorted((one, other) => compareText(rankOf(one), rankOf(other)))];
    }
    case 'nor':
      return ['nor', '', filter.filters.map(normalise)];
    case 'not':
      return ['not', '', normalise(filter.filter)];
    case 'expression':
  }
  return ['expression', '', ''];
}

/** The parts of a conjunction or disjunction, with those of the same kind directly below taken apart. */
function partsOf(op: 'and' | 'or', filter: Filter): readonly Filter[] {
  return filter.op === op ? filter.filters.flatMap((part) => partsOf(op, part)) : [filter];
}

function rankOf(part: Value): string {
  const [kind, path] = Array.isArray(part) ? part : [];
  return typeof kind === 'string' && typeof path === 'string' ? `${kind}\0${path}` : '';
}

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
