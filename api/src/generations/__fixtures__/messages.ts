import { commandIdSchema, conversationIdSchema, generationIdSchema, messageIdSchema, startProgress } from '@parley/contracts';
import type { CommandId, Message, MessagePart, RunningMessage } from '@parley/contracts';

const uuid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const generationId = generationIdSchema.parse(uuid(1));
const conversationId = conversationIdSchema.parse(uuid(2));

/** A stored message; each continues the one with the number before. */
export function message(number: number, role: Message['role'], ...parts: MessagePart[]): Message {
  return {
    id: messageIdSchema.parse(uuid(100 + number)),
    conversationId,
    parentId: number === 0 ? null : messageIdSchema.parse(uuid(99 + number)),
    role,
    status: 'done',
    parts,
    createdAt: '2026-01-01T00:00:00.000Z',
  };
}

export function text(value: string, step = 0): MessagePart {
  return { type: 'text', step, text: value };
}

/** The answer to `message(0, …)` before its first event. */
export function emptyRunningAnswer(): RunningMessage {
  return { ...message(1, 'assistant'), status: 'running', generationId, progress: startProgress('-1') };
}

/** The id of a command; every number has one of its own. */
export function commandId(number: number): CommandId {
  return commandIdSchema.parse(uuid(900 + number));
}
