import { totalUsage } from '@parley/contracts';
import type { Message, StepTrace, Usage } from '@parley/contracts';

/** Shorter than this, a speed says more about the clock than about the model. */
const leastWritingMs = 20;

/** What a whole answer took. Whatever is not known of it is `undefined`. */
export interface AnswerFigures {
  /** Of the models and the tools together, milliseconds. */
  readonly totalMs: number | undefined;
  /** From the first call of a model to its first token. */
  readonly firstTokenMs: number | undefined;
  /** While something was written, tokens from a cache left out. */
  readonly tokensPerSecond: number | undefined;
  readonly usage: Usage | undefined;
  /** `isWhole` is false when the price of a step is not known. */
  readonly cost: { readonly microUsd: number; readonly isWhole: boolean } | undefined;
}

/** Sums up the steps of an answer. */
export function answerFigures(message: Pick<Message, 'trace' | 'usage' | 'parts'>): AnswerFigures {
  const { trace = [] } = message;
  return {
    totalMs: trace.length === 0 ? undefined : sumOf(trace, ({ modelMs, toolsMs = 0 }) => modelMs + toolsMs),
    firstTokenMs: trace[0]?.firstTokenMs,
    tokensPerSecond: speedOf(trace),
    usage: totalUsage(message),
    cost: costOf(trace),
  };
}

function speedOf(trace: readonly StepTrace[]): number | undefined {
  const written = trace.filter(({ usage, firstTokenMs, cached }) => usage && firstTokenMs !== undefined && !cached);
  const writingMs = sumOf(written, ({ modelMs, firstTokenMs = 0 }) => Math.max(0, modelMs - firstTokenMs));
  const tokens = sumOf(written, ({ usage }) => usage?.output ?? 0);
  return writingMs < leastWritingMs || tokens === 0 ? undefined : (tokens * 1000) / writingMs;
}

function costOf(trace: readonly StepTrace[]): AnswerFigures['cost'] {
  const priced = trace.filter(({ costMicroUsd }) => costMicroUsd !== undefined);
  if (priced.length === 0) return undefined;
  return { microUsd: sumOf(priced, ({ costMicroUsd = 0 }) => costMicroUsd), isWhole: priced.length === trace.length };
}

function sumOf(steps: readonly StepTrace[], value: (step: StepTrace) => number): number {
  return steps.reduce((sum, step) => sum + value(step), 0);
}
