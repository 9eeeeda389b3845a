import { thinkingBudget, thinkingEffort } from '../../catalog/thinking.ts';
import type { ModelRequest, Turn } from '../../core/model-request.ts';

export interface ThinkingPlan {
  /** `thinking` of the body; absent: not said. */
  readonly thinking?: object;
  /** `output_config.effort`. */
  readonly effort?: string;
  readonly maxTokens: number;
  /** Thinking has a budget, with what Anthropic forbids beside one. */
  readonly isCounting: boolean;
  /** Words of the request that found no place. */
  readonly dropped: readonly string[];
}

/**
 * What `max_tokens`, which this dialect insists on, is when the client named no limit: every Claude since 4 can write
 * as much, and a context that is known to be smaller gives half of itself. An answer that reaches it ends as `length`.
 */
const defaultMaxTokens = 32_000;
const smallestBudget = 1024;

/** Claude up to 4.5 counts a budget, and so do those who imitate it; later ones refuse one and are told an effort. */
const adaptiveModel = /claude-(?:mythos|fable|[a-z]+-(?:4[-.](?:[6-9]|\d{2})|[5-9]|\d{2})(?!\d))/;

export interface ThinkingOptions {
  readonly model: string;
  readonly contextTokens?: number | undefined;
}

/**
 * How a request's wish for reasoning is put to `model`. A budget is at least 1024 and always below `max_tokens`; where
 * that cannot be, or where Anthropic forbids thinking (a forced tool, a tool turn whose thinking belongs to another
 * vendor), the wish is dropped and named.
 */
export function planThinking(request: ModelRequest, { model, contextTokens }: ThinkingOptions): ThinkingPlan {
  const { reasoning, sampling } = request;
  const usual =
    contextTokens === undefined ? defaultMaxTokens : Math.min(defaultMaxTokens, Math.ceil(contextTokens / 2));
  const limit = sampling.maxOutputTokens;
  const plain = { maxTokens: limit ?? usual, isCounting: false, dropped: [] };
  const wished = reasoning && thinkingBudget(reasoning);
  if (reasoning === undefined || wished === undefined) return plain;
  if (wished === 0) return { ...plain, thinking: { type: 'disabled' } };
  if (isForced(request)) return { ...plain, dropped: ['reasoning'] };
  if (adaptiveModel.test(model)) {
    const effort = thinkingEffort(reasoning) ?? 'medium';
    return {
      ...plain,
      thinking: { type: 'adaptive', display: 'summarized' },
      effort: effort === 'minimal' ? 'low' : effort,
    };
  }
  const maxTokens = limit ?? Math.max(usual, reasoning.budgetTokens === undefined ? 0 : wished + usual);
  // The budget that the client counted itself may take all but a token; one of ours leaves room for the answer.
  const room = reasoning.budgetTokens === undefined ? Math.floor(maxTokens * 0.75) : maxTokens - 1;
  const budget = Math.min(Math.max(smallestBudget, wished), room);
  if (budget < smallestBudget || lacksThinking(request.turns)) return { ...plain, dropped: ['reasoning'] };
  return { maxTokens, thinking: { type: 'enabled', budget_tokens: budget }, isCounting: true, dropped: [] };
}

function isForced({ toolChoice, tools }: ModelRequest): boolean {
  if (tools.length === 0 || toolChoice === undefined) return false;
  return typeof toolChoice === 'string'
    ? toolChoice === 'required'
    : !('mode' in toolChoice) || toolChoice.mode === 'required';
}

/** Whether tool results follow calls whose thinking we cannot give back: with a budget, Anthropic refuses that. */
function lacksThinking(turns: readonly Turn[]): boolean {
  if (turns.at(-1)?.role !== 'tool') return false;
  const calling = turns.findLast((turn) => turn.role === 'assistant');
  return !calling?.parts.some(
    (part) =>
      part.type === 'reasoning' &&
      (part.signature?.dialect === 'anthropic-messages' || part.opaque?.dialect === 'anthropic-messages'),
  );
}
