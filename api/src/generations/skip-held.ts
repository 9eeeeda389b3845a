import type { MessagePart } from '@parley/contracts';
import type { ModelStepEnd } from './run-model-step.ts';
import type { TurnEvent } from './turn-event.ts';

/** What the log holds of a step. */
export interface HeldStep {
  /** How often the step was begun. */
  readonly attempt: number;
  /** Its parts. */
  readonly held: readonly MessagePart[];
  /** Its tokens, which come last, have been told. */
  readonly isUsageHeld: boolean;
}

/** A model call that is made again, because it broke off, or its producer died, in the middle of it. */
export interface Reattachment extends HeldStep {
  readonly step: number;
  /** How many parts the answer had before the step. */
  readonly firstPart: number;
  /** The whole call as if nothing had happened before. */
  readonly events: AsyncGenerator<TurnEvent, ModelStepEnd>;
  /** Whether the provider repeats the first call; asked when something of it has come. */
  readonly isReplay: () => boolean;
  /** The call has gone further than the log. */
  readonly onAhead: () => void;
}

/**
 * The events of a repeated model call that the log does not hold, and what it holds then. A call that repeats nothing,
 * or says something else than the log does, is told whole behind a `step-restarted`.
 */
export async function* skipHeld(call: Reattachment): AsyncGenerator<TurnEvent, HeldStep & { result: ModelStepEnd }> {
  const { step, held, events, isReplay, onAhead } = call;
  const comparison = compareWithHeld(call);
  const restarted = { type: 'step-restarted', step, attempt: call.attempt + 1 } as const;
  /** Events that were compared, and are told if the comparison fails. */
  const compared: TurnEvent[] = [];
  let { attempt, isUsageHeld } = call;
  let isComparing = held.length > 0 || isUsageHeld;

  function* startOver(): Generator<TurnEvent> {
    isComparing = false;
    ({ attempt } = restarted);
    isUsageHeld = compared.some(({ type }) => type === 'usage');
    yield restarted;
    yield* compared;
  }

  for (;;) {
    const next = await events.next();
    if (next.done === true) {
      const result = next.value;
      if (isComparing && 'reason' in result.end && !comparison.isCovered()) yield* startOver();
      return { result, attempt, isUsageHeld, held: isComparing ? held : result.added };
    }
    const event = next.value;
    if (!isComparing) {
      if (event.type === 'usage') isUsageHeld = true;
      yield event;
      continue;
    }
    compared.push(event);
    const rest = isReplay() ? comparison.restOf(event) : 'differs';
    if (rest === 'held') continue;
    if (rest === 'differs' || !comparison.isCovered()) {
      yield* startOver();
      continue;
    }
    isComparing = false;
    if (rest.type === 'usage') isUsageHeld = true;
    onAhead();
    yield rest;
  }
}

/** Goes through a replay and says of each event what of it the log does not hold. */
function compareWithHeld({ firstPart, held, isUsageHeld }: Reattachment) {
  const reached = new Map<MessagePart, number>();
  const closed = new Set<MessagePart>();
  let isUsageSeen = false;

  function restOfDelta(event: Delta, part: MessagePart): TurnEvent | 'held' | 'differs' {
    const text = textIn(part, event);
    if (text === undefined) return 'differs';
    const end = event.start + event.text.length;
    if (!event.text.startsWith(text.slice(event.start, end))) return 'differs';
    reached.set(part, Math.min(end, text.length));
    if (end <= text.length) return 'held';
    const known = Math.max(0, text.length - event.start);
    return { ...event, start: event.start + known, text: event.text.slice(known) };
  }

  return {
    restOf(event: TurnEvent): TurnEvent | 'held' | 'differs' {
      if (event.type === 'usage') {
        isUsageSeen = true;
        return isUsageHeld ? 'held' : event;
      }
      if (!('part' in event)) return event;
      const part = held[event.part - firstPart];
      if (part === undefined) return event;
      if ('start' in event) return restOfDelta(event, part);
      closed.add(part);
      if (event.type === 'source') return part.type === 'source' && part.id === event.id ? 'held' : 'differs';
      if (event.type !== 'tool-call' || part.type !== 'tool-call' || part.input !== event.input) return 'differs';
      return part.state === 'writing-input' ? event : 'held';
    },

    isCovered(): boolean {
      return (isUsageSeen || !isUsageHeld) && held.every((part) => isReached(part));
    },
  };

  function isReached(part: MessagePart): boolean {
    switch (part.type) {
      case 'text':
      case 'reasoning':
        return reached.get(part) === part.text.length;
      case 'tool-call':
        return reached.get(part) === part.input.length && (closed.has(part) || part.state === 'writing-input');
      default:
        return closed.has(part);
    }
  }
}

type Delta = Extract<TurnEvent, { start: number }>;

/** What the log has of the text that a delta goes on with; `undefined` when they do not belong together. */
function textIn(part: MessagePart, delta: Delta): string | undefined {
  if (delta.type === 'tool-input-delta') {
    const isSame = part.type === 'tool-call' && part.callId === delta.callId && part.name === delta.name;
    return isSame ? part.input : undefined;
  }
  return `${part.type}-delta` === delta.type && 'text' in part ? part.text : undefined;
}
