import type { Document } from '../bson/document.ts';
import type { Value } from '../bson/value.ts';
import type { View } from '../catalogue/catalogue-state.ts';
import type { SortField } from '../query/sort.ts';
import type { LocalSession } from '../commands/command.ts';
import type { Variables } from './expression.ts';

/** What stages may reach besides the documents passing through. */
export interface StageContext {
  readonly view: View;
  readonly database: string;
  readonly variables: Variables;
  /** The logical sessions in use; only the command itself knows them, not what explains it. */
  readonly sessions?: () => readonly LocalSession[];
  /** The operation the pipeline is, as `$currentOp` shows it. */
  readonly operation?: () => Document;
}

/** One step of a pipeline, parsed. The hints let the start of a pipeline be answered from an index. */
export interface Stage {
  readonly run: (input: Iterable<Document>, context: StageContext) => Iterable<Document>;
  readonly match?: Document;
  readonly sort?: readonly SortField[];
  readonly limit?: number;
  readonly skip?: number;
  /** Tells of a top-level field whether conditions on it hold before the stage just as they do after it. */
  readonly leavesAlone?: (root: string) => boolean;
  /** Whether every document comes out as exactly one, in the same order. */
  readonly isOneToOne?: boolean;
  /** Whether the stage asks for the score of a text search, or else makes documents that have none. */
  readonly textScore?: 'asks' | 'ends';
  /** The stage as the client sent it, for explain; one made by the optimiser has none. */
  readonly sent?: Document;
  /** For stages to which only the number of documents matters: what they make of so many. */
  readonly ofCount?: (count: number) => readonly Document[];
  /** For stages that read no documents of the collection but tell of it, and therefore must come first. */
  readonly source?: (collection: string, context: StageContext) => Iterable<Document>;
}

/** Runs a pipeline on a collection of the context's database. */
export type RunCollection = (
  collection: string,
  stages: readonly Stage[],
  context: StageContext,
  hint?: Value,
) => Iterable<Document>;

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
