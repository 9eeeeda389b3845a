import type { AnswerGuidance, FileRef, Message, MessagePart, ModelParameters } from '@parley/contracts';
import type { ModelRequest, Part, Turn } from '@parley/gateway';
import { agentTools } from './calls/agent-tools.ts';
import { describeFiles } from './describe-files.ts';
import type { TurnSetup } from './turn-setup.ts';

/** What of a setup is told to the model. */
export type ToldSetup = Pick<
  TurnSetup,
  'modelName' | 'instructions' | 'parameters' | 'toolbox' | 'subAgents' | 'handOffs'
>;

export interface Context {
  readonly setup: ToldSetup;
  /** The messages from the root of the conversation to the prompt, in order. */
  readonly history: readonly Pick<Message, 'role' | 'parts'>[];
  /** What this turn's answer holds already, from its finished steps. */
  readonly answer: readonly MessagePart[];
  /** The steps before this one are of an answer that it goes on from; 0 unless told. */
  readonly firstStep?: number | undefined;
  /** How it should differ from another answer to the same prompt. */
  readonly guidance?: AnswerGuidance | undefined;
  readonly idempotencyKey: string;
  /** What the ids of this turn's calls begin with, which is nothing to the model. */
  readonly callIdPrefix?: string;
}

/** Told after what an answer goes on from. */
const goOn =
  'Your answer above is not finished. Go on exactly where it ends, in the middle of a word if it ends there. Do not repeat any of it, do not begin anew, and say nothing about going on.';

const guidanceText: Readonly<Record<AnswerGuidance, string>> = {
  shorter: 'Answer the last prompt more briefly than you otherwise would: only what matters most, in few words.',
  longer:
    'Answer the last prompt at greater length than you otherwise would: go into detail, and give reasons and examples where they help.',
};

/**
 * The request for the next model call of a turn. Answers that were stopped or cut are part of it as far as they got, and
 * so is what the user added in the middle of an answer; errors, reasoning, sources, hand-offs, what sub-agents did and
 * tool calls that never got a result are not. Calls are told with the arguments they ran with, files that came with a
 * prompt by name, kind and size, and what it quotes as block quotes of Markdown before it.
 */
export function buildContext({ setup, history, answer, guidance, idempotencyKey, ...own }: Context): ModelRequest {
  return {
    model: setup.modelName,
    instructions: guidance === undefined ? setup.instructions : [...setup.instructions, guidanceText[guidance]],
    turns: [...history.flatMap(turnsOf), ...turnsSoFar(answer, own)],
    tools: toolsOf(setup, history, answer),
    ...wishesOf(setup.parameters),
    idempotencyKey,
  };
}

/** This turn's answer; behind what it goes on from, the model is asked to do so. */
function turnsSoFar(
  answer: readonly MessagePart[],
  { firstStep = 0, callIdPrefix = '' }: Pick<Context, 'firstStep' | 'callIdPrefix'>,
): Turn[] {
  const isOwn = (part: MessagePart): boolean => 'step' in part && part.step >= firstStep;
  const before = answerTurns(answer.filter((part) => !isOwn(part)));
  const asking: Turn[] = before.length === 0 ? [] : [{ role: 'user', parts: [textOf(goOn)] }];
  return [...before, ...asking, ...answerTurns(answer.filter(isOwn), callIdPrefix)];
}

function toolsOf(setup: ToldSetup, history: Context['history'], answer: readonly MessagePart[]): ModelRequest['tools'] {
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
  const quotes = parts.flatMap((part) => (part.type === 'quote' ? [blockQuote(part.text)] : []));
  return texts.length === 0 ? [] : [{ role: 'user', parts: withFiles(withQuotes(texts, quotes), files) }];
}

function withQuotes([first = '', ...others]: readonly string[], quotes: readonly string[]): string[] {
  return [[...quotes, first].join('\n\n'), ...others];
}

function blockQuote(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
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
