import { activeCollation } from '../bson/active-collation.ts';
import { Document } from '../bson/document.ts';
import { isDocument, isRegex, typeName, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { matches, type Filter, type Predicate } from './filter.ts';
import {
  bitsTest,
  comparison,
  equalTo,
  exists,
  hasSize,
  hasType,
  isOperatorDocument,
  memberOf,
  modulo,
  regexMatch,
} from './predicates.ts';

/** The path a set of operators applies to. */
export interface FieldPath {
  readonly path: string;
  readonly segments: readonly string[];
}

type ParseFilter = (document: Document) => Filter;
type Operators = Iterable<readonly [string, Value]>;

/** Parses the operators of one path, such as `{ $gte: 1, $lt: 5 }`; unknown ones are refused with BadValue. */
export function parseFieldOperators(field: FieldPath, operators: Operators, parseFilter: ParseFilter): Filter[] {
  const entries = new Map(operators);
  const filters: Filter[] = [];
  for (const [name, operand] of entries) {
    if (name === '$options') {
      if (!entries.has('$regex')) throw new CommandError('BadValue', '$options needs a $regex');
    } else if (name === '$regex') {
      const names = [...entries.keys()];
      const isOptionsFirst = names.indexOf('$options') < names.indexOf('$regex');
      filters.push(at(field, regexMatch(operand, entries.get('$options'), isOptionsFirst)));
    } else {
      filters.push(parseOperator(field, name, operand, parseFilter));
    }
  }
  return filters;
}

function at(field: FieldPath, predicate: Predicate): Filter {
  const collation = activeCollation();
  const compared = collation === undefined ? predicate : { ...predicate, collation };
  return { op: 'field', path: field.path, segments: field.segments, predicate: compared };
}

function not(filter: Filter): Filter {
  return { op: 'not', filter };
}

function parseOperator(field: FieldPath, name: string, operand: Value, parseFilter: ParseFilter): Filter {
  switch (name) {
    case '$eq':
      return at(field, equalTo(operand));
    case '$ne':
      if (isRegex(operand)) throw new CommandError('BadValue', "Can't have regex as arg to $ne.");
      return not(at(field, equalTo(operand)));
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      if (isRegex(operand))
        throw new CommandError('BadValue', `Can't have RegEx as arg to predicate over field '${field.path}'.`);
      return at(field, comparison(name, operand));
    case '$in':
      return at(field, memberOf(operand, name));
    case '$nin':
      return not(at(field, memberOf(operand, name)));
    case '$exists':
      return isFalse(operand) ? not(at(field, exists())) : at(field, exists());
    case '$type':
      return at(field, hasType(operand));
    case '$size':
      return at(field, hasSize(operand));
    case '$mod':
      return at(field, modulo(operand));
    case '$bitsAllSet':
    case '$bitsAnySet':
    case '$bitsAllClear':
    case '$bitsAnyClear':
      return at(field, bitsTest(name, operand));
    case '$not':
      return parseNot(field, operand, parseFilter);
    case '$all':
      return parseAll(field, operand, parseFilter);
    case '$elemMatch':
      return at(field, elementMatch(operand, parseFilter));
    case '$comment':
      return { op: 'and', filters: [] };
    default:
      throw new CommandError('BadValue', `unknown operator: ${name}`);
  }
}

function isFalse(operand: Value): boolean {
  if (operand === null || operand === false || operand === 0 || operand === 0n) return true;
  return typeof operand === 'object' && !Array.isArray(operand) && operand.kind === 'int' && operand.value === 0;
}

function parseNot(field: FieldPath, operand: Value, parseFilter: ParseFilter): Filter {
  if (isRegex(operand)) return not(at(field, regexMatch(operand, undefined)));
  if (!isDocument(operand)) throw new CommandError('BadValue', '$not needs a regex or a document');
  const filters = parseFieldOperators(field, operand.entries(), parseFilter);
  if (filters.length === 0) throw new CommandError('BadValue', '$not cannot be empty');
  return not({ op: 'and', filters });
}

function isElementMatch(item: Value): item is Document {
  return isDocument(item) && item.firstName() === '$elemMatch';
}

function parseAll(field: FieldPath, operand: Value, parseFilter: ParseFilter): Filter {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', '$all needs an array');
  const [first] = operand;
  const isElementwise = first !== undefined && isElementMatch(first);
  const filters = operand.map((item): Filter => {
    if (isElementwise) {
      if (!isElementMatch(item)) throw new CommandError('BadValue', '$all/$elemMatch has to be consistent');
      return at(field, elementMatch(item.get('$elemMatch') ?? null, parseFilter));
    }
    if (isRegex(item)) return at(field, regexMatch(item, undefined));
    if (isOperatorDocument(item)) throw new CommandError('BadValue', 'no $ expressions in $all');
    return at(field, equalTo(item));
  });
  return filters.length === 0 ? { op: 'or', filters: [] } : { op: 'and', filters };
}

/** What may begin conditions on the fields of an element: all else with a `$` is about the element itself. */
const LOGICAL = new Set('$and $or $nor $expr $where $text $comment $jsonSchema $ref $id $db'.split(' '));

function elementMatch(operand: Value, parseFilter: ParseFilter): Predicate {
  if (!isDocument(operand)) throw new CommandError('BadValue', '$elemMatch needs an Object');
  const first = operand.firstName();
  if (first !== undefined && first.startsWith('$') && !LOGICAL.has(first)) {
    const filters = parseFieldOperators({ path: '', segments: [] }, operand.entries(), parseFilter);
    return overElements(operand, (item) => filters.every((filter) => matches(filter, item)));
  }
  const element = parseFilter(operand);
  return { ...overElements(operand, (item) => matchesElement(element, item)), element };
}

function matchesElement(filter: Filter, item: Value): boolean {
  if (isDocument(item)) return matches(filter, item);
  if (!Array.isArray(item)) return false;
  return matches(filter, new Document(new Map(item.map((value, index) => [String(index), value]))));
}

function overElements(operand: Value, test: (item: Value) => boolean): Predicate {
  return {
    name: '$elemMatch',
    operand,
    expandsArrays: false,
    test: (value) => value !== undefined && typeName(value) === 'array' && Array.isArray(value) && value.some(test),
  };
}
