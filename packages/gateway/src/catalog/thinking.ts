import type { ReasoningWish } from '../core/model-request.ts';

type Effort = NonNullable<ReasoningWish['effort']>;

/** Tokens for an effort, as Google's own OpenAI-compatible endpoint counts them (https://ai.google.dev/gemini-api/docs/openai). */
const budgets: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
};

/** How many tokens a model may think, for vendors that count; undefined where the wish says nothing about it. */
export function thinkingBudget({ effort, budgetTokens }: ReasoningWish): number | undefined {
  return budgetTokens ?? (effort === undefined ? undefined : budgets[effort]);
}

/** How much a model shall think, for vendors with levels; undefined where the wish says nothing about it. */
export function thinkingEffort({ effort, budgetTokens }: ReasoningWish): Effort | undefined {
  if (effort !== undefined || budgetTokens === undefined) return effort;
  if (budgetTokens === 0) return 'none';
  return budgetTokens <= budgets.low ? 'low' : budgetTokens <= budgets.medium ? 'medium' : 'high';
}
