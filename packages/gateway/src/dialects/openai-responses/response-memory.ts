import type { AnswerOptions, ClientCall, Face } from '../../core/face.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import type { Part, Turn } from '../../core/model-request.ts';
import { createAnswerCollector } from '../collect-answer.ts';
import type { CollectedAnswer, CollectedPart } from '../collect-answer.ts';
import { responseIdOf } from './response-shape.ts';
import type { ResponseOwner, ResponseStore } from './response-store.ts';

export interface ResponseMemory {
  /**
   * The call with the turns it goes on from, where it names an answer of `owner` that is kept; its bytes alone then do
   * not say what is asked. Another name is left to an upstream that may know it, and is a `bad-request` for all others.
   */
  recall(asked: ClientCall, owner: ResponseOwner): ClientCall;
  /** `face`, which keeps the answer to `asked` for later calls of `owner` once it is whole, where that is wanted. */
  keep(face: Face, asked: ClientCall, owner: ResponseOwner): Face;
}

/** Lets clients of Responses go on from earlier answers, whoever gave them. */
export function createResponseMemory(store: ResponseStore): ResponseMemory {
  return {
    recall(asked, owner) {
      const { previousResponseId: id } = asked;
      if (id === undefined) return asked;
      const earlier = store.get(owner, id);
      if (earlier === undefined) return { ...asked, toRequest: () => refuseUnknown(id) };
      return {
        ...asked,
        mustTranslate: true,
        toRequest: () => {
          const request = asked.toRequest();
          return { ...request, turns: [...earlier, ...request.turns] };
        },
      };
    },
    keep(face, asked, owner) {
      if (asked.isKept !== true) return face;
      const put = (options: AnswerOptions, answer: CollectedAnswer): void =>
        store.put(owner, responseIdOf(options), [...asked.toRequest().turns, toTurn(answer)]);
      return {
        ...face,
        createEncoder(options) {
          const encoder = face.createEncoder(options);
          const { push, answer } = createAnswerCollector();
          return {
            encode(event: ModelEvent): string {
              if (event.type !== 'failure') push(event);
              if (event.type === 'finish') put(options, answer);
              return encoder.encode(event);
            },
          };
        },
        async toAnswer(events, options) {
          const { push, answer } = createAnswerCollector();
          const whole = await face.toAnswer(tap(events, push), options);
          put(options, answer);
          return whole;
        },
      };
    },
  };
}

function refuseUnknown(id: string): never {
  throw new GatewayError('bad-request', {
    message: `There is no response "${id.slice(0, 100)}" to go on from, or it has expired.`,
    vendorCode: 'previous_response_not_found',
    param: 'previous_response_id',
  });
}

async function* tap(events: AsyncIterable<ModelEvent>, see: (event: ModelEvent) => void) {
  for await (const event of events) {
    see(event);
    yield event;
  }
}

/** An answer as a turn of the conversation that goes on from it. */
function toTurn({ parts }: CollectedAnswer): Turn {
  return { role: 'assistant', parts: parts.map((part) => toPart(part)) };
}

function toPart(part: CollectedPart): Part {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.text, ...(part.signature && { signature: part.signature }) };
    case 'refusal':
      return { type: 'text', text: part.text };
    case 'reasoning': {
      const { text, signature, opaque } = part;
      return { type: 'reasoning', text, ...(signature && { signature }), ...(opaque && { opaque }) };
    }
    case 'tool-call': {
      const { callId, name, input, signature } = part;
      return { type: 'tool-call', callId, name, input, ...(signature && { signature }) };
    }
    default:
      return part satisfies never;
  }
}
