import type { MessageId } from '@parley/contracts';

interface Place {
  readonly id: MessageId;
  readonly parentId: MessageId | null;
}

/** These messages and all that follows from them, also where parents lead in a circle. */
export function descendants(places: readonly Place[], roots: readonly MessageId[]): ReadonlySet<MessageId> {
  const children = Map.groupBy(places, ({ parentId }) => parentId);
  const found = new Set<MessageId>(roots);
  for (const id of found) for (const child of children.get(id) ?? []) found.add(child.id);
  return found;
}
