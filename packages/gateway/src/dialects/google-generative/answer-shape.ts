import type { AnswerOptions } from '../../core/face.ts';
import type { ModelEvent, ModelFinishReason, ModelUsage } from '../../core/model-event.ts';
import { objectInput } from '../object-input.ts';

type Source = Extract<ModelEvent, { type: 'source' }>;

/** A part of an answer as Google writes it, for `writeJson`. */
export type GooglePart =
  | { text: string; thought?: true; thoughtSignature?: string }
  | { functionCall: { id: string; name: string; input: string }; thoughtSignature?: string };

const finishReasons: Readonly<Record<ModelFinishReason, string>> = {
  stop: 'STOP',
  'stop-sequence': 'STOP',
  'tool-calls': 'STOP',
  length: 'MAX_TOKENS',
  'context-exceeded': 'MAX_TOKENS',
  'content-filter': 'SAFETY',
  refusal: 'SAFETY',
  pause: 'CONTINUATION',
};

export interface GooglePiece {
  readonly parts: readonly GooglePart[];
  readonly reason?: ModelFinishReason | undefined;
  readonly usage?: ModelUsage | undefined;
  readonly sources?: readonly Source[];
}

/** A `GenerateContentResponse`, whole or a piece of a stream, for `writeJson`. */
export function toGoogleResponse(
  { parts, reason, usage, sources = [] }: GooglePiece,
  { model, id }: Pick<AnswerOptions, 'model' | 'id'>,
): object {
  const content = parts.length === 0 ? undefined : { parts: parts.map((part) => toWire(part)), role: 'model' };
  const finishReason = reason === undefined ? undefined : finishReasons[reason];
  const groundingMetadata =
    sources.length === 0
      ? undefined
      : { groundingChunks: sources.map(({ url, title }) => ({ web: { uri: url, title } })) };
  return {
    candidates: [{ content, finishReason, index: 0, groundingMetadata }],
    usageMetadata: usage && toUsageMetadata(usage),
    modelVersion: model,
    responseId: id,
  };
}

function toWire(part: GooglePart): object {
  if (!('functionCall' in part)) return part;
  const { input, ...call } = part.functionCall;
  return { ...part, functionCall: { ...call, args: objectInput(input) } };
}

/** Candidates come without thoughts here. */
function toUsageMetadata({ input, output, cachedInput, reasoning }: ModelUsage): object {
  return {
    promptTokenCount: input,
    candidatesTokenCount: Math.max(0, output - (reasoning ?? 0)),
    totalTokenCount: input + output,
    cachedContentTokenCount: cachedInput,
    thoughtsTokenCount: reasoning,
  };
}
