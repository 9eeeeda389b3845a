import type { Comparison, Message, MessageId, MessagePart } from '@parley/contracts';
import type { PathNode } from '../thread/visible-path.ts';

/** A prompt with its answers in the order of their columns. */
export interface ComparedTurn {
  readonly question: Message;
  readonly comparison: Comparison;
  readonly answers: readonly Message[];
}

/** What is compared at the end of a path: none of the answers has been continued. */
export function comparedAtEnd(path: readonly PathNode[], messages: readonly Message[]): ComparedTurn | undefined {
  const question = path.at(-2)?.message;
  const comparison = question?.comparison;
  if (!question || !comparison || isContinued(comparison, messages)) return undefined;
  const answers = comparison.answers.flatMap((id) => messages.find((message) => message.id === id) ?? []);
  const isShown = answers.some(({ id }) => id === path.at(-1)?.message.id);
  return isShown && answers.length > 1 ? { question, comparison, answers } : undefined;
}

/** The messages without the names of models that nobody may know before the vote; the same list where there are none. */
export function hideModels(messages: readonly Message[]): readonly Message[] {
  const hidden = new Set<MessageId>();
  for (const { comparison } of messages) {
    if (!comparison?.blind || comparison.choice !== undefined || isContinued(comparison, messages)) continue;
    for (const id of comparison.answers) hidden.add(id);
  }
  return hidden.size === 0 ? messages : messages.map((its) => (hidden.has(its.id) ? withoutModel(its) : its));
}

/** An answer without anything that tells who wrote it, but what it says itself. */
export function withoutModel(answer: Message): Message {
  const {
    endpoint: _endpoint,
    model: _model,
    agent: _agent,
    trace: _trace,
    usage: _usage,
    notices: _notices,
    ...rest
  } = answer;
  return rest.parts.some(namesAnswerer) ? { ...rest, parts: rest.parts.flatMap(withoutName) } : rest;
}

/** Servers name the model that an error is about, and its agents by name. */
function namesAnswerer(part: MessagePart): boolean {
  return part.type === 'hand-off' || (part.type === 'error' && part.detail !== undefined);
}

function withoutName(part: MessagePart): MessagePart[] {
  if (part.type === 'hand-off') return [];
  if (part.type !== 'error') return [part];
  const { detail: _detail, ...rest } = part;
  return [rest];
}

function isContinued({ answers }: Comparison, messages: readonly Message[]): boolean {
  return messages.some(({ parentId }) => parentId !== null && answers.includes(parentId));
}
