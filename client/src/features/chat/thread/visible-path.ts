import type { Message, MessageId } from '@parley/contracts';

/** A message on the path that is shown, among the answers to the same question or the versions of it. */
export interface PathNode {
  readonly message: Message;
  /** Messages with the same parent and role, oldest first; always contains `message`. */
  readonly siblings: readonly MessageId[];
  /** The oldest of them. */
  readonly eldest: Message;
}

/** Which child of a message (or of `null`, the start) somebody chose to see. */
export type BranchChoices = ReadonlyMap<MessageId | null, MessageId>;

/**
 * The path through a conversation's tree from the first message to a leaf: the chosen child where there is a choice,
 * otherwise the child under which the newest message lies. Messages come oldest first. A message whose parent is
 * missing is left out rather than shown in a wrong place.
 */
export function visiblePath(messages: readonly Message[], choices: BranchChoices = new Map()): PathNode[] {
  const children = new Map<MessageId | null, Message[]>();
  const newest = new Map<MessageId, number>();
  for (const [index, message] of messages.entries()) {
    newest.set(message.id, index);
    const held = children.get(message.parentId);
    if (held) held.push(message);
    else children.set(message.parentId, [message]);
  }
  for (const message of messages.toReversed()) {
    if (message.parentId === null) continue;
    const below = newest.get(message.id) ?? 0;
    if (below > (newest.get(message.parentId) ?? Infinity)) newest.set(message.parentId, below);
  }

  const path: PathNode[] = [];
  let parent: MessageId | null = null;
  // A path is never longer than its messages; the bound keeps a malformed tree from looping.
  while (path.length < messages.length) {
    const candidates: Message[] = children.get(parent) ?? [];
    const last = newestOf(candidates, newest);
    const wanted: MessageId | undefined = choices.get(parent) ?? keptOf(path.at(-1)?.message, last, children);
    const message: Message | undefined = chosen(candidates, wanted) ?? last;
    if (!message) break;
    const alike = candidates.filter(({ role }) => role === message.role);
    path.push({ message, siblings: alike.map(({ id }) => id), eldest: alike[0] ?? message });
    parent = message.id;
  }
  return path;
}

/** Of answers that were compared and not continued: the one that is kept, or the first one. */
function keptOf(
  question: Message | undefined,
  newest: Message | undefined,
  children: ReadonlyMap<MessageId | null, readonly Message[]>,
): MessageId | undefined {
  const { answers, choice } = question?.comparison ?? {};
  if (!answers || !newest || !answers.includes(newest.id) || answers.some((id) => children.has(id))) return undefined;
  return answers.find((id) => id === choice) ?? answers[0];
}

function chosen(candidates: readonly Message[], id: MessageId | undefined): Message | undefined {
  return candidates.find((candidate) => candidate.id === id);
}

function newestOf(candidates: readonly Message[], newest: ReadonlyMap<MessageId, number>): Message | undefined {
  return candidates.reduce<Message | undefined>(
    (held, candidate) => (held && (newest.get(held.id) ?? 0) > (newest.get(candidate.id) ?? 0) ? held : candidate),
    undefined,
  );
}
