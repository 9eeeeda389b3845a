import type { Variables } from '../aggregation/expression.ts';
import { parsePipeline } from '../aggregation/pipeline.ts';
import { DOCUMENT_CHANGES, type DocumentChange } from '../aggregation/stages/shaping.ts';
import { inScope } from '../aggregation/variable-scope.ts';
import { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import type { Modify } from './parse-update.ts';

/** Parses an update given as a pipeline; `_id` stays whatever the stages do to the rest. */
export function parsePipelineUpdate(stages: readonly Value[], variables: Variables): Modify {
  const parsed = inScope(variables, () => stages.map((stage) => parseStage(stage, stages)));
  return (document) => {
    const id = document.get('_id');
    let result = new Document(new Map(document.entries()));
    for (const change of parsed) result = change(result, variables);
    const entries = [...result.entries()];
    document.fields.clear();
    if (id !== undefined && !result.has('_id')) document.fields.set('_id', id);
    for (const [name, value] of entries) document.fields.set(name, value);
  };
}

function parseStage(stage: Value, stages: readonly Value[]): DocumentChange {
  const [entry, second] = isDocument(stage) ? [...stage.entries()] : [];
  if (entry === undefined || second !== undefined) {
    throw new CommandError(40_323, 'A pipeline stage specification object must contain exactly one field.');
  }
  const [name, specification] = entry;
  const parse = DOCUMENT_CHANGES.get(name);
  if (parse === undefined) {
    // What no pipeline may hold is refused as such before what only an update may not hold.
    parsePipeline([...stages]);
    throw new CommandError('InvalidOptions', `${name} is not allowed to be used within an update`);
  }
  return parse(specification);
}
