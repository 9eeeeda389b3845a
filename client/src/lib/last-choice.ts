import { toolRefsSchema } from '@parley/contracts';
import * as z from 'zod/mini';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

const storedSchema = z.object({
  last: z.nullable(z.object({ endpoint: z.string(), model: z.string(), spec: z.optional(z.string()) })),
  /** Ids of agents, the one used last first. */
  recentAgents: z._default(z.array(z.string()), []),
  tools: z._default(toolRefsSchema, []),
});

/** What was chosen last in this browser; new chats begin with it. An agent is a model of the endpoint `agents`. */
export type LastChoice = z.infer<typeof storedSchema>;

const mostRecent = 20;
const nothing: LastChoice = { last: null, recentAgents: [], tools: [] };

/** The choice chats begin with, kept in localStorage under `parley:model`. */
export const useLastChoice = create<LastChoice>()(
  persist(() => nothing, {
    name: 'parley:model',
    version: 1,
    merge: (stored, initial) => {
      const parsed = z.safeParse(storedSchema, stored);
      return parsed.success ? parsed.data : initial;
    },
  }),
);

/** Lets new chats begin with a model, or with an agent: `{ endpoint: agentsEndpoint, model: agent.id }`. */
export function chooseForNewChats(choice: NonNullable<LastChoice['last']>, isAgent: boolean): void {
  useLastChoice.setState(({ recentAgents }) => {
    const others = recentAgents.filter((id) => id !== choice.model);
    return {
      last: choice,
      recentAgents: isAgent ? [choice.model, ...others].slice(0, mostRecent) : recentAgents,
    };
  });
}
