import { toolResultIdSchema } from '@parley/contracts';
import type { Attachment, ConversationId, ToolResultId, UserId } from '@parley/contracts';
import type { KeptResult, ToolResultRepository } from '../database/repositories/tool-result-repository.ts';
import { bareMediaType } from '../bare-media-type.ts';
import { cleanLine } from '../clean-text.ts';
import { hashId } from '../hash-id.ts';
import type { ToolAttachment, ToolCaller, ToolResults } from './tool.ts';

/** Characters (UTF-16 units) of an output that stay in the message as they are, and of the beginning of a longer one. */
const longestOutput = 50_000;
const beginning = 30_000;
/** Characters and bytes that are kept at most: 16 MB. */
const mostKept = 8_000_000;
const mostBytes = 16_000_000;
const mostAttachments = 20;

/** A piece of a kept text. */
interface ResultText {
  readonly text: string;
  /** Of all of it. */
  readonly length: number;
}

/** Results that are kept apart, and how they are read again. */
export interface ToolResultStore extends ToolResults {
  /** What a result is; `undefined` when it is not this person's or not there. */
  find(userId: UserId, id: ToolResultId): Promise<KeptResult | undefined>;
  /** All bytes of a result, a piece at a time; texts as UTF-8. */
  bytes(result: KeptResult): AsyncGenerator<Uint8Array>;
  /** A piece of a text by UTF-16 units; `undefined` when it is not this person's, not there, or no text. */
  text(userId: UserId, id: ToolResultId, offset: number, length: number): Promise<ResultText | undefined>;
  /** Keeps a result once more, for another conversation of the same person, under `copyId`. */
  copy(userId: UserId, id: ToolResultId, copyId: ToolResultId, conversation: ConversationId): Promise<void>;
  /** Removes those of these results that are this person's. */
  remove(userId: UserId, ids: readonly ToolResultId[]): Promise<void>;
  /** Removes what is kept for a conversation. */
  removeAll(conversation: ConversationId): Promise<void>;
}

interface ToolResultsOptions {
  readonly results: ToolResultRepository;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createToolResults({ results, now }: ToolResultsOptions): ToolResultStore {
  async function keepOutput(caller: ToolCaller, callId: string, output: string) {
    const id = resultId(caller, callId, 'output');
    const kept = output.slice(0, mostKept);
    const result = { ...ownerOf(caller), id, kind: 'output', mimeType: 'text/plain', title: '' } as const;
    await results.save({ ...result, createdAt: new Date(now()) }, Buffer.from(kept, 'utf16le'));
    const first = output.slice(0, beginning);
    const cut =
      kept.length < output.length
        ? ` Only the first ${mostKept} of its ${output.length} characters were kept; the rest is lost.`
        : '';
    const how = `[The result goes on: these are the first ${first.length} of ${kept.length} characters.${cut} Read on with read_result, id ${id}, offset ${first.length}.]`;
    return { output: `${first}\n\n${how}`, stored: { id, length: kept.length } };
  }

  async function keepAttachment(
    caller: ToolCaller,
    callId: string,
    index: number,
    { kind, mimeType, title, bytes }: ToolAttachment,
  ): Promise<Attachment> {
    const id = resultId(caller, callId, `attachment ${index}`);
    const described = {
      kind,
      mimeType: bareMediaType(mimeType) ?? 'application/octet-stream',
      title: cleanLine(title, 200),
    };
    await results.save({ ...ownerOf(caller), ...described, id, createdAt: new Date(now()) }, bytes);
    return { id, ...described, size: bytes.length };
  }

  return {
    async keep(caller, callId, { output, attachments = [] }) {
      const fitting = attachments.filter(({ bytes }) => bytes.length <= mostBytes).slice(0, mostAttachments);
      const left = attachments.length - fitting.length;
      const note =
        left === 0 ? '' : `\n\n[${left} of ${attachments.length} attachments were too many or too large to be kept.]`;
      const text =
        output.length <= longestOutput ? { output: output + note } : await keepOutput(caller, callId, output + note);
      const kept: Attachment[] = [];
      for (const [index, attachment] of fitting.entries()) {
        kept.push(await keepAttachment(caller, callId, index, attachment));
      }
      return { ...text, ...(kept.length === 0 ? {} : { attachments: kept }) };
    },

    find: (userId, id) => results.find(userId, id),

    async *bytes(result) {
      if (result.kind !== 'output') {
        yield* results.read(result, 0, result.size);
        return;
      }
      const decoder = new TextDecoder('utf-16le', { ignoreBOM: true });
      for await (const piece of results.read(result, 0, result.size)) {
        yield Buffer.from(decoder.decode(piece, { stream: true }));
      }
    },

    async text(userId, id, offset, length) {
      const result = await results.find(userId, id);
      if (result?.kind !== 'output') return undefined;
      const pieces: Uint8Array[] = [];
      for await (const piece of results.read(result, offset * 2, (offset + length) * 2)) pieces.push(piece);
      return { text: Buffer.concat(pieces).toString('utf16le'), length: result.size / 2 };
    },

    copy: (userId, id, copyId, conversationId) => results.copy(userId, id, { id: copyId, conversationId }),
    remove: (userId, ids) => results.remove(userId, ids),
    removeAll: (conversation) => results.removeAll(conversation),
  };
}

function ownerOf({ userId, conversationId }: ToolCaller): Pick<ToolCaller, 'userId' | 'conversationId'> {
  return { userId, conversationId };
}

/** The same for the same call, also when it is run again. */
function resultId({ generationId }: ToolCaller, callId: string, what: string): ToolResultId {
  return toolResultIdSchema.parse(hashId(JSON.stringify([generationId, callId, what])));
}
