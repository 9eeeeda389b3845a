import { Document } from '../../bson/document.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import { findCollection } from '../../catalogue/collections.ts';
import { findRecords } from '../../query/find-records.ts';
import { someAt, type Filter } from '../../query/filter.ts';
import { memberOf } from '../../query/predicates.ts';
import { CommandError } from '../../server/command-error.ts';
import { compileExpression } from '../compile-expression.ts';
import type { Expression } from '../expression.ts';
import type { Stage, StageContext, StageParser, StageTools } from '../stage.ts';

const LOOKUP_FIELDS = new Set(['from', 'localField', 'foreignField', 'as', 'let', 'pipeline']);

interface Lookup {
  readonly from: string;
  readonly as: readonly string[];
  readonly local: readonly string[] | undefined;
  readonly foreign: string | undefined;
  readonly bindings: readonly (readonly [string, Expression])[];
  readonly stages: readonly Stage[];
}

const lookup: StageParser = (specification, tools) => {
  const parsed = parseLookup(specification, tools);
  return {
    *run(input, context) {
      for (const document of input)
        yield join(document, [...foreignDocuments(document, parsed, tools, context)], parsed.as);
    },
  };
};

function parseLookup(specification: Value, tools: StageTools): Lookup {
  if (!isDocument(specification))
    throw new CommandError('FailedToParse', 'the $lookup specification must be an object');
  for (const [name] of specification.entries()) {
    if (!LOOKUP_FIELDS.has(name)) throw new CommandError('FailedToParse', `unknown argument to $lookup: ${name}`);
  }
  const text = (name: string): string | undefined => {
    const value = specification.get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string')
      throw new CommandError('FailedToParse', `$lookup argument '${name}' must be a string`);
    return value;
  };
  const [from, as, local, foreign] = ['from', 'as', 'localField', 'foreignField'].map(text);
  const pipeline = specification.get('pipeline');
  if (from === undefined || as === undefined)
    throw new CommandError('FailedToParse', "$lookup requires 'from' and 'as'");
  if ((local === undefined) !== (foreign === undefined) || (local === undefined && pipeline === undefined)) {
    throw new CommandError(
      'FailedToParse',
      "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified",
    );
  }
  const variables = specification.get('let');
  if (variables !== undefined && !isDocument(variables))
    throw new CommandError('FailedToParse', "$lookup argument 'let' must be an object");
  return {
    from,
    as: as.split('.'),
    local: local?.split('.'),
    foreign,
    bindings: [...(variables?.entries() ?? [])].map(([name, value]) => [name, compileExpression(value)] as const),
    stages: pipeline === undefined ? [] : tools.parsePipeline(pipeline),
  };
}

function* foreignDocuments(
  document: Document,
  lookupOf: Lookup,
  tools: StageTools,
  context: StageContext,
): Generator<Document> {
  const { local, foreign, bindings, stages, from } = lookupOf;
  const variables = new Map(context.variables);
  for (const [name, evaluate] of bindings)
    variables.set(name, evaluate({ root: document, variables: context.variables }));
  const inner: StageContext = { ...context, variables };
  if (local === undefined || foreign === undefined) {
    yield* tools.runCollection(from, stages, inner);
    return;
  }
  const collection = findCollection(context.view, `${context.database}.${from}`);
  if (collection === undefined) return;
  const filter: Filter = {
    op: 'field',
    path: foreign,
    segments: foreign.split('.'),
    predicate: memberOf([...localValues(document, local)], '$lookup'),
  };
  const found = documentsOf(findRecords(context.view, collection, { filter }));
  yield* tools.runStages(found, stages, inner);
}

function* documentsOf(records: Iterable<{ readonly document: Document }>): Generator<Document> {
  for (const { document } of records) yield document;
}

/** The values a local field may equal: those of an array one by one, and null when there is none. */
function localValues(document: Document, segments: readonly string[]): readonly Value[] {
  const values: Value[] = [];
  someAt(document, segments, 0, (value) => {
    if (Array.isArray(value)) values.push(...value);
    else values.push(value ?? null);
    return false;
  });
  return values;
}

function join(document: Document, found: readonly Document[], path: readonly string[]): Document {
  const copy = new Document(new Map(document.entries()));
  let target = copy;
  for (const name of path.slice(0, -1)) {
    const existing = target.get(name);
    const inner = new Document(new Map(isDocument(existing) ? existing.entries() : []));
    target.fields.set(name, inner);
    target = inner;
  }
  target.fields.set(path.at(-1) ?? '', [...found]);
  return copy;
}

const unionWith: StageParser = (specification, tools) => {
  const collection = isDocument(specification) ? specification.get('coll') : specification;
  const pipeline = isDocument(specification) ? specification.get('pipeline') : undefined;
  if (typeof collection !== 'string') throw new CommandError('FailedToParse', '$unionWith requires a collection name');
  const stages = pipeline === undefined ? [] : tools.parsePipeline(pipeline);
  return {
    *run(input, context) {
      yield* input;
      yield* tools.runCollection(collection, stages, context);
    },
  };
};

/** The stages that read other collections. */
export const JOINING_STAGES: readonly [string, StageParser][] = [
  ['$lookup', lookup],
  ['$unionWith', unionWith],
];
