import { toDouble, toInteger, type Numeric } from '../../bson/arithmetic.ts';
import { compareValues } from '../../bson/compare-values.ts';
import { Document } from '../../bson/document.ts';
import { isDocument, isNumber, typeName, type DateTime, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { wrongFieldType } from '../../server/wrong-field-type.ts';
import { parseTimeUnit, type TimeUnit } from '../date-steps.ts';
import { splitFieldPath } from '../set-path.ts';
import { isDate } from '../windows/window-bounds.ts';

/** `$densify` as parsed. */
export interface Densifying {
  readonly path: string;
  readonly partitionPaths: readonly string[];
  readonly step: Numeric;
  readonly unit: TimeUnit | undefined;
  readonly bounds: 'full' | 'partition' | readonly [Numeric | DateTime, Numeric | DateTime];
}

/** Parses the argument of `$densify`, with MongoDB's code for every rule (manual: "$densify"). */
export function parseDensify(specification: Value): Densifying {
  if (!isDocument(specification)) {
    throw new CommandError(
      'FailedToParse',
      `The $densify stage specification must be an object, found ${typeName(specification)}`,
    );
  }
  const fields = read(specification, '$densify', { field: 'string', range: 'object' }, { partitionByFields: 'array' });
  const range = fields.get('range');
  const path = textOf(fields.get('field'));
  splitFieldPath(path);
  const partitionPaths = parsePartitionPaths(fields.get('partitionByFields'), path);
  const parts = read(
    isDocument(range) ? range : new Document(new Map()),
    '$densify.range',
    { step: undefined, bounds: undefined },
    { unit: 'string' },
  );
  const parsed = parseRange(parts);
  if (parsed.bounds === 'partition' && partitionPaths.length === 0) {
    throw new CommandError(
      5_733_408,
      "One cannot specify the bounds as 'partition' without specifying a non-empty array of partitionByFields. You may have meant to specify 'full' bounds.",
    );
  }
  return { path, partitionPaths, ...parsed };
}

type Types = Readonly<Record<string, 'string' | 'object' | 'array' | undefined>>;

function read(document: Document, owner: string, required: Types, optional: Types): ReadonlyMap<string, Value> {
  const types: Types = { ...required, ...optional };
  const found = new Map<string, Value>();
  for (const [name, value] of document.entries()) {
    if (!Object.hasOwn(types, name))
      throw new CommandError(40_415, `BSON field '${owner}.${name}' is an unknown field.`);
    const expected = types[name];
    if (expected !== undefined && typeName(value) !== expected) {
      throw wrongFieldType(`${owner}.${name}`, value, expected);
    }
    found.set(name, value);
  }
  for (const name of Object.keys(required)) {
    if (!found.has(name))
      throw new CommandError(40_414, `BSON field '${owner}.${name}' is missing but a required field`);
  }
  return found;
}

function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

function parsePartitionPaths(value: Value | undefined, field: string): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.map((path) => {
    if (typeof path !== 'string') {
      throw wrongFieldType('$densify.partitionByFields', path, 'string');
    }
    splitFieldPath(path);
    if (path.startsWith(field)) {
      throw new CommandError(
        8_993_000,
        `partitionByFields '${path}' cannot include field '${field}' that is being densified.`,
      );
    }
    if (field.startsWith(path)) {
      throw new CommandError(
        9_554_500,
        `field '${field}' that is being densified cannot include partitionByFields '${path}'.`,
      );
    }
    return path;
  });
}

function parseRange(parts: ReadonlyMap<string, Value>): Pick<Densifying, 'step' | 'unit' | 'bounds'> {
  const step = parts.get('step');
  if (step !== undefined && !isNumber(step)) {
    throw wrongFieldType('$densify.range.step', step, 'int', 'decimal', 'double', 'long');
  }
  if (!isNumber(step) || !(toDouble(step) > 0)) {
    throw new CommandError(
      5_733_401,
      'The step parameter in a range statement must be a strictly positive numeric value',
    );
  }
  const unitName = parts.get('unit');
  if (unitName !== undefined && toInteger(step) === undefined) {
    throw new CommandError(
      6_586_400,
      'The step parameter in a range statement must be a whole number when densifying a date range',
    );
  }
  const unit = unitName === undefined ? undefined : parseTimeUnit(unitName);
  return { step, unit, bounds: parseBounds(parts.get('bounds') ?? null, step, unit) };
}

function parseBounds(value: Value, step: Numeric, unit: TimeUnit | undefined): Densifying['bounds'] {
  if (value === 'full' || value === 'partition') return value;
  if (typeof value === 'string')
    throw new CommandError(5_946_802, "Bounds string must either be 'full' or 'partition'");
  if (!Array.isArray(value)) {
    throw new CommandError(
      5_733_404,
      "The bounds in a range statement must be the string 'full', 'partition', or an ascending array of two numbers or two dates",
    );
  }
  const [low, high, more] = value;
  if (low === undefined || high === undefined || more !== undefined) {
    throw new CommandError(5_733_403, 'A bounding array in a range statement must have exactly two elements');
  }
  if (compareValues(low, high) > 0) {
    throw new CommandError(5_733_402, 'A bounding array must be an ascending array of either two dates or two numbers');
  }
  if (isNumber(low)) {
    if (unit !== undefined) throw new CommandError(5_733_409, 'Numeric bounds may not have unit parameter');
    if (!isNumber(high)) {
      throw new CommandError(5_733_406, 'A bounding array must contain either both dates or both numeric types');
    }
    if (typeName(low) !== typeName(high) || typeName(low) !== typeName(step)) {
      throw new CommandError(5_876_900, 'Upper bound, lower bound, and step must all have the same type');
    }
    return [low, high];
  }
  if (!isDate(low)) throw new CommandError(5_946_800, 'Explicit bounds must be numeric or dates');
  if (!isDate(high))
    throw new CommandError(5_733_405, 'A bounding array must contain either both dates or both numeric types');
  if (unit === undefined) throw new CommandError(5_733_410, 'A bounding array of dates must specify a unit');
  return [low, high];
}
