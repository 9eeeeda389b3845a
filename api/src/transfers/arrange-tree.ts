import { countLeftOut } from './foreign-conversation.ts';
import type { ForeignMessage, LeftOutCounts } from './foreign-conversation.ts';

/** A message in its place: its parent comes before it, and every moment after that of what is before it. */
export interface ArrangedMessage {
  readonly id: string;
  readonly parentId: string | null;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly model: string | undefined;
}

interface Kept {
  readonly message: ArrangedMessage;
  readonly texts: string[];
  /** When the newest that follows it was. */
  newest: number;
}

interface Visit {
  readonly message: ForeignMessage;
  readonly above: Kept | undefined;
  /** Nothing else follows `above`. */
  readonly isAlone: boolean;
}

/**
 * The tree that messages of another product make: what is not shown is left out, with what follows it in its place, and
 * the pieces of an answer that was given in several are joined. What follows from itself is left out.
 */
export function arrangeTree(
  messages: readonly ForeignMessage[],
  begun: number,
  leftOut: LeftOutCounts,
): ArrangedMessage[] {
  const byId = new Map<string, ForeignMessage>();
  for (const message of messages) if (!byId.has(message.id)) byId.set(message.id, message);
  countLeftOut(leftOut, 'repeated', messages.length - byId.size);
  const children = Map.groupBy(byId.values(), ({ parentId }) =>
    parentId !== null && byId.has(parentId) ? parentId : null,
  );
  const kept: Kept[] = [];
  const first: Kept['newest'][] = [begun - 1];
  const waiting: Visit[] = [];
  let seen = 0;

  function wait(id: string | null, above: Kept | undefined, isAlone: boolean): void {
    const list = inOrder(children.get(id) ?? []);
    for (const message of list.toReversed()) waiting.push({ message, above, isAlone: isAlone && list.length === 1 });
  }

  function keep(message: ForeignMessage, role: 'user' | 'assistant', above: Kept | undefined): Kept {
    const after = above?.newest ?? first[0] ?? begun;
    const createdAt = Math.max(message.createdAt ?? 0, after + 1);
    if (above === undefined) first[0] = createdAt;
    else above.newest = createdAt;
    const { id, model } = message;
    const parentId = above?.message.id ?? null;
    const entry = {
      message: { id, parentId, role, text: '', createdAt, model },
      texts: [message.text],
      newest: createdAt,
    };
    kept.push(entry);
    return entry;
  }

  wait(null, undefined, true);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { message, above, isAlone } = next;
    seen += 1;
    if (message.role === undefined) wait(message.id, above, isAlone);
    else if (isAlone && above?.message.role === 'assistant' && message.role === 'assistant') {
      above.texts.push(message.text);
      wait(message.id, above, true);
    } else wait(message.id, keep(message, message.role, above), true);
  }
  countLeftOut(leftOut, 'looped', byId.size - seen);
  return kept.map(({ message, texts }) => ({ ...message, text: texts.join('\n\n') }));
}

/** By time where all have one, otherwise as they came. */
function inOrder(messages: readonly ForeignMessage[]): readonly ForeignMessage[] {
  if (messages.length < 2 || messages.some(({ createdAt }) => createdAt === undefined)) return messages;
  return messages.toSorted((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0));
}
