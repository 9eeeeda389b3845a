import { randomUUID } from 'node:crypto';
import { conversationIdSchema, messageIdSchema } from '@parley/contracts';
import type { Message } from '@parley/contracts';
import { GatewayError } from '@parley/gateway';
import type { ModelRequest, Part } from '@parley/gateway';

/**
 * What a client sends as a conversation, as the messages a turn begins with. Throws `bad-request` for what an agent
 * cannot be given: tools of the client, pictures, files, or nothing to answer.
 */
export function toHistory({ turns, tools, output }: ModelRequest): Message[] {
  if (tools.length > 0) throw refusal('tools', 'An agent brings its own tools; leave “tools” out.');
  if (output !== undefined) throw refusal('response_format', 'An agent answers in text; leave “response_format” out.');
  const conversationId = conversationIdSchema.parse(randomUUID());
  const messages = turns.map(({ role, ...turn }, index): Message => {
    if (role === 'tool') throw refusal('messages', 'An agent answers its tool calls itself; leave tool messages out.');
    const parts = 'parts' in turn ? turn.parts.flatMap(textOf) : [];
    return {
      id: messageIdSchema.parse(randomUUID()),
      conversationId,
      parentId: null,
      role,
      status: 'done',
      parts: parts.map((text) => ({ type: 'text', step: 0, text })),
      createdAt: new Date(index).toISOString(),
    };
  });
  if (messages.at(-1)?.role !== 'user') throw refusal('messages', 'The last message must be the user’s.');
  return messages;
}

function textOf(part: Part): string[] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [part.text];
    case 'reasoning':
      return [];
    case 'tool-call':
      throw refusal('messages', 'An agent makes its tool calls itself; leave earlier ones out.');
    default:
      throw refusal('messages', 'Agents can be asked in text only.');
  }
}

function refusal(param: string, message: string): GatewayError {
  return new GatewayError('bad-request', { message, param });
}
