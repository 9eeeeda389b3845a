import type { QueryClient } from '@tanstack/react-query';
import { presetsQuery } from '../../../../lib/query/preset-queries.ts';
import { answerersQuery } from '../../../../lib/query/queries.ts';

/** After a change: the presets, and what new chats begin with. */
export function refreshPresets(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: presetsQuery.queryKey });
  void client.invalidateQueries({ queryKey: answerersQuery.queryKey });
}
