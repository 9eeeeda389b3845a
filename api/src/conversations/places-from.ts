import type { MessageId } from '@parley/contracts';
import type { MessagePlace } from '../database/repositories/message-tree-repository.ts';
import { descendants } from '../descendants.ts';

/** A message and all that follows from it, in the order they have; nothing where it is not there. */
export function placesFrom<P extends Pick<MessagePlace, 'id' | 'parentId'>>(
  places: readonly P[],
  root: MessageId,
): readonly P[] {
  const below = descendants(places, [root]);
  return places.some(({ id }) => id === root) ? places.filter(({ id }) => below.has(id)) : [];
}

/** Without those that are being removed and what follows from them. */
export function withoutDeleted<P extends Pick<MessagePlace, 'id' | 'parentId' | 'isDeleted'>>(
  places: readonly P[],
): readonly P[] {
  const deleted = places.filter(({ isDeleted }) => isDeleted).map(({ id }) => id);
  const hidden = descendants(places, deleted);
  return places.filter(({ id }) => !hidden.has(id));
}
