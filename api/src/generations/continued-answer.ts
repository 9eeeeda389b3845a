import { foldParts } from '@parley/contracts';
import type { MessagePart, NestedRun } from '@parley/contracts';
import { endOpenCalls } from './open-calls.ts';

/** The step that an answer begins with that goes on from one with these parts. */
export function firstStepAfter(parts: readonly MessagePart[]): number {
  return Math.max(-1, ...parts.map((part) => ('step' in part ? part.step : -1))) + 1;
}

/**
 * What an answer begins with that goes on from one with these parts: all of them but what went wrong. No call is left to
 * be run, and tokens of sub-agents count for the older answer alone.
 */
export function continuedParts(parts: readonly MessagePart[]): MessagePart[] {
  const kept = parts.filter(({ type }) => type !== 'error');
  const ended = endOpenCalls(kept, Math.max(0, firstStepAfter(kept) - 1)).reduce<MessagePart[]>(foldParts, kept);
  return withoutUsage(ended);
}

function withoutUsage(parts: readonly MessagePart[]): MessagePart[] {
  return parts.map((part) => {
    if (part.type !== 'tool-call' || part.run === undefined) return part;
    const { usage: _usage, ...run }: NestedRun = part.run;
    return { ...part, run: { ...run, parts: withoutUsage(run.parts) } };
  });
}
