import * as z from 'zod/mini';
import { lenient } from '../../core/lenient.ts';
import type { FilePart, ImagePart, Part, Turn } from '../../core/model-request.ts';
import { readCarriedSignature } from '../carried-signature.ts';
import type { CarriedSignature } from '../carried-signature.ts';
import { isFields } from '../json-fields.ts';
import { refuse } from '../read-body.ts';

const text = lenient(z.string());

const sourceSchema = z.looseObject({
  type: z.string(),
  media_type: text,
  data: text,
  url: text,
  content: z.optional(z.unknown()),
});

/** A block of a message. */
const blockSchema = z.looseObject({
  type: z.string('must be a string'),
  text,
  source: z.nullish(sourceSchema),
  title: text,
  id: text,
  name: text,
  tool_use_id: text,
  content: z.optional(z.unknown()),
  is_error: lenient(z.boolean()),
  thinking: text,
  signature: text,
  data: text,
  cache_control: z.optional(z.unknown()),
  citations: z.optional(z.unknown()),
});
type Block = z.infer<typeof blockSchema>;

const contentSchema = z.union([z.string(), z.array(blockSchema)], 'must be a text or a list of blocks');

/** One entry of `messages`. */
export const messageSchema = z.object({
  role: z.enum(['user', 'assistant', 'system'], { error: 'must be user or assistant' }),
  content: contentSchema,
});
type Message = z.infer<typeof messageSchema>;

export interface Conversation {
  readonly instructions: readonly string[];
  readonly turns: readonly Turn[];
  /** Kinds of blocks, and wishes about them, that mean something to Anthropic only. */
  readonly unknown: ReadonlySet<string>;
}

/**
 * The conversation of a body; `inputs` are the texts of its tool inputs by the place of their block. Throws
 * `bad-request` for a tool result that no call asked for, and for media that only Anthropic can find.
 */
export function fromMessages(messages: readonly Message[], inputs: ReadonlyMap<string, string>): Conversation {
  const instructions: string[] = [];
  const turns: Turn[] = [];
  const unknown = new Set<string>();
  const names = new Map<string, string>();

  for (const [at, { role, content }] of messages.entries()) {
    const blocks = blocksOf(content);
    for (const block of blocks) noteWishes(block, unknown);
    if (role === 'system') instructions.push(...blocks.flatMap((block) => block.text ?? []));
    else if (role === 'assistant') {
      const parts = toAnswer(blocks, (index) => inputs.get(`${at}/${index}`) ?? '{}', unknown);
      for (const part of parts) if (part.type === 'tool-call') names.set(part.callId, part.name);
      turns.push({ role, parts });
    } else turns.push(...toUserTurns(blocks, { place: `messages.${at}.content`, names, unknown }));
  }
  return { instructions, turns, unknown };
}

/** Earlier answers have lists of citations; only an object is a wish for them. */
function noteWishes({ cache_control: cache, citations }: Block, unknown: Set<string>): void {
  if (isFields(cache)) unknown.add('cache_control');
  if (isFields(citations) && citations['enabled'] === true) unknown.add('citations');
}

function blocksOf(content: z.infer<typeof contentSchema>): readonly Block[] {
  if (typeof content !== 'string') return content;
  return content === '' ? [] : [{ type: 'text', text: content }];
}

function toAnswer(blocks: readonly Block[], inputAt: (index: number) => string, unknown: Set<string>): Part[] {
  const parts: Part[] = [];
  const signed: CarriedSignature[] = [];
  for (const [index, block] of blocks.entries()) {
    switch (block.type) {
      case 'text':
        if (block.text) parts.push({ type: 'text', text: block.text });
        break;
      case 'thinking':
      case 'redacted_thinking': {
        const carried = carriedBy(block);
        if (carried?.kind === 'call') signed.push(carried);
        else {
          const proof = carried === undefined ? {} : { [carried.kind]: carried.signature };
          parts.push({ type: 'reasoning', text: block.thinking ?? '', ...proof });
        }
        break;
      }
      case 'tool_use':
        parts.push({ type: 'tool-call', callId: block.id ?? '', name: block.name ?? '', input: inputAt(index) });
        break;
      default:
        unknown.add(block.type);
    }
  }
  return parts.map((part) => {
    const carried = part.type === 'tool-call' && signed.find(({ callId }) => callId === part.callId);
    return carried ? { ...part, signature: carried.signature } : part;
  });
}

