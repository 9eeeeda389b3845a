import { thinkingBudget, thinkingEffort } from '../../catalog/thinking.ts';
import type { ModelRequest } from '../../core/model-request.ts';

/** Fewer tokens of thinking than that are refused by Anthropic's models. */
const smallestBudget = 1024;
/** Anthropic's models from 4.6 on decide for themselves how long they think, given an effort. */
const isAdaptive = /claude-[a-z]+-(?:4-(?:[6-9]|\d\d)(?!\d)|[5-9])/;

/**
 * Reasoning has no field of its own in Converse: each family of models reads its own. Where a model would then refuse
 * the rest of the request, it does not think, and `dropped` says so.
 */
export function toThinking(
  { reasoning, sampling, toolChoice, turns }: ModelRequest,
  model: string,
  dropped: Set<string>,
): Record<string, unknown> {
  const effort = reasoning && thinkingEffort(reasoning);
  if (reasoning === undefined || effort === undefined || effort === 'none') return {};
  const level = effort === 'minimal' ? 'low' : effort;
  if (/openai\./.test(model)) return { reasoning_effort: level === 'xhigh' ? 'high' : level };
  if (/amazon\.nova-(?!lite-v1|micro-v1|pro-v1|premier-v1)/.test(model)) {
    return { reasoningConfig: { type: 'enabled', maxReasoningEffort: level === 'xhigh' ? 'high' : level } };
  }
  const isForced = toolChoice !== undefined && toolChoice !== 'auto' && toolChoice !== 'none';
  if (/anthropic\./.test(model) && !isForced) {
    if (isAdaptive.test(model) && reasoning.budgetTokens === undefined) {
      return { thinking: { type: 'adaptive' }, output_config: { effort: level } };
    }
    const limit = (sampling.maxOutputTokens ?? Infinity) - 1;
    const budget = Math.min(Math.max(thinkingBudget(reasoning) ?? 0, smallestBudget), limit);
    if (budget >= smallestBudget && !hasUnthoughtCall(turns))
      return { thinking: { type: 'enabled', budget_tokens: budget } };
  }
  dropped.add('reasoning_effort');
  return {};
}

/** A model that must think refuses to go on after a call of its own without the thought before it. */
function hasUnthoughtCall(turns: ModelRequest['turns']): boolean {
  const last = turns.findLast((turn) => turn.role !== 'tool');
  if (turns.at(-1)?.role !== 'tool' || last?.role !== 'assistant') return false;
  return !last.parts.some(
    (part) => part.type === 'reasoning' && (part.signature ?? part.opaque)?.dialect === 'bedrock-converse',
  );
}
