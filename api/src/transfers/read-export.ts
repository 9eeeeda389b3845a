import type { Message, SkipReason } from '@parley/contracts';
import { parseJson } from '../parse-json.ts';
import { ExportError } from './export-error.ts';
import type { ForeignConversation } from './foreign-conversation.ts';
import { isRecord, textOf } from './foreign-values.ts';
import { createJsonCutter } from './json-cutter.ts';
import type { Piece } from './json-cutter.ts';
import { parseExportItem } from './own-export.ts';
import type { ExportedConversation, ExportedFile } from './own-export.ts';
import { recogniseConversation } from './recognise-conversation.ts';

/** What a file of conversations holds, in its order. Messages of ours belong to the conversation before them. */
export type ExportEntry =
  | { readonly type: 'foreign'; readonly conversation: ForeignConversation }
  | { readonly type: 'own'; readonly conversation: ExportedConversation }
  | { readonly type: 'own-message'; readonly message: Message }
  | { readonly type: 'unreadable-message' }
  | { readonly type: 'own-file'; readonly file: ExportedFile }
  | { readonly type: 'own-bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'unreadable-file' }
  | { readonly type: 'skipped'; readonly title: string; readonly reason: SkipReason };

/** Of one conversation. A tree of `children` is as deep as its conversation is long. */
const conversationLimits = { bytes: 50_000_000, values: 3_000_000, depth: 60_000 };

/** Members of a file that is one conversation. */
const memberNames = new Set(
  [
    'conversationId title messages messagesTree recursive tags createdAt updatedAt exportAt isArchived',
    'mapping conversation_id id create_time update_time is_archived',
    'uuid name chat_messages created_at updated_at',
    'chat archived meta model',
  ].flatMap((names) => names.split(' ')),
);

/** Members that are lists of conversations. */
const listNames = new Set(['history', 'conversations', 'chats']);

/**
 * What a file of conversations holds, conversation by conversation, with one of them in memory. Throws `ExportError`
 * where the file breaks, and for a file of anything else, before it has yielded anything.
 */
export async function* readExport(source: AsyncIterable<Uint8Array>): AsyncGenerator<ExportEntry> {
  const cutter = createJsonCutter(conversationLimits);
  const sorter = createPieceSorter();
  let isFirst = true;
  for await (const bytes of source) {
    if (isFirst && bytes[0] === 0x50 && bytes[1] === 0x4b) throw new ExportError('zip');
    isFirst = false;
    for (const piece of cutter.push(bytes)) {
      const entry = sorter.take(piece);
      if (entry !== undefined) yield entry;
    }
  }
  cutter.end();
  const last = sorter.end();
  if (last !== undefined) yield last;
}

function createPieceSorter() {
  let isOwn = false;
  let isKnown = false;
  /** What a file that is one conversation has shown so far. */
  const members = new Map<string, unknown>();
  let collected = 0;
  let hasMembers = false;

  function toConversation(value: unknown, at: number): ExportEntry {
    const conversation = recogniseConversation(value);
    if (conversation === undefined && !isKnown) throw new ExportError('unknown-format', at);
    isKnown = true;
    if (conversation !== undefined) return { type: 'foreign', conversation };
    return { type: 'skipped', title: titleOf(value), reason: 'not-a-conversation' };
  }

  function collect(key: string, piece: Piece): void {
    if (!memberNames.has(key)) return;
    collected += piece.text?.length ?? conversationLimits.bytes;
    if (collected > conversationLimits.bytes || piece.excess !== undefined) {
      collected = Infinity;
      return;
    }
    const value = valueOf(piece);
    const before = members.get(key);
    if (!piece.isElement) members.set(key, value);
    else if (Array.isArray(before)) before.push(value);
    else members.set(key, [value]);
  }

  return {
    take(piece: Piece): ExportEntry | undefined {
      const { key, isElement, excess } = piece;
      hasMembers ||= key !== undefined;
      if (isElement && isOwn && key === 'items') {
        return piece.text === undefined ? { type: 'unreadable-message' } : toOwn(valueOf(piece), piece.depth);
      }
      if (isElement && (key === undefined || listNames.has(key))) {
        if (excess !== undefined) return { type: 'skipped', title: '', reason: excess };
        return toConversation(valueOf(piece), piece.at);
      }
      if (key === 'format' && valueOf(piece) === 'parley-export') {
        isOwn = true;
        isKnown = true;
      } else if (key !== undefined) collect(key, piece);
      return undefined;
    },

    /** The conversation that the file is, when it is one. */
    end(): ExportEntry | undefined {
      if (isKnown || !hasMembers) return undefined;
      const whole = Object.fromEntries(members);
      if (collected === Infinity) return { type: 'skipped', title: titleOf(whole), reason: 'too-large' };
      return toConversation(whole, 0);
    },
  };
}

function toOwn(value: unknown, depth: number): ExportEntry {
  const item = parseExportItem(value, depth);
  if (item === undefined) {
    const isMessage = isRecord(value) && 'message' in value;
    if (isMessage) return { type: 'unreadable-message' };
    if (isRecord(value) && ('file' in value || 'bytes' in value)) return { type: 'unreadable-file' };
    const its = isRecord(value) ? value['conversation'] : undefined;
    return { type: 'skipped', title: titleOf(its), reason: 'not-a-conversation' };
  }
  if ('file' in item) return { type: 'own-file', file: item.file };
  if ('bytes' in item) return { type: 'own-bytes', bytes: Buffer.from(item.bytes, 'base64') };
  return 'message' in item
    ? { type: 'own-message', message: item.message }
    : { type: 'own', conversation: item.conversation };
}

function valueOf({ text, at }: Piece): unknown {
  const value = text === undefined ? undefined : parseJson(text);
  if (value === undefined && text !== undefined) throw new ExportError('broken', at);
  return value;
}

function titleOf(value: unknown): string {
  return isRecord(value) ? (textOf(value['title']) ?? textOf(value['name']) ?? '') : '';
}
