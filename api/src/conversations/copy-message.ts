import { messageIdSchema, toolResultIdSchema } from '@parley/contracts';
import type {
  ConversationId,
  FileId,
  Message,
  MessageId,
  MessagePart,
  ToolCallPart,
  ToolResultId,
} from '@parley/contracts';
import { hashId } from '../hash-id.ts';

/** What the names of things become in a copy. */
export interface CopyNames {
  readonly conversationId: ConversationId;
  /** The messages that are copied, too. */
  readonly messages: ReadonlySet<MessageId>;
  /** Files that are gone keep the id under which they were. */
  readonly files: ReadonlyMap<FileId, FileId>;
}

/** The same for the same message and conversation, so that a repeated copy changes nothing. */
function copiedMessageId(conversationId: ConversationId, id: MessageId): MessageId {
  return messageIdSchema.parse(hashId(JSON.stringify(['copy of a message', conversationId, id])));
}

/** See `copiedMessageId`. */
export function copiedResultId(conversationId: ConversationId, id: ToolResultId): ToolResultId {
  return toolResultIdSchema.parse(hashId(JSON.stringify(['copy of a tool result', conversationId, id])));
}

/**
 * A message as another conversation holds it: without what its reader thought of it, what was compared, and without its generation, which is
 * the original's. One that is being written is one that was stopped.
 */
export function copyMessage(
  message: Message,
  names: CopyNames,
  endCalls: (parts: readonly MessagePart[]) => readonly MessagePart[],
): Message {
  const {
    feedback: _feedback,
    generationId: _generation,
    progress: _progress,
    comparison: _comparison,
    ...more
  } = message;
  const { continues, ...kept } = more;
  const copied = (id: MessageId): MessageId | undefined =>
    names.messages.has(id) ? copiedMessageId(names.conversationId, id) : undefined;
  const goesOnFrom = continues === undefined ? undefined : copied(continues);
  const isRunning = message.status === 'running';
  const parts = isRunning ? endCalls(message.parts) : message.parts;
  return {
    ...kept,
    id: copiedMessageId(names.conversationId, message.id),
    conversationId: names.conversationId,
    parentId: message.parentId === null ? null : (copied(message.parentId) ?? null),
    parts: copyParts(parts, names),
    ...(goesOnFrom === undefined ? {} : { continues: goesOnFrom }),
    ...(isRunning ? { status: 'stopped' as const, finishReason: 'stopped' as const } : {}),
  };
}

function copyParts(parts: readonly MessagePart[], names: CopyNames): MessagePart[] {
  return parts.map((part) => {
    if (part.type === 'file')
      return { ...part, file: { ...part.file, id: names.files.get(part.file.id) ?? part.file.id } };
    if (part.type === 'quote' && names.messages.has(part.messageId)) {
      return { ...part, messageId: copiedMessageId(names.conversationId, part.messageId) };
    }
    return part.type === 'tool-call' ? copyCall(part, names) : part;
  });
}

function copyCall(call: ToolCallPart, names: CopyNames): ToolCallPart {
  const { output, stored, attachments, execution, run } = call;
  const resultId = (id: ToolResultId): ToolResultId => copiedResultId(names.conversationId, id);
  return {
    ...call,
    ...(stored === undefined ? {} : { stored: { ...stored, id: resultId(stored.id) } }),
    // The beginning of a long result tells the model under which id it goes on.
    ...(stored === undefined || output === undefined
      ? {}
      : { output: output.replaceAll(stored.id, resultId(stored.id)) }),
    ...(attachments === undefined
      ? {}
      : { attachments: attachments.map((attachment) => ({ ...attachment, id: resultId(attachment.id) })) }),
    ...(execution === undefined
      ? {}
      : {
          execution: {
            ...execution,
            files: execution.files.map((file) => ({ ...file, id: names.files.get(file.id) ?? file.id })),
          },
        }),
    ...(run === undefined ? {} : { run: { ...run, parts: copyParts(run.parts, names) } }),
  };
}
