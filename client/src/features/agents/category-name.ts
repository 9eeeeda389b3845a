import { agentCategories } from '@parley/contracts';
import type { AgentTexts } from '../../lib/i18n/use-agent-texts.ts';

/** What people call a category; one that is not of ours keeps its own name. */
export function categoryName(category: string, { categories }: AgentTexts): string {
  const known = agentCategories.find((candidate) => candidate === category);
  return known === undefined ? category : categories[known];
}
