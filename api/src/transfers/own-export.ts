import { conversationSchema, messageSchema, ProblemError, storedFileSchema } from '@parley/contracts';
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

const exportedFileSchema = z.extend(
  z.pick(storedFileSchema, { id: true, name: true, mimeType: true, size: true, sha256: true, origin: true }),
  { isPlaced: z.boolean() },
);
/** What is told of a file before its bytes; `isPlaced`: its conversation's workspace holds it. */
export type ExportedFile = z.infer<typeof exportedFileSchema>;

/**
 * One entry of `items` in an export of ours: a conversation, then its files, each with its bytes after it as base64 in
 * pieces, then each of its messages after the one it follows. So an export of any size is written and read with one
 * message or piece in memory.
 */
const exportItemSchema = z.union([
  z.object({ conversation: exportedConversationSchema }),
  z.object({ file: exportedFileSchema }),
  z.object({ bytes: z.string() }),
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
  readonly files: readonly ExportedFile[];
  /** Each after the one it follows. */
  readonly messages: AsyncIterable<Message>;
}

/** Bytes of files that one export holds; those that do not fit any more are left out. */
const mostFileBytes = 1024 ** 3;
/** Bytes of one piece; a multiple of three, so that base64 needs no filling between them. */
const pieceSize = 3 * 2 ** 17;

/** The file of these conversations, piece by piece. */
export async function* writeOwnExport(
  conversations: AsyncIterable<ConversationToExport>,
  read: (file: ExportedFile) => AsyncIterable<Uint8Array>,
  at: Date,
): AsyncGenerator<Uint8Array> {
  const head = { format: 'parley-export', formatVersion: 1, exportedAt: at.toISOString() };
  yield Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`);
  let isFirst = true;
  let room = mostFileBytes;
  for await (const { conversation, files, messages } of conversations) {
    const exported = z.parse(exportedConversationSchema, conversation);
    yield Buffer.from(`${isFirst ? '' : ','}\n${JSON.stringify({ conversation: exported })}`);
    isFirst = false;
    for (const file of files) {
      if (file.size > room) continue;
      room -= file.size;
      yield* writeFile(file, read);
    }
    for await (const message of messages) yield Buffer.from(`,\n${JSON.stringify({ message })}`);
  }
  yield Buffer.from('\n]}\n');
}

/** A file that goes meanwhile stays without its bytes, which whoever reads the export sees by its hash. */
async function* writeFile(
  file: ExportedFile,
  read: (file: ExportedFile) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`,\n${JSON.stringify({ file: z.parse(exportedFileSchema, file) })}`);
  let held = Buffer.alloc(0);
  try {
    for await (const bytes of read(file)) {
      held = Buffer.concat([held, bytes]);
      for (; held.length >= pieceSize; held = held.subarray(pieceSize)) yield pieceOf(held.subarray(0, pieceSize));
    }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return;
  }
  if (held.length > 0) yield pieceOf(held);
}

function pieceOf(bytes: Buffer): Uint8Array {
  return Buffer.from(`,\n${JSON.stringify({ bytes: bytes.toString('base64') })}`);
}
