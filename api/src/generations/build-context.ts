import type { Message, MessagePart } from '@parley/contracts';
import type { ModelRequest, Part, Turn } from '@parley/gateway';

export interface Context {
  readonly model: string;
  /** The messages from the root of the conversation to the prompt, in order. */
  readonly history: readonly Message[];
  /** What this turn's answer holds already, from its finished steps. */
  readonly answer: readonly MessagePart[];
  readonly idempotencyKey: string;
}

/**
 * The request for the next model call of a turn. Answers that were stopped or cut are part of it as far as they got, and
 * so is what the user added in the middle of an answer; errors, reasoning, sources, and tool calls that never got a
 * result are not.
 */
export function buildContext({ model, history, answer, idempotencyKey }: Context): ModelRequest {
  const turns = [...history.flatMap(turnsOf), ...answerTurns(answer)];
  return { model, instructions: [], turns, tools: [], sampling: {}, idempotencyKey };
}

function turnsOf(message: Message): Turn[] {
  if (message.role === 'assistant') return answerTurns(message.parts);
  const parts = message.parts.flatMap((part) => (part.type === 'text' ? [textOf(part.text)] : []));
  return parts.length === 0 ? [] : [{ role: 'user', parts }];
}

interface StepTurns {
  /** What the user added before the step. */
  readonly asked: Part[];
  readonly said: Part[];
  readonly results: Turn[];
}

/** One assistant turn per step, each followed by the results of its tool calls, as every dialect wants them. */
function answerTurns(parts: readonly MessagePart[]): Turn[] {
  const steps = new Map<number, StepTurns>();
  for (const part of parts) {
    if (part.type !== 'text' && part.type !== 'tool-call' && part.type !== 'steer') continue;
    const step = steps.get(part.step) ?? { asked: [], said: [], results: [] };
    steps.set(part.step, step);
    if (part.type === 'steer') {
      step.asked.push(textOf(part.text));
    } else if (part.type === 'text') {
      if (part.text !== '') step.said.push(textOf(part.text));
    } else if (part.output !== undefined) {
      const { callId, name, input, output } = part;
      step.said.push({ type: 'tool-call', callId, name, input });
      step.results.push({ role: 'tool', callId, output });
    }
  }
  return [...steps.values()].flatMap(({ asked, said, results }): Turn[] => [
    ...(asked.length === 0 ? [] : [{ role: 'user' as const, parts: asked }]),
    ...(said.length === 0 ? [] : [{ role: 'assistant' as const, parts: said }, ...results]),
  ]);
}

function textOf(text: string): Part {
  return { type: 'text', text };
}
