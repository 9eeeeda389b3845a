import type { Message, MessageProgress } from '../entities/message.ts';
import type { MessagePart } from '../entities/message-part.ts';
import type { Usage } from '../entities/usage.ts';
import type { GenerationEvent, ProducerEvent } from './generation-event.ts';

/** An answer while it is being written. */
export type RunningMessage = Message & { progress: MessageProgress };

/** What an answer is before its first event. `offset` is where its log begins. */
export function startProgress(offset: string): MessageProgress {
  return { events: 0, offset, attempt: 1, step: 0 };
}

/** Whether events between what `message` holds and `event` are missing; the reader must then read again from `progress.offset`. */
export function isGap(message: RunningMessage, event: GenerationEvent): boolean {
  return 'n' in event && event.n > message.progress.events && event.type !== 'snapshot';
}

/**
 * The message after one more event. Pure and total: an event that was folded before, one that comes too early
 * (see `isGap`) and one of an unknown type leave the message as it is; a snapshot never comes too early. Both server and
 * client build messages with this function alone. `progress.offset` is not touched: offsets belong to whoever reads the
 * log.
 */
export function foldMessage(message: RunningMessage, event: GenerationEvent): RunningMessage {
  if (!('n' in event) || event.n < message.progress.events || isGap(message, event)) return message;
  const progress = { ...message.progress, events: event.n + 1, step: event.step };
  return applyEvent({ ...message, progress }, event);
}

function applyEvent(message: RunningMessage, event: ProducerEvent): RunningMessage {
  switch (event.type) {
    case 'text-delta':
    case 'reasoning-delta': {
      const type = event.type === 'text-delta' ? 'text' : 'reasoning';
      const held = message.parts[event.part];
      const text = held?.type === type ? held.text.slice(0, event.start) + event.text : event.text;
      return withPart(message, event.part, { type, step: event.step, text });
    }
    case 'tool-input-delta': {
      const held = message.parts[event.part];
      const input = held?.type === 'tool-call' ? held.input.slice(0, event.start) + event.text : event.text;
      const { step, callId, name } = event;
      return withPart(message, event.part, { type: 'tool-call', step, callId, name, input, state: 'writing-input' });
    }
    case 'tool-call': {
      const { step, callId, name, input } = event;
      return withPart(message, event.part, { type: 'tool-call', step, callId, name, input, state: 'called' });
    }
    case 'tool-result': {
      const parts = message.parts.map((part) =>
        part.type === 'tool-call' && part.callId === event.callId
          ? { ...part, output: event.output, state: event.failed ? ('failed' as const) : ('done' as const) }
          : part,
      );
      return { ...message, parts };
    }
    case 'source': {
      const { step, id, title, url, excerpt } = event;
      return withPart(message, event.part, {
        type: 'source',
        step,
        id,
        title,
        url,
        ...(excerpt === undefined ? {} : { excerpt }),
      });
    }
    case 'usage':
      return { ...message, usage: event.step === 0 ? event.usage : addUsage(message.usage, event.usage) };
    case 'step-restarted': {
      const parts = message.parts.filter((part) => !isWrittenIn(part, event.step));
      return { ...message, parts, progress: { ...message.progress, attempt: event.attempt } };
    }
    case 'steer-received': {
      const { step, commandId, text } = event;
      return withPart(message, event.part, { type: 'steer', step, commandId, text });
    }
    case 'snapshot': {
      const { usage: _usage, ...rest } = message;
      const progress = { ...message.progress, attempt: event.attempt };
      return { ...rest, parts: event.parts, progress, ...(event.usage === undefined ? {} : { usage: event.usage }) };
    }
    case 'generation-finished': {
      const parts = event.error ? [...message.parts, event.error] : message.parts;
      return { ...message, parts, status: event.status, finishReason: event.finishReason };
    }
    case 'step-started':
      return { ...message, progress: { ...message.progress, attempt: 1 } };
    case 'generation-started':
    case 'step-finished':
    case 'title':
      return message;
    default:
      return unknownEvent(message, event);
  }
}

/** A newer server may write events this build does not know; the compiler keeps the switch complete for those it does. */
function unknownEvent(message: RunningMessage, _event: never): RunningMessage {
  return message;
}

/** Whether a part is what the model wrote in a step, which is written anew when the step is restarted. */
function isWrittenIn(part: MessagePart, step: number): boolean {
  return part.type !== 'error' && part.type !== 'steer' && part.step === step;
}

function withPart(message: RunningMessage, index: number, part: MessagePart): RunningMessage {
  const parts = message.parts.slice();
  parts[index] = part;
  return { ...message, parts };
}

function addUsage(held: Usage | undefined, more: Usage): Usage {
  if (!held) return more;
  const sum: Usage = { input: held.input + more.input, output: held.output + more.output };
  if (held.cachedInput !== undefined || more.cachedInput !== undefined) {
    sum.cachedInput = (held.cachedInput ?? 0) + (more.cachedInput ?? 0);
  }
  if (held.reasoning !== undefined || more.reasoning !== undefined) {
    sum.reasoning = (held.reasoning ?? 0) + (more.reasoning ?? 0);
  }
  return sum;
}
