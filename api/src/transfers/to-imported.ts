import { mostTags, tagSchema } from '@parley/contracts';
import type { ConversationId, Message, MessageId, MessagePart, ToolCallPart } from '@parley/contracts';
import { cleanLine } from '../clean-text.ts';
import type { ArrangedMessage } from './arrange-tree.ts';
import { countLeftOut } from './foreign-conversation.ts';
import type { LeftOutCounts } from './foreign-conversation.ts';
import { noteOf } from './foreign-values.ts';
import { importedAuthorId, importedMessageId } from './import-ids.ts';
import type { ImportedFiles } from './imported-files.ts';

/** UTF-16 units; what one message keeps of its text, well below what one document may hold. */
const longestText = 3_000_000;

/** The title of an imported conversation: on one line, without what nobody sees. */
export function importedTitle(title: string): string {
  return cleanLine(title, 200) || 'Untitled';
}

/** Those that can be tags here. */
export function importedTags(tags: readonly string[]): string[] {
  const usable = tags.flatMap((tag) => tagSchema.safeParse(tag).data ?? []);
  return [...new Set(usable)].slice(0, mostTags);
}

/** A message of another product as ours. */
export function toImportedMessage(
  { id, parentId, role, text, createdAt, model }: ArrangedMessage,
  conversationId: ConversationId,
  endpoint: string,
  leftOut: LeftOutCounts,
): Message {
  if (text.length > longestText) countLeftOut(leftOut, 'shortened');
  const kept = text.slice(0, longestText).toWellFormed();
  const asked = role === 'user' ? {} : { endpoint, finishReason: 'stop' as const };
  return {
    id: importedMessageId(conversationId, id),
    conversationId,
    parentId: parentId === null ? null : importedMessageId(conversationId, parentId),
    role,
    status: 'done',
    parts: [{ type: 'text', step: 0, text: kept }],
    createdAt: new Date(createdAt).toISOString(),
    ...asked,
    ...(model === undefined ? {} : { model: cleanLine(model, 200) }),
  };
}

/** The conversation that messages of ours are imported into, as far as it is there. */
interface ImportedInto {
  readonly conversationId: ConversationId;
  readonly known: ReadonlySet<MessageId>;
  readonly files: Pick<ImportedFiles, 'find'>;
  readonly endCalls: (parts: readonly MessagePart[]) => readonly MessagePart[];
  readonly leftOut: LeftOutCounts;
}

/**
 * A message of an export of ours under the ids it has in the conversation it is imported into, without what was compared.
 * Anybody can write such a file: the name of an author stays, and is nobody's here.
 */
export function toOwnMessage(message: Message, into: ImportedInto): Message {
  const { conversationId, known, endCalls } = into;
  const { generationId: _generation, progress: _progress, comparison: _comparison, ...more } = message;
  const { continues, author, ...kept } = more;
  const renamed = (id: MessageId): MessageId => importedMessageId(conversationId, id);
  const isRunning = message.status === 'running';
  const parts = isRunning ? endCalls(message.parts) : message.parts;
  return {
    ...kept,
    id: renamed(message.id),
    conversationId,
    parentId: message.parentId !== null && known.has(message.parentId) ? renamed(message.parentId) : null,
    parts: parts.map((part) => toOwnPart(part, renamed, into)),
    ...(author === undefined
      ? {}
      : { author: { id: importedAuthorId(conversationId, author.id), name: cleanLine(author.name, 200) } }),
    ...(continues !== undefined && known.has(continues) ? { continues: renamed(continues) } : {}),
    ...(isRunning ? { status: 'stopped' as const, finishReason: 'stopped' as const } : {}),
  };
}

function toOwnPart(
  part: MessagePart,
  renamed: (id: MessageId) => MessageId,
  { known, files, leftOut }: ImportedInto,
): MessagePart {
  switch (part.type) {
    case 'file': {
      const file = files.find(part.file.id);
      if (file !== undefined) return { type: 'file', file };
      countLeftOut(leftOut, 'file');
      return { type: 'text', step: 0, text: noteOf('File', part.file.name) };
    }
    case 'quote':
      return known.has(part.messageId) ? { ...part, messageId: renamed(part.messageId) } : part;
    case 'tool-call':
      return withoutStored(part, files, leftOut);
    default:
      return part;
  }
}

/** What a call has kept apart from its message, under an id that is nobody's here, is not part of the file. */
function withoutStored(call: ToolCallPart, files: Pick<ImportedFiles, 'find'>, leftOut: LeftOutCounts): ToolCallPart {
  const { stored, attachments, execution, run, ...kept } = call;
  const made = (execution?.files ?? []).flatMap((file) => {
    const here = files.find(file.id);
    return here === undefined ? [] : [{ ...file, ...here }];
  });
  countLeftOut(
    leftOut,
    'file',
    (stored === undefined ? 0 : 1) + (attachments?.length ?? 0) + (execution?.files.length ?? 0) - made.length,
  );
  const parts = run?.parts.map((part) => (part.type === 'tool-call' ? withoutStored(part, files, leftOut) : part));
  return {
    ...kept,
    ...(execution === undefined ? {} : { execution: { ...execution, files: made } }),
    ...(run === undefined || parts === undefined ? {} : { run: { ...run, parts } }),
  };
}
