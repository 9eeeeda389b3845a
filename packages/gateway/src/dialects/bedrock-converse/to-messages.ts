import { GatewayError } from '../../core/gateway-error.ts';
import type { AudioPart, FilePart, ImagePart, Part, ReasoningPart, Turn } from '../../core/model-request.ts';
import { wordIn } from '../json-fields.ts';
import { noteDetail } from '../note-detail.ts';
import { objectInput } from '../object-input.ts';
import { refuseOrphan } from '../refuse-orphan.ts';

interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: object[];
}

/** The turns of a conversation as Converse wants them: roles alternate, and results of tools are the user's. */
export function toMessages(turns: readonly Turn[], dropped: Set<string>): Message[] {
  const messages: Message[] = [];
  const documents = { count: 0 };
  const calls = new Set<string>();
  for (const turn of turns) {
    const role = turn.role === 'assistant' ? 'assistant' : 'user';
    const content =
      turn.role === 'tool' ? [toResult(turn, calls, documents)] : toBlocks(turn.parts, { dropped, calls, documents });
    const last = messages.at(-1);
    if (last?.role === role) last.content.push(...content);
    else if (content.length > 0) messages.push({ role, content });
  }
  return messages;
}

interface BlockOptions {
  readonly dropped: Set<string>;
  readonly calls: Set<string>;
  /** Documents need names, no two the same. */
  readonly documents: { count: number };
}

function toBlocks(parts: readonly Part[], { dropped, calls, documents }: BlockOptions): object[] {
  return parts.flatMap((part): object[] => {
    switch (part.type) {
      case 'text':
        // Blank texts are refused.
        return part.text.trim() === '' ? [] : [{ text: part.text }];
      case 'reasoning':
        return toReasoning(part, dropped);
      case 'tool-call': {
        const toolUseId = toId(part.callId);
        calls.add(toolUseId);
        return [{ toolUse: { toolUseId, name: part.name, input: objectInput(part.input) } }];
      }
      case 'image':
        noteDetail(part, dropped);
        return [toMedia(part, documents)];
      case 'file':
      case 'audio':
        return [toMedia(part, documents)];
      default:
        return part satisfies never;
    }
  });
}

function toReasoning({ text, signature, opaque }: ReasoningPart, dropped: Set<string>): object[] {
  if (opaque?.dialect === 'bedrock-converse') return [{ reasoningContent: { redactedContent: opaque.value } }];
  if (signature?.dialect === 'bedrock-converse') {
    return [{ reasoningContent: { reasoningText: { text, signature: signature.value } } }];
  }
  if (signature ?? opaque) dropped.add('reasoning');
  return [];
}

function toResult(
  turn: Extract<Turn, { role: 'tool' }>,
  calls: ReadonlySet<string>,
  documents: { count: number },
): object {
  const toolUseId = toId(turn.callId);
  if (!calls.has(toolUseId)) refuseOrphan(turn.callId);
  const text = turn.output === '' ? [] : [{ text: turn.output }];
  const media = (turn.attachments ?? []).map((part) => toMedia(part, documents));
  return { toolResult: { toolUseId, content: [...text, ...media], status: turn.isError ? 'error' : undefined } };
}

/** Ids of calls are letters, digits, `_` and `-`, at most 64 of them. */
function toId(callId: string): string {
  return callId.replaceAll(/[^\w-]/g, '_').slice(-64);
}

const imageFormats: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/jpg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};

const documentFormats: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/markdown': 'md',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};

const audioFormats: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/mp4': 'm4a',
  'audio/aac': 'aac',
  'audio/webm': 'webm',
};

function toMedia(part: ImagePart | FilePart | AudioPart, documents: { count: number }): object {
  const source = toSource(part);
  if (part.type === 'image') return { image: { format: formatOf(part, imageFormats), source } };
  if (part.type === 'audio') return { audio: { format: formatOf(part, audioFormats), source } };
  documents.count += 1;
  const name = (part.name ?? '')
    .replaceAll(/[^A-Za-z0-9 ()[\]-]+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 150);
  return { document: { format: formatOf(part, documentFormats), name: `${name} ${documents.count}`.trim(), source } };
}

function formatOf({ type, mediaType }: ImagePart | FilePart | AudioPart, formats: Readonly<Record<string, string>>) {
  const format = wordIn(formats, mediaType.split(';')[0]?.trim().toLowerCase() ?? '');
  return (
    format ??
    refuse(`The messages hold a part of type "${type}" and media type "${mediaType}", which Bedrock does not take.`)
  );
}

/** Addresses are taken only where they lead to Amazon's own store. */
function toSource({ source, type }: ImagePart | FilePart | AudioPart): object {
  if (source.kind === 'base64') return { bytes: source.data };
  if (source.url.startsWith('s3://')) return { s3Location: { uri: source.url } };
  return refuse(`The messages hold a part of type "${type}" by its address, and Bedrock takes it by value only.`);
}

function refuse(message: string): never {
  throw new GatewayError('bad-request', { message, param: 'messages' });
}
