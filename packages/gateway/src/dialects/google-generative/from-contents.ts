import * as z from 'zod/mini';
import { lenient } from '../../core/lenient.ts';
import type { AudioPart, FilePart, ImagePart, Part, Turn } from '../../core/model-request.ts';
import { jsonTextsAt } from '../../transport/json-text.ts';
import { isFields } from '../json-fields.ts';
import { mintCallId } from '../mint-call-id.ts';
import { refuse } from '../read-body.ts';
import { readThoughtSignature } from './carried-thought.ts';

const text = lenient(z.string());
const blob = z.object({ mimeType: text, data: z.string('must be base64') });
const fileData = z.object({ mimeType: text, fileUri: z.string('must be an address') });

const partSchema = z.looseObject({
  text,
  thought: lenient(z.boolean()),
  thoughtSignature: text,
  inlineData: z.optional(blob),
  fileData: z.optional(fileData),
  functionCall: z.optional(z.object({ id: text, name: z.string('must be the name of a function') })),
  functionResponse: z.optional(
    z.object({
      id: text,
      name: z.string('must be the name of a function'),
      response: z.optional(z.unknown()),
      parts: lenient(z.array(z.object({ inlineData: z.optional(blob), fileData: z.optional(fileData) }))),
    }),
  ),
});
type GooglePart = z.infer<typeof partSchema>;

export const contentSchema = z.object({
  role: lenient(z.enum(['user', 'model', 'function'])),
  parts: z.nullish(z.array(partSchema, 'must be a list')),
});

export interface Conversation {
  readonly turns: readonly Turn[];
  /** Kinds of parts that mean something to Google only. */
  readonly unknown: ReadonlySet<string>;
}

interface OpenCall {
  readonly id: string;
  readonly name: string;
}

/**
 * The conversation of `contents`. `json` is the body they stand in: arguments and results are taken from it as written.
 * Throws `bad-request` for a result that no call asked for.
 */
export function fromContents(contents: readonly z.infer<typeof contentSchema>[], json: string): Conversation {
  const inputs = textsOf(json, ['functionCall', 'function_call'], 'args');
  const outputs = textsOf(json, ['functionResponse', 'function_response'], 'response');
  const open: OpenCall[] = [];
  const made = new Map<string, OpenCall>();
  const unknown = new Set<string>();
  const turns = contents.flatMap(({ role, parts: given }, position): Turn[] => {
    const results: Turn[] = [];
    const parts: Part[] = [];
    for (const [index, part] of (given ?? []).entries()) {
      const place = `${position}/${index}`;
      if (part.functionCall) {
        const call = toCall(part, place, inputs.get(place) ?? '{}');
        open.push({ id: call.callId, name: call.name });
        made.set(call.callId, { id: call.callId, name: call.name });
        parts.push(call);
      } else if (part.functionResponse) {
        const param = `contents.${position}.parts.${index}.functionResponse`;
        const answered =
          takeCall(part.functionResponse, open, made) ?? refuse(param, 'answers a call that nothing made');
        results.push(toResult(part.functionResponse, outputs.get(place) ?? '{}', answered.id));
      } else parts.push(...toPart(part, unknown));
    }
    if (role === 'model') return [{ role: 'assistant', parts }];
    return parts.length === 0 && results.length > 0 ? results : [...results, { role: 'user', parts }];
  });
  return { turns, unknown };
}

/** The texts of a field inside parts, by the places of the contents and of the part. */
function textsOf(json: string, names: readonly string[], inner: string): ReadonlyMap<string, string> {
  return new Map(
    names
      .filter((name) => json.includes(name))
      .flatMap((name) => [...jsonTextsAt(json, ['contents', '*', 'parts', '*', name, inner])]),
  );
}

function toCall(
  { functionCall, thoughtSignature }: GooglePart,
  place: string,
  input: string,
): Extract<Part, { type: 'tool-call' }> {
  const carried = thoughtSignature ? readThoughtSignature(thoughtSignature) : undefined;
  return {
    type: 'tool-call',
    callId: functionCall?.id || mintCallId(place, 0),
    name: functionCall?.name ?? '',
    input,
    ...(carried ? { signature: carried.signature } : {}),
  };
}

type Result = NonNullable<GooglePart['functionResponse']>;

/** The call a result is for: without an id, the oldest call of that name which has no answer yet. */
function takeCall({ id, name }: Result, open: OpenCall[], made: ReadonlyMap<string, OpenCall>): OpenCall | undefined {
  const index = open.findIndex((call) => (id ? call.id === id : call.name === name));
  const [answered] = index === -1 ? [] : open.splice(index, 1);
  return answered ?? (id ? made.get(id) : undefined);
}

function toResult({ name, response, parts }: Result, raw: string, callId: string): Turn {
  const attachments = (parts ?? []).flatMap((part) => toMedia(part)).filter((part) => part.type !== 'audio');
  const { output, isError } = unwrap(response, raw);
  return {
    role: 'tool',
    callId,
    name,
    output,
    ...(isError ? { isError } : {}),
    ...(attachments.length === 0 ? {} : { attachments }),
  };
}

/** A result that is one text stands in a field of one of these names, since Google takes objects only. */
function unwrap(response: unknown, raw: string): { output: string; isError: boolean } {
  const [only, ...more] = isFields(response) ? Object.entries(response) : [];
  if (only === undefined || more.length > 0 || typeof only[1] !== 'string') return { output: raw, isError: false };
  const [field, value] = only;
  const isOutput = field === 'output' || field === 'result';
  return isOutput || field === 'error'
    ? { output: value, isError: field === 'error' }
    : { output: raw, isError: false };
}

/** Kinds of parts that no other dialect has, and what says how a medium is to be looked at. */
const ownKinds = ['executableCode', 'codeExecutionResult', 'toolCall', 'toolResponse', 'videoMetadata'];

function toPart(part: GooglePart, unknown: Set<string>): Part[] {
  for (const kind of ownKinds) if (isFields(part[kind])) unknown.add(kind);
  const { thought, thoughtSignature } = part;
  const carried = thoughtSignature ? readThoughtSignature(thoughtSignature) : undefined;
  if (thought) {
    const words = { type: 'reasoning', text: part.text ?? '' } as const;
    if (carried === undefined) return words.text === '' ? [] : [words];
    return [
      carried.kind === 'opaque' ? { ...words, opaque: carried.signature } : { ...words, signature: carried.signature },
    ];
  }
  if (typeof part.text === 'string' && (part.text !== '' || carried)) {
    return [{ type: 'text', text: part.text, ...(carried ? { signature: carried.signature } : {}) }];
  }
  return toMedia(part);
}

function toMedia({
  inlineData,
  fileData: file,
}: Pick<GooglePart, 'inlineData' | 'fileData'>): (ImagePart | FilePart | AudioPart)[] {
  const mediaType = inlineData?.mimeType ?? file?.mimeType ?? '';
  const type = mediaType.startsWith('image/') ? 'image' : mediaType.startsWith('audio/') ? 'audio' : 'file';
  if (inlineData) return [{ type, mediaType, source: { kind: 'base64', data: inlineData.data } }];
  return file ? [{ type, mediaType, source: { kind: 'url', url: file.fileUri } }] : [];
}
