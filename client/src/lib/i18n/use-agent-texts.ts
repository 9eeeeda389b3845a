import { enAgents } from '../../locales/en-agents.ts';
import { createTexts } from './create-texts.ts';

/** The catalog of the agents' pages; apart from `Texts`, because the first page does without it. */
export type AgentTexts = typeof enAgents;

/** The words of the agents' pages: `const { market } = useAgentTexts()`. */
export const [useAgentTexts] = createTexts('agents', enAgents);
