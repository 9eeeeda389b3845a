import { agentIdSchema } from '@parley/contracts';
import type { AgentPosition } from '../database/repositories/agent-repository.ts';
import { createListCursor } from '../http/list-cursor.ts';

/** Where a page of agents ends. */
export const agentCursor = createListCursor<AgentPosition>({
  write: ({ promoted, updatedAt, id }) => `${promoted ? 1 : 0}.${updatedAt.getTime()}.${id}`,
  read(text) {
    const [, promoted, time, id] = /^([01])\.(\d{1,15})\.(.+)$/.exec(text) ?? [];
    const parsed = agentIdSchema.safeParse(id);
    if (!parsed.success) return undefined;
    return { promoted: promoted === '1', updatedAt: new Date(Number(time)), id: parsed.data };
  },
});
