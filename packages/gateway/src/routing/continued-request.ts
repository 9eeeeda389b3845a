import type { Call } from '../core/call.ts';
import type { ModelRequest, Part, Turn } from '../core/model-request.ts';
import type { Target } from '../core/provider-strategy.ts';

/**
 * Whether a target goes on with an assistant turn that was begun. Here unknown counts as unable: a model that begins
 * anew would say everything twice.
 */
export function canContinue({ capabilities, quirks }: Target): boolean {
  return capabilities?.prefill ?? quirks?.prefillsAnswer ?? false;
}

/**
 * The request with the answer's beginning. White space at its end is left out, since providers refuse it; so is the wish
 * for reasoning: that is over, and does not go together with a beginning.
 */
export function continuedRequest(request: ModelRequest, said: string): ModelRequest {
  const { reasoning: _thought, idempotencyKey: _key, ...rest } = request;
  const text = said.trimEnd();
  if (text === '') return rest;
  const last = request.turns.at(-1);
  const isBegun = last?.role === 'assistant';
  const turn: Turn = { role: 'assistant', parts: isBegun ? joined(last.parts, text) : [{ type: 'text', text }] };
  return { ...rest, turns: [...(isBegun ? request.turns.slice(0, -1) : request.turns), turn] };
}

/** The client's own beginning of the answer goes on without a border. */
function joined(parts: readonly Part[], text: string): readonly Part[] {
  const last = parts.at(-1);
  if (last?.type !== 'text') return [...parts, { type: 'text', text }];
  return [...parts.slice(0, -1), { ...last, text: last.text + text }];
}

/** The same call once more, as a new one for the target: in nobody's bytes, and content has time until `startBy`. */
export function callAgain(call: Call, startBy: number, toRequest: () => ModelRequest): Call {
  const { id, model, isStream, scope, trail, deadline, bears } = call;
  return {
    id,
    model,
    isStream,
    scope,
    trail,
    deadline,
    startBy,
    toRequest,
    traits: () => call.traits(),
    ...(bears === undefined ? {} : { bears }),
  };
}
