import { toDouble, toInteger } from '../../bson/arithmetic.ts';
import { formatValue } from '../../bson/format-value.ts';
import type { Document } from '../../bson/document.ts';
import { isDocument, isNumber, typeName, type Value } from '../../bson/value.ts';
import { createMemoryMeter } from '../../query/memory-meter.ts';
import { equalityKey } from '../../query/sort.ts';
import type { Filter } from '../../query/filter.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import { CommandError } from '../../server/command-error.ts';
import { compileExpression } from '../compile-expression.ts';
import type { Expression } from '../expression.ts';
import { equalsOneOf, valuesAtPath } from '../join-values.ts';
import { putPath, splitFieldPath } from '../set-path.ts';
import type { StageContext, StageParser } from '../stage.ts';
import { scopeVariables } from '../variable-scope.ts';
import { checkSourceName, foreignDocuments } from './foreign-documents.ts';

interface GraphLookup {
  readonly from: string;
  readonly as: readonly string[];
  readonly startWith: Expression;
  readonly connectFrom: readonly string[];
  readonly connectTo: string;
  readonly maxDepth: number;
  readonly depthField: readonly string[] | undefined;
  readonly restriction: Document | undefined;
}

/** `$graphLookup`: follows references from document to document, breadth first (manual: "$graphLookup"). */
const graphLookup: StageParser = (specification, tools) => {
  const parsed = parse(specification);
  return {
    *run(input, context) {
      const restriction =
        parsed.restriction === undefined ? undefined : parseFilter(parsed.restriction, context.variables);
      for (const root of input) {
        const start = parsed.startWith({ root, variables: context.variables });
        const seeds = Array.isArray(start) ? start : start === undefined ? [] : [start];
        const search = (filter: Filter) => foreignDocuments(parsed.from, filter, context, tools);
        yield putPath(root, parsed.as, reach(parsed, seeds, restriction, { search, context }));
      }
    },
  };
};

interface Reaching {
  readonly search: (filter: Filter) => Iterable<Document>;
  readonly context: StageContext;
}

/** The documents reached, each once and with the depth at which it was first found. */
function reach(
  { connectTo, connectFrom, depthField, maxDepth }: GraphLookup,
  seeds: readonly Value[],
  restriction: Filter | undefined,
  { search, context }: Reaching,
): Value[] {
  const meter = createMemoryMeter(context.view.memoryLimit, '$graphLookup');
  const found = new Map<string, Document>();
  const asked = new Set<string>();
  let frontier = unseen(seeds, asked);
  for (let depth = 0; frontier.length > 0 && depth <= maxDepth; depth += 1) {
    const wanted = equalsOneOf(connectTo, frontier);
    const filter: Filter = restriction === undefined ? wanted : { op: 'and', filters: [wanted, restriction] };
    const next: Value[] = [];
    for (const document of search(filter)) {
      const key = equalityKey(document.get('_id'));
      if (found.has(key)) continue;
      meter.keep(document);
      found.set(key, depthField === undefined ? document : putPath(document, depthField, BigInt(depth)));
      next.push(...valuesAtPath(document, connectFrom));
    }
    frontier = unseen(next, asked);
  }
  return [...found.values()];
}

/** The values not asked for before, each once. */
function unseen(values: readonly Value[], asked: Set<string>): Value[] {
  return values.filter((value) => {
    const key = equalityKey(value);
    if (asked.has(key)) return false;
    asked.add(key);
    return true;
  });
}

function parse(specification: Value): GraphLookup {
  if (!isDocument(specification)) {
    throw new CommandError(
      'FailedToParse',
      `the $graphLookup stage specification must be an object, but found ${typeName(specification)}`,
    );
  }
  checkSource('$graphLookup', specification);
  const texts = new Map<string, string>();
  for (const [name, value] of specification.entries()) {
    if (['startWith', 'maxDepth', 'restrictSearchWithMatch'].includes(name)) continue;
    if (!['from', 'as', 'connectFromField', 'connectToField', 'depthField'].includes(name))
      throw new CommandError(40_104, `Unknown argument to $graphLookup: ${name}`);
    if (typeof value !== 'string') {
      throw new CommandError(40_103, `expected string as argument for ${name}, found: ${formatValue(value)}`);
    }
    texts.set(name, value);
  }
  const startWith = specification.get('startWith');
  const [from, as, connectFrom, connectTo] = ['from', 'as', 'connectFromField', 'connectToField'].map((name) =>
    texts.get(name),
  );
  if (
    startWith === undefined ||
    from === undefined ||
    as === undefined ||
    connectFrom === undefined ||
    connectTo === undefined
  ) {
    throw new CommandError(
      40_105,
      "$graphLookup requires 'from', 'as', 'startWith', 'connectFromField', and 'connectToField' to be specified.",
    );
  }
  const depthField = texts.get('depthField');
  return {
    from,
    as: splitFieldPath(as),
    startWith: compileExpression(startWith),
    connectFrom: splitFieldPath(connectFrom),
    connectTo: splitFieldPath(connectTo).join('.'),
    maxDepth: parseMaxDepth(specification.get('maxDepth')),
    depthField: depthField === undefined ? undefined : splitFieldPath(depthField),
    restriction: parseRestriction(specification.get('restrictSearchWithMatch')),
  };
}

/** Refuses a source that is missing, no text or no name of a collection, which MongoDB looks at before all else. */
function checkSource(stage: string, specification: Document): void {
  const from = specification.get('from');
  if (from === undefined) {
    throw new CommandError(
      'FailedToParse',
      `missing 'from' option to ${stage} stage specification: ${formatValue(specification)}`,
    );
  }
  if (typeof from !== 'string') {
    throw new CommandError('FailedToParse', `${stage} 'from' field must be a string, but found ${typeName(from)}`);
  }
  checkSourceName(stage, from);
}

function parseMaxDepth(value: Value | undefined): number {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  if (!isNumber(value))
    throw new CommandError(40_100, `maxDepth requires numeric argument, found type: ${typeName(value)}`);
  const depth = toInteger(value);
  if (toDouble(value) < 0)
    throw new CommandError(40_101, `maxDepth requires a nonnegative argument, found: ${formatValue(value)}`);
  if (depth === undefined)
    throw new CommandError(40_102, `maxDepth could not be represented as a long long: ${formatValue(value)}`);
  return Number(depth);
}

function parseRestriction(value: Value | undefined): Document | undefined {
  if (value === undefined) return undefined;
  if (!isDocument(value)) {
    throw new CommandError(40_185, `restrictSearchWithMatch must be an object, found ${typeName(value)}`);
  }
  parseFilter(value, scopeVariables());
  return value;
}

/** The stage that follows references. */
export const GRAPH_STAGES: readonly [string, StageParser][] = [['$graphLookup', graphLookup]];
