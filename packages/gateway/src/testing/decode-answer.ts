import type { Codec } from '../core/codec.ts';
import type { GatewayError } from '../core/gateway-error.ts';
import type { ModelEvent } from '../core/model-event.ts';
import type { Target } from '../core/provider-strategy.ts';
import { sampleTarget } from './sample-call.ts';

/** All events of an answer whose bytes came in `pieces`. */
export function decodeAnswer(
  codec: Codec,
  pieces: readonly Buffer[],
  { target = sampleTarget(), fault }: { readonly target?: Target; readonly fault?: GatewayError } = {},
): ModelEvent[] {
  const scanner = codec.createScanner();
  const decoder = codec.createDecoder({ target });
  const events: ModelEvent[] = [];
  const frames = [...pieces.flatMap((piece) => scanner.push(piece)), ...scanner.end()];
  for (const frame of frames) {
    const reading = decoder.push(frame);
    events.push(...reading.events);
    if (reading.verdict === 'failure') break;
  }
  return [...events, ...decoder.end(fault)];
}

/** What an answer told, in the words of `story`. */
export function tellAnswer(events: readonly ModelEvent[]) {
  const calls = new Map<number, { name: string; input: string }>();
  const told = { text: '', reasoning: '', signature: '', usage: {}, end: '' };
  for (const event of events) {
    if (event.type === 'text-delta') told.text += event.text;
    else if (event.type === 'reasoning-delta') told.reasoning += event.text;
    else if (event.type === 'part-signature') told.signature += event.signature?.value ?? '';
    else if (event.type === 'usage') told.usage = event.usage;
    else if (event.type === 'finish') told.end = event.reason;
    else if (event.type === 'failure') told.end = event.error.code;
    else if (event.type === 'tool-input-delta') {
      const held = calls.get(event.part) ?? { name: event.name, input: '' };
      held.input += event.text;
      calls.set(event.part, held);
    }
  }
  return { ...told, calls: [...calls.values()] };
}

/** Neighbouring texts as one, so that answers split differently can be compared. */
export function joinDeltas(events: readonly ModelEvent[]): ModelEvent[] {
  const joined: ModelEvent[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    const isSame = last && 'text' in last && 'text' in event && last.type === event.type && last.part === event.part;
    if (isSame) joined[joined.length - 1] = { ...last, text: last.text + event.text };
    else joined.push(event);
  }
  return joined;
}