function carriedBy({ type, signature, data }: Block): CarriedSignature | undefined {
  if (type === 'thinking')
    return signature ? readCarriedSignature(signature, 'signature', 'anthropic-messages') : undefined;
  return readCarriedSignature(data ?? '', 'opaque', 'anthropic-messages');
}

interface UserContext {
  /** Where in the body. */
  readonly place: string;
  readonly names: ReadonlyMap<string, string>;
  readonly unknown: Set<string>;
}

/** Results of tools come before what the person says. */
function toUserTurns(blocks: readonly Block[], context: UserContext): Turn[] {
  const turns: Turn[] = [];
  const parts: Part[] = [];
  for (const [index, block] of blocks.entries()) {
    const at = { ...context, place: `${context.place}.${index}` };
    if (block.type === 'tool_result') turns.push(toToolTurn(block, at));
    else parts.push(...toParts(block, at));
  }
  if (parts.length > 0 || turns.length === 0) turns.push({ role: 'user', parts });
  return turns;
}

function toToolTurn(block: Block, context: UserContext): Turn {
  const callId = block.tool_use_id ?? '';
  const name = context.names.get(callId);
  if (name === undefined) {
    refuse(
      `${context.place}.tool_use_id`,
      `answers a tool call "${callId.slice(0, 100)}" that no earlier message made`,
    );
  }
  const content = contentSchema.safeParse(block.content ?? '');
  if (!content.success) refuse(`${context.place}.content`, 'must be a text or a list of blocks');
  const parts = blocksOf(content.data).flatMap((inner) => toParts(inner, context));
  const attachments = parts.filter(
    (part): part is ImagePart | FilePart => part.type === 'image' || part.type === 'file',
  );
  return {
    role: 'tool',
    callId,
    name,
    output: parts.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n'),
    ...(typeof block.is_error === 'boolean' ? { isError: block.is_error } : {}),
    ...(attachments.length === 0 ? {} : { attachments }),
  };
}

function toParts(block: Block, { place, unknown }: UserContext): Part[] {
  switch (block.type) {
    case 'text':
      return block.text ? [{ type: 'text', text: block.text }] : [];
    case 'image':
      return [toImage(block, place)];
    case 'document':
      return toDocument(block, place);
    case 'search_result':
      return textsIn(block).map((found) => ({ type: 'text', text: found }));
    default:
      unknown.add(block.type);
      return [];
  }
}

function toImage({ source }: Block, place: string): ImagePart {
  if (source?.type === 'base64' && source.data) {
    return { type: 'image', mediaType: source.media_type ?? '', source: { kind: 'base64', data: source.data } };
  }
  if (source?.type === 'url' && source.url) {
    return { type: 'image', mediaType: '', source: { kind: 'url', url: source.url } };
  }
  return refuse(`${place}.source`, 'must be an image by value or address to be given to this model');
}

function toDocument(block: Block, place: string): Part[] {
  const { source, title } = block;
  const name = title ? { name: title } : {};
  if (source?.type === 'base64' && source.data) {
    const mediaType = source.media_type ?? 'application/pdf';
    return [{ type: 'file', mediaType, source: { kind: 'base64', data: source.data }, ...name }];
  }
  if (source?.type === 'url' && source.url) {
    return [{ type: 'file', mediaType: 'application/pdf', source: { kind: 'url', url: source.url }, ...name }];
  }
  if (source?.type === 'text') return [{ type: 'text', text: `${title ? `${title}\n\n` : ''}${source.data ?? ''}` }];
  if (source?.type === 'content') return textsIn(source).map((found) => ({ type: 'text', text: found }));
  return refuse(`${place}.source`, 'must be a document by value or address to be given to this model');
}

function textsIn({ content }: { readonly content?: unknown }): string[] {
  const read = contentSchema.safeParse(content);
  return read.success ? blocksOf(read.data).flatMap((block) => (block.text ? [block.text] : [])) : [];
}
