import type { Document } from '../bson/document.ts';
import type { Value } from '../bson/value.ts';
import type { View } from '../catalogue/catalogue-state.ts';
import type { SortField } from '../query/sort.ts';
import type { Variables } from './expression.ts';

/** What stages may reach besides the documents passing through. */
export interface StageContext {
  readonly view: View;
  readonly database: string;
  readonly variables: Variables;
}

/** One step of a pipeline, parsed. The hints let the start of a pipeline be answered from an index. */
export interface Stage {
  readonly run: (input: Iterable<Document>, context: StageContext) => Iterable<Document>;
  readonly match?: Document;
  readonly sort?: readonly SortField[];
  readonly limit?: number;
}

/** Runs a pipeline on a collection of the context's database. */
export type RunCollection = (collection: string, stages: readonly Stage[], context: StageContext) => Iterable<Document>;

/** What a stage parser may use to parse and run pipelines inside its own. */
export interface StageTools {
  readonly parsePipeline: (stages: Value) => readonly Stage[];
  readonly runCollection: RunCollection;
  readonly runStages: (
    input: Iterable<Document>,
    stages: readonly Stage[],
    context: StageContext,
  ) => Iterable<Document>;
}

/** Parses the argument of one kind of stage. */
export type StageParser = (specification: Value, tools: StageTools) => Stage;
