import type { Document } from '../../bson/document.ts';
import { isDocument, typeName, type Value } from '../../bson/value.ts';
import { matches, type Filter } from '../../query/filter.ts';
import { CommandError } from '../../server/command-error.ts';
import { wrongFieldType } from '../../server/wrong-field-type.ts';
import { compileExpression } from '../compile-expression.ts';
import type { Expression } from '../expression.ts';
import { equalsOneOf, valuesAtPath } from '../join-values.ts';
import { putPath, splitFieldPath } from '../set-path.ts';
import type { Stage, StageContext, StageParser, StageTools } from '../stage.ts';
import { allBut } from './field-effects.ts';
import { checkSourceName, foreignDocuments } from './foreign-documents.ts';
import { checkVariableName, withNames } from '../variable-scope.ts';
import { refuseStages, stageNames } from './stage-names.ts';

const LOOKUP_FIELDS = new Set(['from', 'localField', 'foreignField', 'as', 'let', 'pipeline']);

interface Lookup {
  readonly from: string;
  readonly as: readonly string[];
  readonly local: readonly string[] | undefined;
  readonly foreign: string | undefined;
  readonly bindings: readonly (readonly [string, Expression])[];
  readonly stages: readonly Stage[];
}

/** `$lookup`: joins by fields, by a pipeline, or by both (manual: "$lookup"). */
const lookup: StageParser = (specification, tools) => {
  const parsed = parseLookup(specification, tools);
  const isSameForAll = parsed.local === undefined && parsed.bindings.length === 0;
  return {
    leavesAlone: allBut([parsed.as.join('.')]),
    isOneToOne: true,
    *run(input, context) {
      let known: Value[] | undefined;
      for (const document of input) {
        const found = known ?? [...joined(document, parsed, tools, context)];
        if (isSameForAll) known = found;
        yield putPath(document, parsed.as, [...found]);
      }
    },
  };
};

function parseLookup(specification: Value, tools: StageTools): Lookup {
  if (!isDocument(specification)) throw failed('the $lookup specification must be an object');
  for (const [name] of specification.entries()) {
    if (!LOOKUP_FIELDS.has(name)) throw failed(`unknown argument to $lookup: ${name}`);
  }
  const text = (name: string): string | undefined => {
    const value = specification.get(name);
    if (value === undefined || typeof value === 'string') return value;
    throw failed(`$lookup argument '${name}: ${typeName(value)}' must be a string, found ${name}: ${typeName(value)}`);
  };
  const [from, as, local, foreign] = ['from', 'as', 'localField', 'foreignField'].map(text);
  const [pipeline, variables] = [specification.get('pipeline'), specification.get('let')];
  if (as === undefined) throw failed("must specify 'as' field for a $lookup");
  if ((local === undefined) !== (foreign === undefined) || (local === undefined && pipeline === undefined)) {
    throw failed("$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified");
  }
  if (variables !== undefined && !isDocument(variables)) throw failed("$lookup argument 'let' must be an object");
  if (variables !== undefined && pipeline === undefined)
    throw failed("$lookup with a 'let' argument must also specify 'pipeline'");
  if (from !== undefined) checkSourceName('$lookup', from);
  const isFree = from === undefined && stageNames(pipeline)[0] === '$documents';
  if (from === undefined && !isFree) throw failed("must specify 'pipeline' when 'from' is empty");
  refuseStages(pipeline, ['$out', '$merge', '$changeStream'], (name) => {
    return name !== '$changeStream' && stageNames(pipeline).at(-1) !== name
      ? new CommandError(40_601, `${name} can only be the final stage in the pipeline`)
      : new CommandError(51_047, `${name} is not allowed to be used within a $lookup stage`);
  });
  if (from !== undefined) refuseFreeStage(pipeline);
  const bindings = [...(variables?.entries() ?? [])].map(([name, value]): [string, Expression] => [
    checkVariableName(name),
    compileExpression(value),
  ]);
  const names = bindings.map(([name]) => name);
  return {
    from: from ?? '',
    as: splitFieldPath(as),
    local: local === undefined ? undefined : splitFieldPath(local),
    foreign: foreign === undefined ? undefined : splitFieldPath(foreign).join('.'),
    bindings,
    stages: pipeline === undefined ? [] : withNames(names, () => tools.parsePipeline(pipeline)),
  };
}

/** Stages that start from no collection. */
const FREE_STAGES = new Set(['$documents', '$currentOp', '$listLocalSessions']);

/** Refuses a stage that starts from no collection where one is named, with 73. */
function refuseFreeStage(pipeline: Value | undefined): void {
  const name = stageNames(pipeline)[0] ?? '';
  if (FREE_STAGES.has(name))
    throw new CommandError('InvalidNamespace', `'${name}' can only be run with {aggregate: 1}`);
}

function failed(message: string): CommandError {
  return new CommandError('FailedToParse', message);
}

function joined(
  document: Document,
  { local, foreign, bindings, stages, from }: Lookup,
  tools: StageTools,
  context: StageContext,
): Iterable<Document> {
  const variables = new Map(context.variables);
  for (const [name, evaluate] of bindings)
    variables.set(name, evaluate({ root: document, variables: context.variables }));
  const inner: StageContext = { ...context, variables };
  if (local === undefined || foreign === undefined) return tools.runCollection(from, stages, inner);
  const values = [...valuesAtPath(document, local)];
  // A missing local field joins like null, and so does an empty array.
  const filter = equalsOneOf(foreign, values.length === 0 ? [null] : values);
  const [first, ...rest] = stages;
  if (first?.source === undefined) return tools.runStages(foreignDocuments(from, filter, inner, tools), stages, inner);
  return tools.runStages(matching(first.source(from, inner), filter), rest, inner);
}

function* matching(documents: Iterable<Document>, filter: Filter): Generator<Document> {
  for (const document of documents) if (matches(filter, document)) yield document;
}

/** `$unionWith`: the documents of another collection after these (manual: "$unionWith"). */
const unionWith: StageParser = (specification, tools) => {
  const isNamed = typeof specification === 'string';
  if (!isNamed && !isDocument(specification)) {
    throw failed(
      `the $unionWith stage specification must be an object or string, but found ${typeName(specification)}`,
    );
  }
  if (!isNamed) {
    for (const [name] of specification.entries()) {
      if (name !== 'coll' && name !== 'pipeline')
        throw new CommandError(40_415, `BSON field '$unionWith.${name}' is an unknown field.`);
    }
  }
  const collection = isNamed ? specification : specification.get('coll');
  const pipeline = isNamed ? undefined : specification.get('pipeline');
  if (collection !== undefined && typeof collection !== 'string') {
    throw wrongFieldType('$unionWith.coll', collection, 'string');
  }
  if (collection === undefined && stageNames(pipeline)[0] !== '$documents') {
    throw failed('$unionWith stage without explicit collection must have a pipeline with $documents as first stage');
  }
  refuseStages(pipeline, ['$out', '$merge', '$changeStream'], (name) => {
    return new CommandError(31_441, `${name} is not allowed within a $unionWith's sub-pipeline`);
  });
  if (collection !== undefined) {
    checkSourceName('$unionWith', collection);
    refuseFreeStage(pipeline);
  }
  const stages = pipeline === undefined ? [] : tools.parsePipeline(pipeline);
  return {
    *run(input, context) {
      yield* input;
      yield* tools.runCollection(collection ?? '', stages, context);
    },
  };
};

/** The stages that read other collections. */
export const JOINING_STAGES: readonly [string, StageParser][] = [
  ['$lookup', lookup],
  ['$unionWith', unionWith],
];
