import type { ModelUsage } from '../../core/model-event.ts';
import { countIn, isFields } from '../json-fields.ts';
import type { Fields } from '../json-fields.ts';

/**
 * What `more` adds to what is known of the tokens of an answer. Vendors repeat usage, cumulatively or at the end: the
 * larger figure of each kind is the truth.
 */
export function mergeUsage(held: ModelUsage | undefined, more: Fields): ModelUsage {
  const input = isFields(more['prompt_tokens_details']) ? more['prompt_tokens_details'] : {};
  const output = isFields(more['completion_tokens_details']) ? more['completion_tokens_details'] : {};
  const reasoning = countIn(output['reasoning_tokens']);
  // DeepSeek and Moonshot have places of their own for what came from their caches.
  const cached =
    countIn(input['cached_tokens']) ??
    (countIn(more['prompt_cache_hit_tokens']) || countIn(more['cached_tokens']) || undefined);
  return {
    input: largest(held?.input, countIn(more['prompt_tokens'])) ?? 0,
    output: largest(held?.output, writtenTokens(more, reasoning)) ?? 0,
    ...kind('cachedInput', held, cached),
    ...kind('cacheWrite', held, countIn(input['cache_write_tokens'])),
    ...kind('reasoning', held, reasoning),
    ...kind('audioInput', held, countIn(input['audio_tokens']) || undefined),
    ...kind('audioOutput', held, countIn(output['audio_tokens']) || undefined),
  };
}

/** xAI counts reasoning beside what was written; its total tells. */
function writtenTokens(usage: Fields, reasoning: number | undefined): number | undefined {
  const written = countIn(usage['completion_tokens']);
  const read = countIn(usage['prompt_tokens']);
  const total = countIn(usage['total_tokens']);
  if (written === undefined || read === undefined || total === undefined || !reasoning) return written;
  return total === read + written + reasoning ? written + reasoning : written;
}

function kind(
  name: keyof ModelUsage,
  held: ModelUsage | undefined,
  more: number | undefined,
): Partial<Record<keyof ModelUsage, number>> {
  const count = largest(held?.[name], more);
  return count === undefined ? {} : { [name]: count };
}

function largest(held: number | undefined, more: number | undefined): number | undefined {
  if (more === undefined) return held;
  return held === undefined || more > held ? more : held;
}
