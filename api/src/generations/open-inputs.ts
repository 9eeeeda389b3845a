import type { CommandId, GenerationEvent, InputAnswer, InputRequest, MessagePart } from '@parley/contracts';
import { waitingCalls } from './calls/call-parts.ts';

/** A person's answer to what a call asks. */
export type GivenInput = Extract<GenerationEvent, { type: 'input-given' }>;

/** What the calls of a generation ask their user, and the first answer to each: as the order of its log has it. */
export interface OpenInputs {
  /** Takes an entry of the log; returns whether it is an answer that somebody waits for. One told again changes nothing. */
  take(event: GenerationEvent): boolean;
  /** Makes it what an answer with these parts says, where the log has lost that. */
  reset(parts: readonly MessagePart[]): void;
  /** What a call asks, as long as nobody has answered. */
  request(callId: string): InputRequest | undefined;
  /** The answer to what a call asks now, until it was taken in. */
  given(callId: string): GivenInput | undefined;
  /** Whether a command was the first answer to what a call asked. */
  wasFirst(commandId: CommandId): boolean;
  /** All answers that were not taken in yet. */
  pending(): readonly GivenInput[];
}

interface Asked {
  readonly request: InputRequest;
  readonly given?: GivenInput;
}

export function createOpenInputs(): OpenInputs {
  let asked = new Map<string, Asked>();
  const seen = new Set<CommandId>();
  const first = new Set<CommandId>();
  /** The newest event of the producer. */
  let newest = -1;

  function reset(parts: readonly MessagePart[]): void {
    const waiting = new Map<string, Asked>();
    for (const { callId, request } of waitingCalls(parts)) {
      if (request === undefined) continue;
      const known = asked.get(callId);
      const isKnown = known !== undefined && JSON.stringify(known.request) === JSON.stringify(request);
      waiting.set(callId, isKnown ? known : { request });
    }
    asked = waiting;
  }

  function give(event: GivenInput): boolean {
    if (seen.has(event.commandId)) return false;
    seen.add(event.commandId);
    const open = asked.get(event.callId);
    if (open === undefined || open.given !== undefined || !isAnswerTo(open.request, event.answer)) return false;
    asked.set(event.callId, { ...open, given: event });
    first.add(event.commandId);
    return true;
  }

  return {
    take(event) {
      if (event.type === 'input-given') return give(event);
      if (!('n' in event) || event.n <= newest) return false;
      newest = event.n;
      if (event.type === 'snapshot') reset(event.parts);
      if (event.type === 'input-requested') asked.set(event.callId, { request: event.request });
      if (event.type === 'input-received' || event.type === 'tool-result') asked.delete(event.callId);
      return false;
    },

    reset,

    request(callId) {
      const open = asked.get(callId);
      return open?.given === undefined ? open?.request : undefined;
    },

    given: (callId) => asked.get(callId)?.given,
    wasFirst: (commandId) => first.has(commandId),
    pending: () => [...asked.values()].flatMap(({ given }) => (given === undefined ? [] : [given])),
  };
}

/** Whether an answer is of the kind that a request wants. */
export function isAnswerTo({ kind }: InputRequest, answer: InputAnswer): boolean {
  switch (kind) {
    case 'approval':
      return answer.kind === 'approve' || answer.kind === 'deny';
    case 'questions':
      return answer.kind === 'answers' || answer.kind === 'decline';
    default:
      return answer.kind === 'accept' || answer.kind === 'decline';
  }
}
