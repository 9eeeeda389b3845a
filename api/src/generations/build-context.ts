import type { FileRef, Message, MessagePart, ModelParameters } from '@parley/contracts';
import type { ModelRequest, Part, Turn } from '@parley/gateway';
import { agentTools } from './calls/agent-tools.ts';
import { describeFiles } from './describe-files.ts';
import type { TurnSetup } from './turn-setup.ts';

export interface Context {
  readonly setup: TurnSetup;
  /** The messages from the root of the conversation to the prompt, in order. */
  readonly history: readonly Pick<Message, 'role' | 'parts'>[];
  /** What this turn's answer holds already, from its finished steps. */
  readonly answer: readonly MessagePart[];
  readonly idempotencyKey: string;
  /** What the ids of this turn's calls begin with, which is nothing to the model. */
  readonly callIdPrefix?: string;
}

/**
 * The request for the next model call of a turn. Answers that were stopped or cut are part of it as far as they got, and
 * so is what the user added in the middle of an answer; errors, reasoning, sources, hand-offs, what sub-agents did and
 * tool calls that never got a result are not. Calls are told with the arguments they ran with, and files that came with a
 * prompt by name, kind and size.
 */
export function buildContext({ setup, history, answer, idempotencyKey, callIdPrefix = '' }: Context): ModelRequest {
  const turns = [...history.flatMap(turnsOf), ...answerTurns(answer, callIdPrefix)];
  return {
    model: setup.modelName,
    instructions: setup.instructions,
    turns,
    tools: toolsOf(setup, history, answer),
    ...wishesOf(setup.parameters),
    idempotencyKey,
  };
}

function toolsOf(setup: TurnSetup, history: Context['history'], answer: readonly MessagePart[]): ModelRequest['tools'] {
  const earlier = history.flatMap(({ role, parts }) => (role === 'assistant' ? parts : []));
  return [...setup.toolbox.offered([...earlier, ...answer]), ...agentTools(setup)].map(({ spec }) => ({
    name: spec.name,
    description: spec.description,
    inputSchema: spec.inputSchema,
  }));
}

function wishesOf({
  temperature,
  topP,
  maxOutputTokens,
  reasoningEffort,
}: ModelParameters): Pick<ModelRequest, 'sampling' | 'reasoning'> {
  return {
    sampling: {
      ...(temperature === undefined ? {} : { temperature }),
      ...(topP === undefined ? {} : { topP }),
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    },
    ...(reasoningEffort === undefined ? {} : { reasoning: { effort: reasoningEffort } }),
  };
}

function turnsOf({ role, parts }: Pick<Message, 'role' | 'parts'>): Turn[] {
  if (role === 'assistant') return answerTurns(parts);
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  const files = parts.flatMap((part) => (part.type === 'file' ? [part.file] : []));
  return texts.length === 0 ? [] : [{ role: 'user', parts: withFiles(texts, files) }];
}

/** In the same text: some providers take one piece of text only, and others make one of several without a gap. */
function withFiles(texts: readonly string[], files: readonly FileRef[]): Part[] {
  if (files.length === 0) return texts.map(textOf);
  return texts.map((text, index) => textOf(index === texts.length - 1 ? `${text}\n\n${describeFiles(files)}` : text));
}

interface StepTurns {
  /** What the user added before the step. */
  readonly asked: Part[];
  readonly said: Part[];
  readonly results: Turn[];
}

/** One assistant turn per step, each followed by the results of its tool calls, as every dialect wants them. */
function answerTurns(parts: readonly MessagePart[], callIdPrefix = ''): Turn[] {
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
      const { name, output, state, approval } = part;
      const callId = part.callId.startsWith(callIdPrefix) ? part.callId.slice(callIdPrefix.length) : part.callId;
      step.said.push({ type: 'tool-call', callId, name, input: approval?.input ?? part.input });
      step.results.push({ role: 'tool', callId, output, name, ...(state === 'done' ? {} : { isError: true }) });
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
