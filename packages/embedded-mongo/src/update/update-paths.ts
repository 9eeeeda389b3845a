import { CommandError } from '../server/command-error.ts';

/** Whether a part of a path names the elements an array filter chooses: `$[]` or `$[name]`. */
export function isFilteredPart(part: string): boolean {
  return part.startsWith('$[') && part.endsWith(']');
}

/** Refuses a path no update can use; `filters` are the names of the array filters it may refer to. */
export function checkUpdatePath(path: string, filters: ReadonlySet<string>): void {
  if (path === '') throw new CommandError('EmptyFieldName', 'An empty update path is not valid.');
  const segments = path.split('.');
  if (segments.includes('')) {
    throw new CommandError(
      'EmptyFieldName',
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    );
  }
  if (segments.filter((segment) => segment === '$').length > 1) {
    throw new CommandError('BadValue', `Too many positional (i.e. '$') elements found in path '${path}'`);
  }
  if (segments[0] === '$') {
    throw new CommandError(
      'BadValue',
      `Cannot have positional (i.e. '$') element in the first position in path '${path}'`,
    );
  }
  for (const [index, segment] of segments.entries()) if (isFilteredPart(segment)) checkFilter(path, index, segment);

  function checkFilter(whole: string, index: number, segment: string): void {
    if (index === 0) {
      throw new CommandError(
        'BadValue',
        `Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in path '${whole}'`,
      );
    }
    const name = segment.slice(2, -1);
    if (name !== '' && !filters.has(name)) {
      throw new CommandError('BadValue', `No array filter found for identifier '${name}' in path '${whole}'`);
    }
  }
}

interface Target {
  readonly path: string;
  readonly segments: readonly string[];
}

/** Refuses changes of which one reaches into, or names, what another changes. */
export function refuseConflicts(changes: readonly Target[]): void {
  const seen: Target[] = [];
  for (const change of changes) {
    for (const other of seen) {
      const shared = conflictLength(change.segments, other.segments);
      if (shared === undefined) continue;
      throw new CommandError(
        'ConflictingUpdateOperators',
        `Updating the path '${change.path}' would create a conflict at '${change.segments.slice(0, shared).join('.')}'`,
      );
    }
    seen.push(change);
  }
}

/** How many leading parts two paths share when they conflict; undefined when both can be changed. */
function conflictLength(left: readonly string[], right: readonly string[]): number | undefined {
  let shared = 0;
  while (shared < left.length && shared < right.length && left[shared] === right[shared]) shared += 1;
  const [first, second] = [left[shared], right[shared]];
  if (first === undefined || second === undefined) return shared;
  // An array is either walked by filters or entered by positions, never both.
  return isFilteredPart(first) === isFilteredPart(second) ? undefined : shared;
}

/** Refuses that two changes reach the same place by different names, such as `a.$` and `a.0`. */
export class ReachedPlaces {
  readonly #reached = new Set<string>();
  readonly #passed = new Set<string>();

  /** Notes the places one change reached; one that lies in or around a place of another change is a conflict. */
  add(places: readonly (readonly string[])[]): void {
    for (const place of places) {
      const paths = prefixesOf(place);
      const clash = paths.find((path, index) => this.#reached.has(path) || isWithin(path, index, paths, this.#passed));
      if (clash !== undefined) {
        throw new CommandError('ConflictingUpdateOperators', `Update created a conflict at '${clash}'`);
      }
    }
    for (const place of places) {
      const paths = prefixesOf(place);
      for (const path of paths.slice(0, -1)) this.#passed.add(path);
      this.#reached.add(place.join('.'));
    }
  }
}

/** Whether this is the whole path and other changes reached further through it. */
function isWithin(path: string, index: number, paths: readonly string[], passed: ReadonlySet<string>): boolean {
  return index === paths.length - 1 && passed.has(path);
}

function prefixesOf(place: readonly string[]): readonly string[] {
  let path = '';
  return place.map((part, index) => {
    path = index === 0 ? part : `${path}.${part}`;
    return path;
  });
}
