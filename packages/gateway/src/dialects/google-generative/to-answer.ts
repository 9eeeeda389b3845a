import type { AnswerOptions } from '../../core/face.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import { collectAnswer } from '../collect-answer.ts';
import type { CollectedPart } from '../collect-answer.ts';
import { toGoogleResponse } from './answer-shape.ts';
import type { GooglePart } from './answer-shape.ts';
import { toThoughtSignature } from './carried-thought.ts';

/** Collects a stream into one `GenerateContentResponse`, for `writeJson`. A `failure` is thrown. */
export async function toGoogleAnswer(
  events: AsyncIterable<ModelEvent>,
  { model, id: ownId }: AnswerOptions,
): Promise<object> {
  const { id, parts, usage, reason } = await collectAnswer(events);
  const sources = parts.flatMap((part) => (part.kind === 'text' ? part.sources : []));
  const made = parts.map((part) => ({ ...toPart(part), ...proofOf(part) }));
  return toGoogleResponse({ parts: made, reason, usage, sources }, { model, id: id || ownId });
}

function toPart(part: CollectedPart): GooglePart {
  if (part.kind === 'tool-call') return { functionCall: { id: part.callId, name: part.name, input: part.input } };
  return part.kind === 'reasoning' ? { text: part.text, thought: true } : { text: part.text };
}

function proofOf(part: CollectedPart): { thoughtSignature?: string } {
  if (part.kind === 'refusal') return {};
  const { signature } = part;
  if (signature) return { thoughtSignature: toThoughtSignature({ kind: 'signature', signature }) };
  const opaque = part.kind === 'reasoning' ? part.opaque : undefined;
  return opaque ? { thoughtSignature: toThoughtSignature({ kind: 'opaque', signature: opaque }) } : {};
}
