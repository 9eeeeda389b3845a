import type { CollectedSource } from '../collect-answer.ts';

/** A source as a citation of this dialect. */
export function toCitation({ url, title, excerpt }: Omit<CollectedSource, 'type'>) {
  return { type: 'web_search_result_location', url, title, encrypted_index: '', cited_text: excerpt ?? '' };
}
