import { agentsEndpoint } from '@parley/contracts';
import type { Answerer } from '../database/repositories/conversation-repository.ts';
import type { RunningGeneration } from '../database/repositories/generation-repository.ts';

/**
 * Who answers, as a conversation that begins with this turn says it. Of a blind comparison that is the first by name: it
 * tells nothing of the answers.
 */
export function shownAnswerer(generation: RunningGeneration): Answerer {
  const { comparison, lanes = [] } = generation;
  const all: Answerer[] = [generation, ...(comparison?.blind === true ? lanes : [])];
  const [first = generation] = all.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const { endpoint, model, tools = [], agent, spec, settings } = first;
  return { endpoint, model, tools, agent, spec, settings: endpoint === agentsEndpoint ? undefined : settings };
}

function nameOf({ endpoint, model, spec, settings }: Answerer): string {
  return JSON.stringify([endpoint, model, spec, settings]);
}
