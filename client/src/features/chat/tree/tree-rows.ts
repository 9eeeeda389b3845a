import type { Message, MessageId } from '@parley/contracts';

/** One line of a tree. */
export interface TreeRow {
  readonly message: Message;
  /** How far it is indented; only branches indent. */
  readonly depth: number;
  /** The line of the message it branches off from. */
  readonly branchOf: number | undefined;
  /** Among the lines of the same branches, from 1. */
  readonly position: number;
  readonly setSize: number;
  /** Among the messages with the same parent and role, from 1. */
  readonly version: number;
  readonly versions: number;
  /** How many branches leave here beside the one that goes on below. */
  readonly branches: number;
  readonly isClosed: boolean;
}

type Place = Pick<TreeRow, 'message' | 'depth' | 'branchOf'>;
type Version = Pick<TreeRow, 'version' | 'versions'>;

/**
 * A conversation's tree as lines, from the top down. The branch with the newest message goes on where its parent stands;
 * the others come between them, one step further in, unless they are closed. Messages come oldest first; one whose parent
 * is missing is left out. Its cost grows with the number of messages alone, whatever the shape.
 */
export function treeRows(messages: readonly Message[], closed: ReadonlySet<MessageId>): TreeRow[] {
  const children = childrenOf(messages);
  const newest = newestBelow(messages);
  const versions = versionsOf(children);
  const rows: Omit<TreeRow, 'position' | 'setSize'>[] = [];
  const stack: Place[] = [];
  const push = (list: readonly Message[], depth: number, branchOf: number | undefined) => {
    for (const message of list.toReversed()) stack.push({ message, depth, branchOf });
  };
  push(children.get(null) ?? [], 0, undefined);
  for (let place = stack.pop(); place; place = stack.pop()) {
    const below = children.get(place.message.id) ?? [];
    const main = newestOf(below, newest);
    const others = below.filter((message) => message !== main);
    const isClosed = others.length > 0 && closed.has(place.message.id);
    if (main) push([main], place.depth, place.branchOf);
    if (!isClosed) push(others, place.depth + 1, rows.length);
    const version = versions.get(place.message.id) ?? { version: 1, versions: 1 };
    rows.push({ ...place, ...version, branches: others.length, isClosed });
  }
  return numbered(rows);
}

function childrenOf(messages: readonly Message[]): Map<MessageId | null, Message[]> {
  const children = new Map<MessageId | null, Message[]>();
  for (const message of messages) {
    const held = children.get(message.parentId);
    if (held) held.push(message);
    else children.set(message.parentId, [message]);
  }
  return children;
}

/** The place in the list of the newest message at or below each message. */
function newestBelow(messages: readonly Message[]): Map<MessageId, number> {
  const newest = new Map(messages.map(({ id }, index) => [id, index]));
  for (const { id, parentId } of messages.toReversed()) {
    const held = parentId === null ? undefined : newest.get(parentId);
    if (parentId !== null && held !== undefined) newest.set(parentId, Math.max(held, newest.get(id) ?? 0));
  }
  return newest;
}

function newestOf(list: readonly Message[], newest: ReadonlyMap<MessageId, number>): Message | undefined {
  return list.reduce<Message | undefined>(
    (held, message) => (held && (newest.get(held.id) ?? 0) > (newest.get(message.id) ?? 0) ? held : message),
    undefined,
  );
}

/** Which of how many messages with the same parent and role each one is. */
function versionsOf(children: ReadonlyMap<MessageId | null, readonly Message[]>): Map<MessageId, Version> {
  const found = new Map<MessageId, Version>();
  for (const siblings of children.values()) {
    for (const role of ['user', 'assistant'] as const) {
      const alike = siblings.filter((message) => message.role === role);
      for (const [index, { id }] of alike.entries()) found.set(id, { version: index + 1, versions: alike.length });
    }
  }
  return found;
}

/** Counts the lines of each set of branches, for screen readers: only a part of a long tree is on the page. */
function numbered(rows: readonly Omit<TreeRow, 'position' | 'setSize'>[]): TreeRow[] {
  const counts = new Map<number | undefined, number>();
  const positions = rows.map(({ branchOf }) => {
    const position = (counts.get(branchOf) ?? 0) + 1;
    counts.set(branchOf, position);
    return position;
  });
  return rows.map((row, index) => ({
    ...row,
    position: positions[index] ?? 1,
    setSize: counts.get(row.branchOf) ?? 1,
  }));
}
