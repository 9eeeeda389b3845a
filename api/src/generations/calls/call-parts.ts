import type { AgentRef, MessagePart, ToolCallPart } from '@parley/contracts';

/** A call that a model has made in full and that has no result yet. */
export function isUnanswered(part: MessagePart): part is ToolCallPart {
  return part.type === 'tool-call' && part.state !== 'writing-input' && part.output === undefined;
}

/** Whether a call, or one inside of it, waits for its user. */
export function isWaiting(parts: readonly MessagePart[]): boolean {
  return waitingCalls(parts).length > 0;
}

/** The calls that wait for their user, also those of sub-agents. */
export function waitingCalls(parts: readonly MessagePart[]): ToolCallPart[] {
  return parts.filter(isUnanswered).flatMap((call) => {
    const inside = call.run === undefined ? [] : waitingCalls(call.run.parts);
    return call.state === 'waiting' ? [call, ...inside] : inside;
  });
}

/** The agent that the newest hand-off from a step on leads to, if there is one. */
export function handedTo(parts: readonly MessagePart[], firstStep = 0): AgentRef | undefined {
  return parts.filter((part) => part.type === 'hand-off').findLast(({ step }) => step >= firstStep)?.agent;
}

/** Whether a step answers calls that the model made in the one before. */
export function isToolStep(parts: readonly MessagePart[], step: number): boolean {
  return parts.some((part) => part.type === 'tool-call' && part.step === step - 1 && part.state !== 'writing-input');
}
