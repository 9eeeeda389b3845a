import { isDocument, type Value } from '../../bson/value.ts';
import type { CommandError } from '../../server/command-error.ts';

/** The names of the stages of a pipeline as sent, before it is parsed. */
export function stageNames(pipeline: Value | undefined): readonly string[] {
  if (!Array.isArray(pipeline)) return [];
  return pipeline.map((stage) => (isDocument(stage) ? (stage.firstName() ?? '') : ''));
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
