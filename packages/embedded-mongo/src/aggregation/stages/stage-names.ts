import { isDocument, type Value } from '../../bson/value.ts';
import type { CommandError } from '../../server/command-error.ts';

/** The names of the stages of a pipeline as sent, before it is parsed. */
export function stageNames(pipeline: Value | undefined): readonly string[] {
  if (!Array.isArray(pipeline)) return [];
  return pipeline.map((stage) => (isDocument(stage) ? (stage.firstName() ?? '') : ''));
}

/**
 * The first of certain stages in a pipeline or in the sub-pipelines of its joins, with the join it is inside of.
 */
export function stageWithin(pipeline: Value | undefined, wanted: readonly string[]): string | undefined {
  for (const stage of Array.isArray(pipeline) ? pipeline : []) {
    const [entry] = isDocument(stage) ? [...stage.entries()] : [];
    if (entry === undefined) continue;
    const [name, specification] = entry;
    if (wanted.includes(name)) return name;
    const isJoin = name === '$lookup' || name === '$unionWith';
    const inner = isJoin && isDocument(specification) ? stageWithin(specification.get('pipeline'), wanted) : undefined;
    if (inner !== undefined) return `${inner.split(' ')[0] ?? inner} inside of ${name}`;
  }
  return undefined;
}

/** Refuses stages that must not be inside another one. */
export function refuseStages(
  pipeline: Value | undefined,
  refused: readonly string[],
  failure: (name: string) => CommandError,
): void {
  const found = stageNames(pipeline).find((name) => refused.includes(name));
  if (found !== undefined) throw failure(found);
}
