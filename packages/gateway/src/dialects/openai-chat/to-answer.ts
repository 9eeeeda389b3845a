import type { AnswerOptions } from '../../core/face.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import { collectAnswer } from '../collect-answer.ts';
import type { CollectedPart } from '../collect-answer.ts';
import type { Fields } from '../json-fields.ts';
import { toReasoningDetail } from './reasoning-details.ts';
import { toChatAnnotation, toChatFinishReason, toChatUsage } from './to-stream.ts';

/** Collects a stream into one chat completion object. A `failure` is thrown: half an answer is no answer here. */
export async function toChatAnswer(
  events: AsyncIterable<ModelEvent>,
  { model, created, id: ownId }: AnswerOptions,
): Promise<object> {
  const { id, parts, usage, reason } = await collectAnswer(events);
  const text = textOf(parts, 'text');
  const refusal = textOf(parts, 'refusal');
  const reasoning = textOf(parts, 'reasoning');
  const calls = parts.flatMap((part) => (part.kind === 'tool-call' ? [toCall(part)] : []));
  const annotations = parts.flatMap((part) => (part.kind === 'text' ? part.sources.map(toChatAnnotation) : []));
  const details = parts.flatMap((part) => detailsOf(part));
  const message = {
    role: 'assistant',
    content: text === '' && (calls.length > 0 || refusal !== '') ? null : text,
    refusal: refusal === '' ? null : refusal,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(annotations.length === 0 ? {} : { annotations }),
  };
  return {
    id: id || ownId,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: toChatFinishReason(reason) }],
    ...(usage ? { usage: toChatUsage(usage) } : {}),
  };
}

function textOf(parts: readonly CollectedPart[], kind: 'text' | 'refusal' | 'reasoning'): string {
  return parts.map((part) => (part.kind === kind ? part.text : '')).join('');
}

function toCall({ callId, name, input, signature }: Extract<CollectedPart, { kind: 'tool-call' }>): Fields {
  const call = { id: callId, type: 'function', function: { name, arguments: input === '' ? '{}' : input } };
  if (signature?.dialect !== 'google-generative') return call;
  return { ...call, extra_content: { google: { thought_signature: signature.value } } };
}

/** Signatures, with the words they are for. */
function detailsOf(part: CollectedPart): Fields[] {
  if (part.kind === 'tool-call') {
    const { signature, callId } = part;
    if (!signature || signature.dialect === 'google-generative') return [];
    return [toReasoningDetail('call', signature, { callId })];
  }
  if (part.kind !== 'reasoning') return [];
  const { text, signature, opaque } = part;
  return [
    ...(signature ? [toReasoningDetail('signature', signature, { text })] : []),
    ...(opaque ? [toReasoningDetail('opaque', opaque)] : []),
  ];
}
