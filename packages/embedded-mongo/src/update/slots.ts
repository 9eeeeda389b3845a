import { Document } from '../bson/document.ts';
import { formatBriefly } from '../bson/format-value.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { arrayPosition, matches, type Filter } from '../query/filter.ts';
import { CommandError } from '../server/command-error.ts';
import { isFilteredPart } from './update-paths.ts';

/** What an update may need besides the document. */
export interface UpdateContext {
  /** Whether the document is being made by an upsert. */
  readonly isInsert: boolean;
  /** The array position the query matched below a path, for the positional operator. */
  readonly matchedPosition: () => number | undefined;
  readonly arrayFilters: ReadonlyMap<string, Filter>;
  readonly now: number;
}

/** One place in a document an operator changes. */
export interface Slot {
  /** The path to it with positions filled in. */
  readonly path: readonly string[];
  get(): Value | undefined;
  set(value: Value): void;
  remove(): void;
}

/** What to do with a path that ends before its last part. */
export interface Reach {
  /** Whether missing parents are made. */
  readonly creates: boolean;
  /** Whether a path that cannot exist, as a value in its way has no fields, leads nowhere instead of failing. */
  readonly toleratesBlocked?: boolean;
}

/** The places a path leads to, with `$`, `$[]` and `$[name]` resolved. */
export function resolveSlots(
  root: Document,
  segments: readonly string[],
  context: UpdateContext,
  { creates, toleratesBlocked = false }: Reach,
): readonly Slot[] {
  return walk({ container: root, segments, at: 0, reached: [], context, creates, toleratesBlocked });
}

interface Step {
  readonly container: Document | Value[];
  readonly segments: readonly string[];
  readonly at: number;
  /** The path up to the container with positions filled in. */
  readonly reached: readonly string[];
  readonly context: UpdateContext;
  readonly creates: boolean;
  readonly toleratesBlocked: boolean;
}

function walk(step: Step): readonly Slot[] {
  const segment = step.segments[step.at] ?? '';
  const isLast = step.at === step.segments.length - 1;
  return Array.isArray(step.container)
    ? positionsOf(step, step.container, segment).flatMap((position) => enterArray(step, position, isLast))
    : enterDocument(step, step.container, segment, isLast);
}

function enterDocument(step: Step, container: Document, segment: string, isLast: boolean): readonly Slot[] {
  if (segment === '$') throw noMatchedPosition();
  if (isFilteredPart(segment)) throw notAnArray(step, container);
  const { fields } = container;
  const slot: Slot = {
    path: [...step.reached, segment],
    get: () => fields.get(segment),
    set: (value) => void fields.set(segment, value),
    remove: () => void fields.delete(segment),
  };
  return isLast ? [slot] : enterValue(step, slot, segment);
}

const MAX_BACKFILL = 1_500_000;

function enterArray(step: Step, position: number, isLast: boolean): readonly Slot[] {
  const { container } = step;
  if (!Array.isArray(container)) return [];
  const slot: Slot = {
    path: [...step.reached, String(position)],
    get: () => container[position],
    set: (value) => {
      if (position > container.length + MAX_BACKFILL)
        throw new CommandError('CannotBackfillArray', "can't backfill more than 1500000 elements");
      while (container.length < position) container.push(null);
      container[position] = value;
    },
    remove: () => {
      if (position < container.length) container[position] = null;
    },
  };
  return isLast ? [slot] : enterValue(step, slot, String(position));
}

function enterValue(step: Step, slot: Slot, name: string): readonly Slot[] {
  let value = slot.get();
  const next = step.segments[step.at + 1] ?? '';
  if (value === undefined) {
    if (next === '$') throw noMatchedPosition();
    if (isFilteredPart(next)) {
      const path = [...step.reached, name].join('.');
      throw new CommandError(
        'BadValue',
        `The path '${path}' must exist in the document in order to apply array updates.`,
      );
    }
    if (!step.creates) return [];
    value = new Document(new Map());
    slot.set(value);
  }
  if (!isDocument(value) && !Array.isArray(value)) {
    if (isFilteredPart(next)) throw notAnArray({ ...step, reached: [...step.reached, name] }, value);
    if (next === '$') throw noMatchedPosition();
    if (step.creates) throw notViable(name, next, value);
    return blocked({ ...step, at: step.at + 1, reached: [...step.reached, name] }, value);
  }
  return walk({ ...step, container: value, at: step.at + 1, reached: [...step.reached, name] });
}

function noMatchedPosition(): CommandError {
  return new CommandError('BadValue', 'The positional operator did not find the match needed from the query.');
}

/** A path that nothing can be at, for an operator that makes no parents. */
function blocked(step: Step, value: Value): readonly Slot[] {
  if (step.toleratesBlocked) return [];
  const path = [...step.reached, ...step.segments.slice(step.at)].join('.');
  throw new CommandError(
    'PathNotViable',
    `Cannot use the part (${step.segments[step.at] ?? ''}) of (${path}) to traverse the element ({${step.reached.at(-1) ?? ''}: ${formatBriefly(value)}})`,
  );
}

function notAnArray(step: Step, value: Value): CommandError {
  const name = step.reached.at(-1) ?? '';
  return new CommandError(
    'BadValue',
    `Cannot apply array updates to non-array element ${name}: ${formatBriefly(value)}`,
  );
}

function notViable(name: string, next: string, value: Value): CommandError {
  return new CommandError(
    'PathNotViable',
    `Cannot create field '${next}' in element {${name}: ${formatBriefly(value)}}`,
  );
}

function positionsOf(step: Step, array: readonly Value[], segment: string): readonly number[] {
  if (segment === '$[]') return [...array.keys()];
  if (isFilteredPart(segment)) return filteredPositions(step, array, segment.slice(2, -1));
  if (segment === '$') {
    const position = step.context.matchedPosition();
    if (position !== undefined) return [position];
    throw noMatchedPosition();
  }
  const position = arrayPosition(segment);
  if (position !== undefined) return [position];
  if (step.creates) throw notViable(step.reached.at(-1) ?? '', segment, [...array]);
  blocked(step, [...array]);
  return [];
}

function filteredPositions(step: Step, array: readonly Value[], name: string): readonly number[] {
  const filter = step.context.arrayFilters.get(name);
  if (filter === undefined) {
    throw new CommandError(
      'BadValue',
      `No array filter found for identifier '${name}' in path '${step.segments.join('.')}'`,
    );
  }
  return [...array.keys()].filter((position) => {
    const item = array[position];
    return item !== undefined && matches(filter, new Document(new Map([[name, item]])));
  });
}
