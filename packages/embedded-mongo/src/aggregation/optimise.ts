import { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import type { Stage } from './stage.ts';
import { limitStage, matchStage } from './stages/selecting.ts';

/**
 * Puts stages into an order that does less work and means the same: conditions before stages that leave their fields
 * alone, and `$limit` before `$skip` and before stages that turn each document into one (manual: "Aggregation
 * Pipeline Optimization").
 */
export function optimise(stages: readonly Stage[]): readonly Stage[] {
  const filtered: Stage[] = [];
  for (const stage of stages) sinkMatch(filtered, stage);
  const limited: Stage[] = [];
  for (const stage of filtered) sinkLimit(limited, stage);
  return limited;
}

/** Appends a stage, or as much of a `$match` as can be as far to the front as it can go. */
function sinkMatch(stages: Stage[], stage: Stage): void {
  const before = stages.at(-1);
  const parts =
    stage.match === undefined || before?.leavesAlone === undefined ? undefined : split(stage.match, before.leavesAlone);
  if (before === undefined || parts?.movable === undefined) {
    stages.push(stage);
    return;
  }
  stages.pop();
  sinkMatch(stages, matchStage(parts.movable));
  stages.push(before);
  if (parts.fixed !== undefined) stages.push(matchStage(parts.fixed));
}

interface Parts {
  readonly movable: Document | undefined;
  readonly fixed: Document | undefined;
}

/** Divides the conditions of a `$match`, all of which must hold, by whether they look only at certain fields. */
function split(match: Document, isFree: (root: string) => boolean): Parts {
  const movable = new Map<string, Value>();
  const fixed = new Map<string, Value>();
  for (const [name, value] of match.entries()) {
    const roots = rootsOf(name, value);
    const isMovable = roots !== undefined && roots.every(isFree);
    (isMovable ? movable : fixed).set(name, value);
  }
  return { movable: documentOf(movable), fixed: documentOf(fixed) };
}

function documentOf(fields: Map<string, Value>): Document | undefined {
  return fields.size === 0 ? undefined : new Document(fields);
}

/** The top-level fields a condition looks at; undefined when it may look at any. */
function rootsOf(name: string, value: Value): readonly string[] | undefined {
  if (!name.startsWith('$')) return [name.split('.')[0] ?? name];
  if (!['$and', '$or', '$nor'].includes(name) || !Array.isArray(value)) return undefined;
  const roots: string[] = [];
  for (const part of value) {
    for (const [inner, condition] of isDocument(part) ? part.entries() : []) {
      const found = rootsOf(inner, condition);
      if (found === undefined) return undefined;
      roots.push(...found);
    }
  }
  return roots;
}

/** Appends a stage; `$limit` and `$skip` go before stages that only change documents, and `$limit` before `$skip`. */
function sinkLimit(stages: Stage[], stage: Stage): void {
  const before = stages.at(-1);
  const isCut = stage.limit !== undefined || stage.skip !== undefined;
  if (before === undefined || !isCut) {
    stages.push(stage);
    return;
  }
  if (before.isOneToOne === true) {
    stages.pop();
    sinkLimit(stages, stage);
    stages.push(before);
    return;
  }
  const reach = (stage.limit ?? Number.NaN) + (before.skip ?? Number.NaN);
  if (Number.isSafeInteger(reach)) {
    stages.pop();
    sinkLimit(stages, limitStage(reach));
    stages.push(before);
  } else stages.push(stage);
}
