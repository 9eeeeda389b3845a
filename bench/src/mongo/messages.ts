import { ObjectId } from 'mongodb';

/** A message of about 500 bytes as a chat keeps it. */
export interface BenchMessage {
  readonly _id: ObjectId;
  readonly messageId: string;
  readonly conversationId: string;
  /** The same without an index. */
  readonly thread: string;
  readonly userId: string;
  readonly createdAt: Date;
  readonly text: string;
  readonly model: string;
  readonly tokens: number;
  readonly parts: readonly { readonly type: string; readonly text: string }[];
}

const conversationLength = 50;
const words = ['river', 'candle', 'orbit', 'meadow', 'signal', 'harbour', 'violet', 'engine', 'window', 'thunder'];
const models = ['small', 'medium', 'large'];
const begin = Date.UTC(2026, 0, 1);

/** The conversation of the message with a number. */
export function conversationOf(number: number): string {
  return `conversation-${String(Math.floor(number / conversationLength))}`;
}

/** The message with a number; the same number gives the same words. */
export function messageOf(number: number): BenchMessage {
  const word = (offset: number) => words[(number * 7 + offset * 13) % words.length] ?? '';
  const text = Array.from({ length: 18 }, (_unused, offset) => word(offset)).join(' ');
  return {
    _id: new ObjectId(),
    messageId: `message-${String(number)}`,
    conversationId: conversationOf(number),
    thread: conversationOf(number),
    userId: `user-${String(number % 100)}`,
    createdAt: new Date(begin + number * 1_000),
    text: `${String((number * 7919) % 1_000_003)} ${text}`,
    model: models[number % models.length] ?? '',
    tokens: number % 997,
    parts: [{ type: 'text', text: text.slice(0, 80) }],
  };
}
