import type { ModelUsage } from '../../core/model-event.ts';

/** The usage object of this dialect. */
export function toResponsesUsage({ input, output, cachedInput, cacheWrite, cacheWriteHour, reasoning }: ModelUsage) {
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: cachedInput ?? 0,
      cache_write_tokens: (cacheWrite ?? 0) + (cacheWriteHour ?? 0),
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning ?? 0 },
    total_tokens: input + output,
  };
}
