import type { AnswerOptions, StreamEncoder } from '../../core/face.ts';
import type { GatewayError } from '../../core/gateway-error.ts';
import type { ModelEvent, ModelFinishReason, ModelUsage } from '../../core/model-event.ts';
import { namedFrame } from '../../transport/sse-frame.ts';
import { createPartSequence } from '../part-sequence.ts';
import { toResponsesErrorFrame } from './error-shape.ts';
import { createItemWriter } from './item-writer.ts';
import { endOf, stateOf, toResponse } from './response-shape.ts';
import type { ResponseFields } from './response-shape.ts';

/**
 * Writes model events as a Responses stream, ready to send: one output item after the other, every event with the next
 * sequence number, the whole response at the end. A `failure` becomes an `error` event and `response.failed`.
 */
export function createResponsesEncoder(options: AnswerOptions): StreamEncoder {
  let sequence = 0;
  let isStarted = false;
  let hasRefusal = false;
  let usage: ModelUsage | undefined;

  const tell = (type: string, fields: object): string =>
    namedFrame(type, { type, sequence_number: sequence++, ...fields });
  const state = (type: string, fields: ResponseFields): string =>
    tell(`response.${type}`, { response: toResponse(options, fields) });

  const items = createItemWriter({ tell, answerId: options.id });
  const parts = createPartSequence(items.writer);

  function start(): string {
    if (isStarted) return '';
    isStarted = true;
    const fields = { status: 'in_progress', output: [] } as const;
    return state('created', fields) + state('in_progress', fields);
  }

  function finish(reason: ModelFinishReason): string {
    const status = stateOf(reason);
    items.endAs(status);
    return parts.end() + state(status, { status, output: items.output, usage, reason });
  }

  function fail(error: GatewayError): string {
    const told = toResponsesErrorFrame(error, sequence++);
    return told + state('failed', { status: 'failed', output: items.output, usage, error });
  }

  return {
    encode(event: ModelEvent): string {
      switch (event.type) {
        case 'answer-start':
          return start();
        case 'text-delta':
        case 'refusal-delta':
        case 'reasoning-delta':
        case 'tool-input-delta':
        case 'part-signature':
        case 'source':
          hasRefusal ||= event.type === 'refusal-delta';
          return start() + parts.push(event);
        case 'usage':
          ({ usage } = event);
          return '';
        case 'recovery':
          return event.mode === 'restarted' ? parts.restart() : '';
        case 'wire':
          return '';
        case 'finish':
          return start() + finish(endOf(event.reason, hasRefusal));
        case 'failure':
          return start() + fail(event.error);
        default:
          return event satisfies never;
      }
    },
  };
}
