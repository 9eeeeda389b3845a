import type { Conversation, Message, MessageId, MessagePart } from '@parley/contracts';
import type { MessagePlace } from '../database/repositories/message-tree-repository.ts';

/** The branch that ends with the newest message, from its first message on. `places` are oldest first. */
export function newestBranch(places: readonly MessagePlace[]): MessageId[] {
  const byId = new Map(places.map((place) => [place.id, place]));
  const branch: MessageId[] = [];
  const seen = new Set<MessageId>();
  for (let place = places.at(-1); place !== undefined && !seen.has(place.id);) {
    branch.push(place.id);
    seen.add(place.id);
    place = place.parentId === null ? undefined : byId.get(place.parentId);
  }
  return branch.toReversed();
}

/** A branch of a conversation for people to read, as Markdown or as plain text, piece by piece. */
export async function* writeReadable(
  { title }: Pick<Conversation, 'title'>,
  messages: AsyncIterable<Message>,
  format: 'markdown' | 'text',
): AsyncGenerator<Uint8Array> {
  const heading = (level: number, text: string): string => (format === 'text' ? text : `${'#'.repeat(level)} ${text}`);
  yield Buffer.from(`${heading(1, title.replace(/\s+/g, ' '))}\n`);
  for await (const message of messages) {
    const who = message.role === 'user' ? 'You' : (message.agent?.name ?? message.model ?? 'Assistant');
    const texts = message.parts.map(readable).filter((text) => text !== '');
    yield Buffer.from(`\n${heading(2, who)}\n\n${texts.join('\n\n')}\n`);
  }
}

function readable(part: MessagePart): string {
  switch (part.type) {
    case 'text':
    case 'steer':
      return part.text;
    case 'quote':
      return part.text.replace(/^/gm, '> ');
    case 'file':
      return `[File: ${part.file.name}]`;
    case 'tool-call':
      return `[Tool: ${part.title ?? part.name}]`;
    case 'source':
      return `[${part.title}](${part.url})`;
    case 'hand-off':
      return `[Passed on to ${part.agent.name}]`;
    case 'error':
      return `[${part.title}]`;
    default:
      return '';
  }
}
