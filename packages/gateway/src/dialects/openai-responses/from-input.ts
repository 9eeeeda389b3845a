import * as z from 'zod/mini';
import { lenient } from '../../core/lenient.ts';
import type { FilePart, ImagePart, MediaSource, Part, ToolCall, Turn } from '../../core/model-request.ts';
import { readCarriedSignature } from '../carried-signature.ts';
import { refuse } from '../read-body.ts';

const text = lenient(z.string());

const contentSchema = z.looseObject({
  type: z.string('must be a string'),
  text,
  refusal: text,
  image_url: text,
  detail: text,
  file_data: text,
  file_url: text,
  filename: text,
  input_audio: lenient(z.object({ data: z.string(), format: text })),
});
type Content = z.infer<typeof contentSchema>;
const contentsSchema = z.union([z.string(), z.array(contentSchema)], 'must be a text or a list of parts');

/** One entry of `input`. */
export const itemSchema = z.looseObject({
  type: z.optional(z.string('must be a string')),
  id: text,
  role: lenient(z.enum(['user', 'assistant', 'system', 'developer'])),
  content: z.nullish(contentsSchema),
  call_id: text,
  name: text,
  arguments: text,
  output: z.nullish(contentsSchema),
  encrypted_content: text,
  summary: lenient(z.array(z.looseObject({ text }))),
});
type Item = z.infer<typeof itemSchema>;

export interface Conversation {
  readonly instructions: readonly string[];
  readonly turns: readonly Turn[];
  /** Kinds of items that mean something to OpenAI only. */
  readonly unknown: ReadonlySet<string>;
}

export interface InputOptions {
  /** The conversation goes on from an answer that is not in the input: its calls are not known here. */
  readonly isContinued: boolean;
}

/** The conversation of an input. Throws `bad-request` for an output that no call asked for, and for unreadable media. */
export function fromInput(items: readonly Item[], { isContinued }: InputOptions): Conversation {
  const instructions: string[] = [];
  const turns: Turn[] = [];
  const unknown = new Set<string>();
  const names = new Map<string, string>();
  const signed = new Map<string, ToolCall['signature']>();
  let answer: Part[] | undefined;

  /** Everything the model said between two words of somebody else is one turn. */
  function say(...parts: readonly Part[]): void {
    if (!answer) {
      answer = [];
      turns.push({ role: 'assistant', parts: answer });
    }
    answer.push(...parts);
  }

  function hear(turn: Turn): void {
    answer = undefined;
    turns.push(turn);
  }

  function readMessage({ role, content }: Item, place: string): void {
    const parts = contentsOf(content).map((part, index) => toPart(part, `${place}.content.${index}`));
    if (role === 'assistant') say(...parts);
    else if (role === 'user') hear({ role, parts });
    else instructions.push(parts.flatMap((part) => (part.type === 'text' ? part.text : [])).join(''));
  }

  function readReasoning({ id, summary, encrypted_content: encrypted }: Item): void {
    const carried = encrypted ? readCarriedSignature(encrypted, 'opaque', 'openai-responses') : undefined;
    if (carried?.kind === 'call') {
      signed.set(carried.callId ?? '', carried.signature);
      return;
    }
    const words = (summary ?? []).map((paragraph) => paragraph.text ?? '').join('\n\n');
    const proof = carried === undefined ? {} : { [carried.kind]: carried.signature };
    say({ type: 'reasoning', text: words, ...proof, ...(id ? { id } : {}) });
  }

  for (const [index, item] of items.entries()) {
    const place = `input.${index}`;
    switch (item.type ?? 'message') {
      case 'message':
        if (item.role === undefined || item.role === null) {
          refuse(`${place}.role`, 'must be user, assistant, system or developer');
        }
        readMessage(item, place);
        break;
      case 'function_call': {
        const { call_id: callId, name, arguments: input } = item;
        if (!callId || !name) refuse(`${place}.${callId ? 'name' : 'call_id'}`, 'must be a string');
        names.set(callId, name);
        say({ type: 'tool-call', callId, name, input: input ?? '' });
        break;
      }
      case 'function_call_output': {
        const callId = item.call_id ?? '';
        const name = names.get(callId);
        if (name === undefined && !isContinued) {
          refuse(`${place}.call_id`, `answers a call "${callId.slice(0, 100)}" that no earlier item made`);
        }
        hear(toToolTurn(item, { callId, name, place }));
        break;
      }
      case 'reasoning':
        readReasoning(item);
        break;
      default:
        unknown.add(item.type ?? '');
    }
  }
  return { instructions, turns: turns.map((turn) => withSignatures(turn, signed)), unknown };
}

function withSignatures(turn: Turn, signed: ReadonlyMap<string, ToolCall['signature']>): Turn {
  if (turn.role !== 'assistant' || signed.size === 0) return turn;
  const parts = turn.parts.map((part) => {
    const signature = part.type === 'tool-call' ? signed.get(part.callId) : undefined;
    return part.type === 'tool-call' && signature ? { ...part, signature } : part;
  });
  return { ...turn, parts };
}

interface ToolPlace {
  readonly callId: string;
  readonly name: string | undefined;
  readonly place: string;
}

function toToolTurn({ output }: Item, { callId, name, place }: ToolPlace): Turn {
  const parts = contentsOf(output).map((part, index) => toPart(part, `${place}.output.${index}`));
  const attachments = parts.filter(
    (part): part is ImagePart | FilePart => part.type === 'image' || part.type === 'file',
  );
  return {
    role: 'tool',
    callId,
    ...(name === undefined ? {} : { name }),
    output: parts.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n'),
    ...(attachments.length === 0 ? {} : { attachments }),
  };
}

function contentsOf(content: Item['content']): readonly Content[] {
  return typeof content === 'string' ? [{ type: 'input_text', text: content }] : (content ?? []);
}

function toPart(part: Content, place: string): Part {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: part.text ?? '' };
    case 'refusal':
      return { type: 'text', text: part.refusal ?? '' };
    case 'input_image':
      if (!part.image_url) break;
      return { type: 'image', ...mediaOf(part.image_url), ...(part.detail ? { detail: part.detail } : {}) };
    case 'input_file': {
      const address = part.file_data || part.file_url;
      if (!address) break;
      return { type: 'file', ...mediaOf(address), ...(part.filename ? { name: part.filename } : {}) };
    }
    case 'input_audio':
      if (!part.input_audio) break;
      return {
        type: 'audio',
        mediaType: `audio/${part.input_audio.format ?? 'wav'}`,
        source: { kind: 'base64', data: part.input_audio.data },
      };
    default:
  }
  return refuse(place, `is of the type "${part.type.slice(0, 40)}" and has nothing that this model can be given`);
}

const dataUrl = /^data:([^;,]*)(?:;[^;,]*)*;base64,/i;

function mediaOf(url: string): { mediaType: string; source: MediaSource } {
  const found = dataUrl.exec(url.slice(0, 300));
  if (!found) return { mediaType: '', source: { kind: 'url', url } };
  return { mediaType: found[1] ?? '', source: { kind: 'base64', data: url.slice(found[0].length) } };
}
