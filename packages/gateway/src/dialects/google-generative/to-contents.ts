import type { AudioPart, FilePart, ImagePart, Part, Signature, ToolCall, Turn } from '../../core/model-request.ts';
import { rawJson } from '../../transport/write-json.ts';
import { noteDetail } from '../note-detail.ts';
import { isObjectText, objectInput } from '../object-input.ts';
import { refuseOrphan } from '../refuse-orphan.ts';

interface Content {
  readonly role: 'user' | 'model';
  readonly parts: object[];
}

interface ContentOptions {
  /** Refuses an earlier call without a signature, as Gemini 3 does. */
  readonly needsSignatures: boolean;
  readonly dropped: Set<string>;
}

/** Google's own word for a call that another model made (https://ai.google.dev/gemini-api/docs/thought-signatures). */
const foreignCall = 'skip_thought_signature_validator';

/** The turns of a conversation as `contents`. Results of one step go into one content, as their calls did. */
export function toContents(turns: readonly Turn[], options: ContentOptions): Content[] {
  const contents: Content[] = [];
  const names = new Map<string, string>();
  let previous: Turn['role'] | undefined;
  for (const turn of turns) {
    const role = turn.role === 'assistant' ? 'model' : 'user';
    const parts = turn.role === 'tool' ? toResult(turn, names) : toParts(turn.parts, options);
    if (turn.role === 'assistant') noteCalls(turn.parts, names);
    const last = contents.at(-1);
    if (last && turn.role === 'tool' && previous === 'tool') last.parts.push(...parts);
    else if (parts.length > 0) contents.push({ role, parts });
    previous = turn.role;
  }
  return contents;
}

function noteCalls(parts: readonly Part[], names: Map<string, string>): void {
  for (const part of parts) if (part.type === 'tool-call') names.set(part.callId, part.name);
}

function toResult(turn: Extract<Turn, { role: 'tool' }>, names: ReadonlyMap<string, string>): object[] {
  const name = turn.name ?? names.get(turn.callId) ?? refuseOrphan(turn.callId);
  const wrapped = turn.isError ? { error: turn.output } : { output: turn.output };
  const response = !turn.isError && isObjectText(turn.output) ? rawJson(turn.output) : wrapped;
  const media = (turn.attachments ?? []).map((part) => toMedia(part));
  return [{ functionResponse: { id: turn.callId || undefined, name, response } }, ...media];
}

function toParts(parts: readonly Part[], options: ContentOptions): object[] {
  const made: object[] = [];
  let calls = 0;
  for (const part of parts) {
    switch (part.type) {
      case 'text':
        if (part.text !== '' || own(part.signature)) {
          made.push({ text: part.text, thoughtSignature: own(part.signature) });
        }
        break;
      case 'reasoning':
        // Thoughts of others, and thoughts nobody signed, are nothing to Google's models.
        if (own(part.signature)) made.push({ text: part.text, thought: true, thoughtSignature: own(part.signature) });
        else if (part.signature ?? part.opaque) options.dropped.add('reasoning');
        break;
      case 'tool-call':
        made.push(toCall(part, options, calls === 0));
        calls += 1;
        break;
      case 'image':
        noteDetail(part, options.dropped);
        made.push(toMedia(part));
        break;
      case 'file':
      case 'audio':
        made.push(toMedia(part));
        break;
      default:
        part satisfies never;
    }
  }
  return made;
}

/** Only the first call of a step carries a signature. */
function toCall(call: ToolCall, { needsSignatures }: ContentOptions, isFirst: boolean): object {
  return {
    functionCall: { id: call.callId || undefined, name: call.name, args: objectInput(call.input) },
    thoughtSignature: own(call.signature) ?? (needsSignatures && isFirst ? foreignCall : undefined),
  };
}

function toMedia({ mediaType, source }: ImagePart | FilePart | AudioPart): object {
  if (source.kind === 'base64') return { inlineData: { mimeType: mediaType, data: source.data } };
  return { fileData: { mimeType: mediaType || undefined, fileUri: source.url } };
}

function own(signature: Signature | undefined): string | undefined {
  return signature?.dialect === 'google-generative' ? signature.value : undefined;
}
