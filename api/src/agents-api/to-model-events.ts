import type { ErrorPart, ProblemCode, Usage } from '@parley/contracts';
import { GatewayError } from '@parley/gateway';
import type { GatewayErrorCode, ModelEvent, ModelUsage } from '@parley/gateway';
import type { TurnEvent, TurnOutcome } from '../generations/turn-event.ts';

/**
 * A turn as a model's answer: the agent's words and thoughts, the tokens of all it did. What its tools and sub-agents do
 * stays inside. Words of different steps are set apart by an empty line.
 */
export async function* toModelEvents(
  turn: AsyncGenerator<TurnEvent, TurnOutcome>,
  { id, model }: { readonly id: string; readonly model: string },
): AsyncGenerator<ModelEvent> {
  yield { type: 'answer-start', id, model };
  let usage: ModelUsage = { input: 0, output: 0 };
  let lastTextPart: string | undefined;
  for (;;) {
    const next = await turn.next();
    if (next.done === true) {
      yield { type: 'usage', usage };
      yield toEnd(next.value);
      return;
    }
    const event = next.value;
    if (event.type === 'usage') usage = sum(usage, event.usage);
    if (event.within !== undefined && event.within.length > 0) continue;
    if (event.type === 'text-delta') {
      const part = `${event.step}:${event.part}`;
      const isApart = lastTextPart !== undefined && lastTextPart !== part;
      lastTextPart = part;
      yield { type: 'text-delta', part: event.part, text: isApart ? `\n\n${event.text}` : event.text };
    } else if (event.type === 'reasoning-delta') {
      yield { type: 'reasoning-delta', part: event.part, text: event.text };
    } else if (event.type === 'step-restarted') {
      // Nothing repeats a call here, since there is no log to go on from.
      lastTextPart = undefined;
    }
  }
}

function toEnd({ status, finishReason, error }: TurnOutcome): ModelEvent {
  if (status === 'failed') return { type: 'failure', error: toGatewayError(error) };
  switch (finishReason) {
    case 'length':
    case 'content-filter':
      return { type: 'finish', reason: finishReason };
    default:
      return { type: 'finish', reason: 'stop' };
  }
}

const codes: Partial<Record<ProblemCode, GatewayErrorCode>> = {
  'upstream-refused': 'upstream-refused',
  'upstream-rate-limited': 'upstream-limited',
  'upstream-unreachable': 'network',
  'upstream-timeout': 'timeout',
  'upstream-cut': 'stream-cut',
  'upstream-malformed': 'stream-malformed',
  'step-limit': 'upstream-refused',
  'cost-limit': 'upstream-refused',
  'time-limit': 'upstream-refused',
  'depth-limit': 'upstream-refused',
};

function toGatewayError(error: ErrorPart | undefined): GatewayError {
  const code = error === undefined ? 'internal' : (codes[error.code] ?? 'upstream-error');
  const title = error?.title ?? 'Something went wrong on the server';
  return new GatewayError(code, { message: error?.detail === undefined ? `${title}.` : `${title}. ${error.detail}` });
}

function sum(held: ModelUsage, more: Usage): ModelUsage {
  const cachedInput = (held.cachedInput ?? 0) + (more.cachedInput ?? 0);
  const reasoning = (held.reasoning ?? 0) + (more.reasoning ?? 0);
  return {
    input: held.input + more.input,
    output: held.output + more.output,
    ...(cachedInput === 0 ? {} : { cachedInput }),
    ...(reasoning === 0 ? {} : { reasoning }),
  };
}
