import { createContext, use } from 'react';
import { enAgents } from '../../locales/en-agents.ts';

/** The catalog of the agents' pages; apart from `Texts`, because the first page does without it. */
export type AgentTexts = typeof enAgents;

const AgentTextsContext = createContext<AgentTexts>(enAgents);

/** The words of the agents' pages: `const { market } = useAgentTexts()`. */
export function useAgentTexts(): AgentTexts {
  return use(AgentTextsContext);
}
