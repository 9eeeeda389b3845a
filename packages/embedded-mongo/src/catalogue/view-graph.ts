import { activeCollation } from '../bson/active-collation.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { collationOption } from '../query/collation.ts';
import { CommandError } from '../server/command-error.ts';
import type { ViewEntry } from './entries.ts';

/** The most views one above the other (MongoDB manual: Views). */
const MAX_DEPTH = 20;

type Views = ReadonlyMap<string, ViewEntry>;

/**
 * Refuses a view that closes a cycle, stands with others in a pile of more than twenty, or has another collation than
 * the views it reads or is read by; all of it also through joined collections.
 */
export function checkViewGraph(views: Views, entry: ViewEntry): void {
  for (const other of viewsBelow(views, entry)) {
    if (other.namespace !== entry.namespace) checkAgreement(entry, other);
  }
  refuseCycle(views, entry);
  const below = heights(entry, (one) => viewsBelow(views, one));
  const parents = [...views.values()].map((one) => ({ one, read: new Set(namespacesOf(one)) }));
  const viewsAbove = ({ namespace }: ViewEntry): readonly ViewEntry[] =>
    parents.filter(({ read }) => read.has(namespace)).map(({ one }) => one);
  const above = heights(entry, viewsAbove);
  if (below + above - 1 > MAX_DEPTH) {
    throw new CommandError(
      'ViewDepthLimitExceeded',
      `View depth limit exceeded; maximum depth is ${String(MAX_DEPTH)}`,
    );
  }
  for (const other of viewsAbove(entry)) checkAgreement(entry, other);
}

function checkAgreement(entry: ViewEntry, other: ViewEntry): void {
  if (collationOf(other) === collationOf(entry)) return;
  throw new CommandError(
    'OptionNotSupportedOnView',
    `View ${entry.namespace} has a collation that does not match the collation of view ${other.namespace}`,
  );
}

/** Refuses a pipeline that joins views of another collation than it runs under, or too deep ones. */
export function checkJoinedViews(views: Views, database: string, pipeline: readonly Value[]): void {
  if (views.size === 0) return;
  for (const name of sourcesOf(pipeline)) {
    const entry = views.get(`${database}.${name}`);
    if (entry === undefined) continue;
    if (collationOf(entry) !== activeCollation()) {
      throw new CommandError(
        'OptionNotSupportedOnView',
        `Cannot override a view's default collation: ${entry.namespace}`,
      );
    }
    checkViewDepth(views, entry.namespace);
  }
}

/** Refuses to join a view that stands on nineteen others, though such a pile may be defined. */
function checkViewDepth(views: Views, namespace: string): void {
  let next = views.get(namespace);
  for (let depth = 1; next !== undefined; depth += 1) {
    if (depth >= MAX_DEPTH) {
      throw new CommandError(
        'ViewDepthLimitExceeded',
        `View depth too deep or view cycle detected; maximum depth is ${String(MAX_DEPTH)}`,
      );
    }
    next = views.get(`${next.database}.${next.viewOn}`);
  }
}

function collationOf(entry: ViewEntry): unknown {
  return collationOption(entry.options.get('collation'), undefined);
}

function namespacesOf(entry: ViewEntry): readonly string[] {
  return [entry.viewOn, ...sourcesOf(entry.pipeline)].map((name) => `${entry.database}.${name}`);
}

function viewsBelow(views: Views, entry: ViewEntry): readonly ViewEntry[] {
  return namespacesOf(entry)
    .map((namespace) => views.get(namespace))
    .filter((found) => found !== undefined);
}

/** The longest way from a view to its end, counted in views. */
function heights(start: ViewEntry, nextOf: (entry: ViewEntry) => readonly ViewEntry[]): number {
  const known = new Map<string, number>();
  const heightOf = (entry: ViewEntry): number => {
    const found = known.get(entry.namespace);
    if (found !== undefined) return found;
    const height = 1 + Math.max(0, ...nextOf(entry).map(heightOf));
    known.set(entry.namespace, height);
    return height;
  };
  return heightOf(start);
}

function refuseCycle(views: Views, start: ViewEntry): void {
  const visited = new Set<string>();
  const visit = (entry: ViewEntry, path: readonly string[]): void => {
    for (const namespace of namespacesOf(entry)) {
      if (namespace === start.namespace) {
        throw new CommandError('GraphContainsCycle', `View cycle detected: ${[...path, namespace].join(' => ')}`);
      }
      const next = views.get(namespace);
      if (next === undefined || visited.has(namespace)) continue;
      visited.add(namespace);
      visit(next, [...path, namespace]);
    }
  };
  visit(start, [start.namespace]);
}

/** The names of the collections a pipeline reads besides its own, in sub-pipelines too. */
function sourcesOf(pipeline: readonly Value[]): readonly string[] {
  return pipeline.flatMap((stage) => {
    const [entry] = isDocument(stage) ? [...stage.entries()] : [];
    if (entry === undefined) return [];
    const [name, specification] = entry;
    if (name === '$unionWith' && typeof specification === 'string') return [specification];
    if (!isDocument(specification)) return [];
    if (name === '$facet') {
      return [...specification.entries()].flatMap(([, inner]) => (Array.isArray(inner) ? sourcesOf(inner) : []));
    }
    if (name !== '$lookup' && name !== '$graphLookup' && name !== '$unionWith') return [];
    const from = specification.get(name === '$unionWith' ? 'coll' : 'from');
    const inner = specification.get('pipeline');
    return [...(typeof from === 'string' ? [from] : []), ...(Array.isArray(inner) ? sourcesOf(inner) : [])];
  });
}
