import type { ForkScope, MessageId } from '@parley/contracts';
import type { MessagePlace } from '../database/repositories/message-tree-repository.ts';
import { placesFrom } from './places-from.ts';

type Place = Pick<MessagePlace, 'id' | 'parentId' | 'role'>;

interface ForkWish {
  readonly messageId: MessageId;
  readonly scope: ForkScope;
  /** Begin at the message instead of ending there. */
  readonly startHere: boolean;
}

/**
 * The messages that a fork takes along, in the order they have. `path`: those from the start to the message, or from it on
 * along what was said last. `branches`: with their other versions, and the answers to these. `all`: everything, or all
 * that follows from the message. One that begins at an answer begins with its prompt. Nothing where the message is not
 * there.
 */
export function selectForFork<P extends Place>(
  places: readonly P[],
  { messageId, scope, startHere }: ForkWish,
): readonly P[] {
  const byId = new Map(places.map((place) => [place.id, place]));
  const target = byId.get(messageId);
  if (target === undefined) return [];
  if (!startHere) {
    if (scope === 'all') return places;
    return scope === 'path' ? pathTo(byId, target) : withVersions(places, pathTo(byId, target));
  }
  const prompt = target.role === 'assistant' && target.parentId !== null ? byId.get(target.parentId) : undefined;
  const before = prompt === undefined ? [] : [prompt];
  const from = placesFrom(places, messageId);
  if (scope === 'all') return [...before, ...from];
  const path = newestPath(from, target);
  return [...before, ...(scope === 'path' ? path : [target, ...withVersions(from, path.slice(1))])];
}

function pathTo<P extends Place>(byId: ReadonlyMap<MessageId, P>, target: P): P[] {
  const path = new Set<P>();
  for (let at: P | undefined = target; at !== undefined && !path.has(at);) {
    path.add(at);
    at = at.parentId === null ? undefined : byId.get(at.parentId);
  }
  return [...path].toReversed();
}

function newestPath<P extends Place>(places: readonly P[], start: P): P[] {
  const children = Map.groupBy(places, ({ parentId }) => parentId);
  const path = new Set<P>();
  for (let at: P | undefined = start; at !== undefined && !path.has(at);) {
    path.add(at);
    at = children.get(at.id)?.at(-1);
  }
  return [...path];
}

/** The path with the siblings of its messages; no version of a prompt comes without its answers. */
function withVersions<P extends Place>(places: readonly P[], path: readonly P[]): readonly P[] {
  const parents = new Set(path.map(({ parentId }) => parentId));
  const versions = new Set(places.filter(({ parentId }) => parents.has(parentId)).map(({ id }) => id));
  const onPath = new Set(path.map(({ id }) => id));
  const otherPrompts = new Set(
    places.filter(({ id, role }) => role === 'user' && versions.has(id) && !onPath.has(id)).map(({ id }) => id),
  );
  return places.filter(
    ({ id, parentId, role }) =>
      versions.has(id) || (role === 'assistant' && parentId !== null && otherPrompts.has(parentId)),
  );
}
