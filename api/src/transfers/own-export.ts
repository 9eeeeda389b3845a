import { conversationSchema, messageSchema } from '@parley/contracts';
import type { Conversation, Message } from '@parley/contracts';
import * as z from 'zod/mini';

/** What of a conversation an export of ours holds: what its owner has made of it, and not what runs in it. */
const exportedConversationSchema = z.pick(conversationSchema, {
  id: true,
  title: true,
  endpoint: true,
  model: true,
  agent: true,
  tools: true,
  settings: true,
  spec: true,
  archived: true,
  tags: true,
  pin: true,
  projectId: true,
  createdAt: true,
  updatedAt: true,
});
export type ExportedConversation = z.infer<typeof exportedConversationSchema>;

/**
 * One entry of `items` in an export of ours: a conversation, then each of its messages after the one it follows, so that
 * a file of any size is written and read with one message in memory.
 */
const exportItemSchema = z.union([
  z.object({ conversation: exportedConversationSchema }),
  z.object({ message: messageSchema }),
]);

/** Lists and objects inside each other in one entry; calls of agents that ask agents are the deepest. */
const mostDepth = 200;

/** An entry of `items` that is one. */
export function parseExportItem(value: unknown, depth: number): z.infer<typeof exportItemSchema> | undefined {
  if (depth > mostDepth) return undefined;
  const parsed = exportItemSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

interface ConversationToExport {
  readonly conversation: Conversation;
  /** Each after the one it follows. */
  readonly messages: AsyncIterable<Message>;
}

/** The file of these conversations, piece by piece. */
export async function* writeOwnExport(
  conversations: AsyncIterable<ConversationToExport>,
  at: Date,
): AsyncGenerator<Uint8Array> {
  const head = { format: 'parley-export', formatVersion: 1, exportedAt: at.toISOString() };
  yield Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`);
  let isFirst = true;
  for await (const { conversation, messages } of conversations) {
    const exported = z.parse(exportedConversationSchema, conversation);
    yield Buffer.from(`${isFirst ? '' : ','}\n${JSON.stringify({ conversation: exported })}`);
    isFirst = false;
    for await (const message of messages) yield Buffer.from(`,\n${JSON.stringify({ message })}`);
  }
  yield Buffer.from('\n]}\n');
}
