import type { AnswerOptions } from '../../core/face.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import { carrySignature } from '../carried-signature.ts';
import { collectAnswer } from '../collect-answer.ts';
import type { CollectedPart } from '../collect-answer.ts';
import { toCitation } from './citation.ts';
import { objectInput } from '../object-input.ts';
import { toStopReason } from './stop-reason.ts';
import { toMessagesUsage } from './usage-counts.ts';

const own = 'anthropic-messages';

/** Collects a stream into one message, to be written by `writeJson`. A `failure` is thrown: half an answer is no answer here. */
export async function toMessagesAnswer(
  events: AsyncIterable<ModelEvent>,
  { model, id: ownId }: AnswerOptions,
): Promise<object> {
  const { id, parts, usage, reason, stopSequence = null } = await collectAnswer(events);
  return {
    id: id || `msg_${ownId}`,
    type: 'message',
    role: 'assistant',
    model,
    content: parts.flatMap((part) => toBlocks(part)),
    stop_reason: toStopReason(reason),
    stop_sequence: stopSequence,
    usage: toMessagesUsage(usage ?? { input: 0, output: 0 }),
  };
}

function toBlocks(part: CollectedPart): object[] {
  switch (part.kind) {
    case 'text': {
      const citations = part.sources.map((source) => toCitation(source));
      return [{ type: 'text', text: part.text, citations: citations.length === 0 ? null : citations }];
    }
    case 'refusal':
      return [{ type: 'text', text: part.text, citations: null }];
    case 'tool-call': {
      const { callId, name, input, signature } = part;
      const block = { type: 'tool_use', id: callId, name, input: objectInput(input) };
      if (!signature) return [block];
      return [block, { type: 'redacted_thinking', data: carrySignature({ kind: 'call', signature, callId }, own) }];
    }
    case 'reasoning':
      return [toThinking(part)];
    default:
      return part satisfies never;
  }
}

function toThinking({ text, signature, opaque }: Extract<CollectedPart, { kind: 'reasoning' }>): object {
  if (text === '' && opaque && !signature) {
    return { type: 'redacted_thinking', data: carrySignature({ kind: 'opaque', signature: opaque }, own) };
  }
  const kept = signature ?? opaque;
  const proof = kept ? carrySignature({ kind: signature ? 'signature' : 'opaque', signature: kept }, own) : '';
  return { type: 'thinking', thinking: text, signature: proof };
}
