import { agentIdSchema } from '@parley/contracts';
import type { AgentId, Usage } from '@parley/contracts';
import type { Connection } from 'mongoose';
import * as z from 'zod/mini';

/** How much an agent was used: answers it began, people who asked, tokens of them all. */
export interface AgentUsage {
  readonly turns: number;
  readonly users: number;
  readonly usage: Usage;
}

export interface AgentUsageRepository {
  /** By agent, without those that nobody used. */
  since(start: Date): Promise<ReadonlyMap<AgentId, AgentUsage>>;
}

const sum = (field: string) => ({ $sum: `$${field}` });

const rowSchema = z.object({
  _id: agentIdSchema,
  turns: z.number(),
  users: z.number(),
  input: z.number(),
  output: z.number(),
  cachedInput: z.number(),
  reasoning: z.number(),
});

/** Counts in the `messages` collection. */
export function createAgentUsageRepository(connection: Connection): AgentUsageRepository {
  return {
    async since(start) {
      const rows = await connection
        .collection('messages')
        .aggregate([
          { $match: { 'agent.id': { $exists: true }, createdAt: { $gte: start } } },
          {
            $group: {
              _id: { agent: '$agent.id', user: { $ifNull: ['$author.id', '$userId'] } },
              turns: { $sum: 1 },
              input: sum('usage.input'),
              output: sum('usage.output'),
              cachedInput: sum('usage.cachedInput'),
              reasoning: sum('usage.reasoning'),
            },
          },
          {
            $group: {
              _id: '$_id.agent',
              turns: sum('turns'),
              users: { $sum: 1 },
              input: sum('input'),
              output: sum('output'),
              cachedInput: sum('cachedInput'),
              reasoning: sum('reasoning'),
            },
          },
        ])
        .toArray();
      return new Map(
        z.parse(z.array(rowSchema), rows).map(({ _id, turns, users, ...usage }) => [_id, { turns, users, usage }]),
      );
    },
  };
}
