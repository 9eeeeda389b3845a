import type { AnswerOptions } from '../../core/face.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import { collectAnswer } from '../collect-answer.ts';
import type { CollectedPart } from '../collect-answer.ts';
import {
  toAnnotation,
  toCallItem,
  toCallProof,
  toContentPart,
  toMessageItem,
  toReasoningItem,
} from './response-items.ts';
import type { ItemStatus } from './response-items.ts';
import { endOf, stateOf, toResponse } from './response-shape.ts';

/** Collects a stream into one response. A `failure` is thrown: half an answer is no answer here. */
export async function toResponsesAnswer(events: AsyncIterable<ModelEvent>, options: AnswerOptions): Promise<object> {
  const { parts, usage, reason: said } = await collectAnswer(events);
  const reason = endOf(
    said,
    parts.some(({ kind }) => kind === 'refusal'),
  );
  const status = stateOf(reason);
  const output: object[] = [];
  const idOf = (kind: string): string => `${kind}_${options.id}_${output.length}`;
  for (const [index, part] of parts.entries()) {
    // Only what was said last can have been cut short.
    const own = index === parts.length - 1 ? status : 'completed';
    output.push(toItem(part, own, idOf));
    if (part.kind === 'tool-call' && part.signature) {
      output.push(toCallProof(idOf('rs'), part.callId, part.signature));
    }
  }
  return toResponse(options, { status, output, usage, reason });
}

function toItem(part: CollectedPart, status: ItemStatus, idOf: (kind: string) => string): object {
  switch (part.kind) {
    case 'text': {
      const annotations = part.sources.map((source) => toAnnotation(source, part.text));
      return toMessageItem(idOf('msg'), status, [toContentPart('text', part.text, annotations)]);
    }
    case 'refusal':
      return toMessageItem(idOf('msg'), status, [toContentPart('refusal', part.text, [])]);
    case 'tool-call': {
      const { callId, name, input } = part;
      return toCallItem(idOf('fc'), status, { callId, name, input: input === '' ? '{}' : input });
    }
    case 'reasoning':
      return toReasoningItem(idOf('rs'), 'completed', part.text, part);
    default:
      return part satisfies never;
  }
}
