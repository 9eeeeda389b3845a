import { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { arrayPosition, matches } from '../query/filter.ts';
import { CommandError } from '../server/command-error.ts';
import type { UpdateContext } from './slots.ts';

type Path = readonly string[];

/**
 * Refuses changes that meet in an array element and go on from there by the same path, whether or not that path leads
 * to anything: MongoDB merges what several identifiers say of one element before it applies any of it.
 */
export function refuseMergedPaths(
  value: Value | undefined,
  paths: readonly Path[],
  context: UpdateContext,
  reached: Path = [],
): void {
  if (paths.length < 2) return;
  if (Array.isArray(value)) {
    for (const [position, item] of value.entries()) {
      const heads = paths.filter(([head = '']) => isMeant(head, position, item, context));
      if (heads.length < 2) continue;
      const place = [...reached, String(position)];
      refuseMeeting(heads, place);
      refuseMergedPaths(item, heads.map(tailOf), context, place);
    }
  } else if (isDocument(value)) {
    for (const name of new Set(paths.flatMap(([head]) => head ?? []))) {
      const below = paths.filter(([head]) => head === name).map(tailOf);
      refuseMergedPaths(value.get(name), below, context, [...reached, name]);
    }
  }
}

/** Whether a part of a path leads to an element. */
function isMeant(head: string, position: number, item: Value, context: UpdateContext): boolean {
  if (head === '$') return context.matchedPosition() === position;
  if (!head.startsWith('$[')) return arrayPosition(head) === position;
  const name = head.slice(2, -1);
  if (name === '') return true;
  const filter = context.arrayFilters.get(name);
  return filter !== undefined && matches(filter, new Document(new Map([[name, item]])));
}

/** Paths with the same first part were compared when the update was parsed. */
function refuseMeeting(paths: readonly Path[], place: Path): void {
  for (const [index, one] of paths.entries()) {
    for (const other of paths.slice(index + 1)) {
      if (one[0] === other[0]) continue;
      const [shorter, longer] = [tailOf(one), tailOf(other)].toSorted((left, right) => left.length - right.length);
      if (shorter === undefined || longer === undefined || shorter.some((part, at) => part !== longer[at])) continue;
      throw new CommandError(
        'ConflictingUpdateOperators',
        `Update created a conflict at '${[...place, ...shorter].join('.')}'`,
      );
    }
  }
}

function tailOf(path: Path): Path {
  return path.slice(1);
}
