import { isDocument, isNumber, type Value } from '../../bson/value.ts';
import { isTruthy } from '../expression.ts';
import type { Stage } from '../stage.ts';

/** What is known of a stage for putting pipelines into a better order. */
type Effect = Pick<Stage, 'leavesAlone' | 'isOneToOne'>;

/** The effect of a stage that changes one document at a time, by its name and its argument, which has been parsed. */
export function effectOfChange(name: string, specification: Value): Effect {
  switch (name) {
    case '$project':
      return { isOneToOne: true, leavesAlone: untouchedByProjection(specification) };
    case '$addFields':
    case '$set':
      return { isOneToOne: true, leavesAlone: allBut(isDocument(specification) ? pathsOf(specification) : []) };
    case '$unset':
      return { isOneToOne: true, leavesAlone: allBut(textsOf(specification)) };
    default:
      return { isOneToOne: true };
  }
}

/** Whether a top-level field has nothing to do with some paths; decided by its name alone, to be safe with arrays. */
export function allBut(paths: readonly string[]): (root: string) => boolean {
  const roots = new Set(paths.map((path) => path.split('.')[0]));
  return (root) => !roots.has(root);
}

function pathsOf(specification: Extract<Value, { kind: 'object' }>): readonly string[] {
  return [...specification.entries()].map(([path]) => path);
}

function textsOf(specification: Value): readonly string[] {
  const items = Array.isArray(specification) ? specification : [specification];
  return items.flatMap((item) => (typeof item === 'string' ? [item] : []));
}

function untouchedByProjection(specification: Value): (root: string) => boolean {
  if (!isDocument(specification)) return () => false;
  const entries = [...specification.entries()];
  const isExclusion = entries.every(([, value]) => isFlag(value) && !isTruthy(value));
  if (isExclusion) return allBut(entries.map(([path]) => path));
  const kept = new Set(entries.flatMap(([path, value]) => (isFlag(value) && isTruthy(value) ? [path] : [])));
  if (!specification.has('_id') && !entries.some(([path]) => path.startsWith('_id.'))) kept.add('_id');
  return (root) => kept.has(root);
}

function isFlag(value: Value): boolean {
  return typeof value === 'boolean' || isNumber(value);
}
