import type { MessagePart, ToolCallPart } from '@parley/contracts';

/** The calls that wait for their user, those of sub-agents included, in the order they are shown. */
export function waitingCalls(parts: readonly MessagePart[]): ToolCallPart[] {
  return parts.flatMap((part) => {
    if (part.type !== 'tool-call') return [];
    if (part.state === 'waiting') return [part];
    return part.run && !hasEnded(part) ? waitingCalls(part.run.parts) : [];
  });
}

/** Whether anything in an answer, or in the run of a sub-agent, waits for its user. */
export function waitsForInput(parts: readonly MessagePart[]): boolean {
  return waitingCalls(parts).length > 0;
}

/** Whether nothing of a call will change any more. */
export function hasEnded({ state }: ToolCallPart): boolean {
  return state === 'done' || state === 'failed' || state === 'denied';
}
