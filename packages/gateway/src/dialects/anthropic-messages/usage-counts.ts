import type { ModelUsage } from '../../core/model-event.ts';
import type { MessageUsage } from './stream-event.ts';

export interface UsageCounts {
  /** Counts are cumulative: of each kind the largest that was reported is the truth. */
  note(usage: MessageUsage): void;
  /** Undefined while nothing was reported. */
  read(): ModelUsage | undefined;
}

type Kind =
  | 'fresh'
  | 'cacheRead'
  | 'cacheWrite'
  | 'cacheWriteFive'
  | 'cacheWriteHour'
  | 'output'
  | 'thinking'
  | 'tools';

/**
 * Adds up the usage of one answer over `message_start` and every `message_delta`. Anthropic's `input_tokens` leave out
 * what was read from and written to the cache; ours contain it.
 */
export function createUsageCounts(): UsageCounts {
  const counts = new Map<Kind, number>();

  function raise(kind: Kind, count: number | null | undefined): void {
    if (count === null || count === undefined || !Number.isFinite(count) || count < 0) return;
    counts.set(kind, Math.max(counts.get(kind) ?? 0, Math.round(count)));
  }

  return {
    note(usage) {
      raise('fresh', usage.input_tokens);
      raise('cacheRead', usage.cache_read_input_tokens);
      raise('cacheWrite', usage.cache_creation_input_tokens);
      raise('cacheWriteFive', usage.cache_creation?.ephemeral_5m_input_tokens);
      raise('cacheWriteHour', usage.cache_creation?.ephemeral_1h_input_tokens);
      raise('output', usage.output_tokens);
      raise('thinking', usage.output_tokens_details?.thinking_tokens);
      const calls = Object.values(usage.server_tool_use ?? {});
      if (calls.length > 0)
        raise(
          'tools',
          calls.reduce((sum: number, made) => sum + (made ?? 0), 0),
        );
    },
    read() {
      if (counts.size === 0) return undefined;
      const of = (kind: Kind): number => counts.get(kind) ?? 0;
      const hour = of('cacheWriteHour');
      const written = Math.max(of('cacheWrite'), of('cacheWriteFive') + hour);
      return {
        input: of('fresh') + of('cacheRead') + written,
        output: of('output'),
        ...(of('cacheRead') > 0 ? { cachedInput: of('cacheRead') } : {}),
        ...(written > hour ? { cacheWrite: written - hour } : {}),
        ...(hour > 0 ? { cacheWriteHour: hour } : {}),
        ...(counts.has('thinking') ? { reasoning: of('thinking') } : {}),
        ...(of('tools') > 0 ? { serverToolCalls: of('tools') } : {}),
      };
    },
  };
}

/** The usage object of this dialect. */
export function toMessagesUsage({ input, output, cachedInput, cacheWrite, cacheWriteHour, ...rest }: ModelUsage) {
  const read = cachedInput ?? 0;
  const five = cacheWrite ?? 0;
  const hour = cacheWriteHour ?? 0;
  return {
    input_tokens: Math.max(0, input - read - five - hour),
    cache_creation_input_tokens: five + hour,
    cache_read_input_tokens: read,
    ...(five + hour === 0
      ? {}
      : { cache_creation: { ephemeral_5m_input_tokens: five, ephemeral_1h_input_tokens: hour } }),
    output_tokens: output,
    ...(rest.reasoning === undefined ? {} : { output_tokens_details: { thinking_tokens: rest.reasoning } }),
    ...(rest.serverToolCalls === undefined
      ? {}
      : { server_tool_use: { web_search_requests: rest.serverToolCalls, web_fetch_requests: 0 } }),
  };
}
