import type { AnswerOptions, StreamEncoder } from '../../core/face.ts';
import type { ModelEvent, ModelUsage } from '../../core/model-event.ts';
import { writeJson } from '../../transport/write-json.ts';
import { toGoogleResponse } from './answer-shape.ts';
import type { GooglePart, GooglePiece } from './answer-shape.ts';
import { toThoughtSignature } from './carried-thought.ts';
import { toGoogleError } from './error-body.ts';

type HeldCall = Extract<GooglePart, { functionCall: object }>;

/**
 * Writes model events as the pieces of a `streamGenerateContent` answer. A call is whole there, so calls wait for the
 * end of the answer, which has no other mark than its finish reason. A `failure` becomes an error object.
 */
export function createGoogleEncoder({ model, id }: AnswerOptions): StreamEncoder {
  let answerId = id;
  let usage: ModelUsage | undefined;
  const calls = new Map<number, HeldCall>();
  const thoughts = new Set<number>();
  const sources: Extract<ModelEvent, { type: 'source' }>[] = [];

  const piece = (said: GooglePiece): string => toGoogleFrame(toGoogleResponse(said, { model, id: answerId }));

  function call({ part, callId, name, text }: Extract<ModelEvent, { type: 'tool-input-delta' }>): void {
    const held = calls.get(part);
    if (held) held.functionCall.input += text;
    else calls.set(part, { functionCall: { id: callId, name, input: text } });
  }

  function sign({ part, signature, opaque }: Extract<ModelEvent, { type: 'part-signature' }>): string {
    const held = calls.get(part);
    const carried = signature ?? opaque;
    if (carried === undefined) return '';
    const thoughtSignature = toThoughtSignature({ kind: signature ? 'signature' : 'opaque', signature: carried });
    if (held) {
      held.thoughtSignature = thoughtSignature;
      return '';
    }
    const isThought = opaque !== undefined || thoughts.has(part);
    return piece({ parts: [{ text: '', ...(isThought ? { thought: true } : {}), thoughtSignature }] });
  }

  return {
    encode(event) {
      switch (event.type) {
        case 'answer-start':
          answerId = event.id || answerId;
          return '';
        case 'text-delta':
        case 'refusal-delta':
          return piece({ parts: [{ text: event.text }] });
        case 'reasoning-delta':
          thoughts.add(event.part);
          return piece({ parts: [{ text: event.text, thought: true }] });
        case 'tool-input-delta':
          call(event);
          return '';
        case 'part-signature':
          return sign(event);
        case 'source':
          sources.push(event);
          return '';
        case 'usage':
          usage = event.usage;
          return '';
        case 'finish':
          return piece({ parts: [...calls.values()], reason: event.reason, usage, sources });
        case 'failure':
          return toGoogleFrame(toGoogleError(event.error));
        case 'recovery':
          // What was begun is void; what was sent stands, for this dialect has no word to take it back.
          if (event.mode === 'restarted') {
            calls.clear();
            sources.length = 0;
          }
          return '';
        case 'wire':
          return '';
        default:
          return event satisfies never;
      }
    },
  };
}

/**
 * One piece as a server-sent event. Arguments stand in it as the model wrote them, but for line breaks between the words
 * of their JSON, which would end the line of the event.
 */
export function toGoogleFrame(data: object): string {
  return `data: ${writeJson(data).replaceAll(/[\r\n]/g, ' ')}\n\n`;
}
