import { agentsEndpoint } from '@parley/contracts';
import type { Agent } from '@parley/contracts';
import type { EndpointModels, ModelChoice } from './model-choice.ts';

/** One line of the list of models and agents. */
export interface AnswererOption {
  readonly choice: ModelChoice;
  readonly label: string;
  readonly description: string | undefined;
  /** Of an agent: a data URL or `null`. */
  readonly picture?: string | null;
}

export interface AnswererGroup {
  readonly label: string;
  readonly options: readonly AnswererOption[];
}

/** Agents, those used last first and then the newest, and the models of each endpoint. Disabled agents are left out. */
export function answererGroups(
  agents: readonly Agent[],
  recentAgents: readonly string[],
  offered: readonly EndpointModels[],
  agentsLabel: string,
): AnswererGroup[] {
  const rank = ({ id }: Agent) => {
    const index = recentAgents.indexOf(id);
    return index === -1 ? recentAgents.length : index;
  };
  const ordered = agents
    .filter(({ disabled }) => !disabled)
    .toSorted((one, other) => rank(one) - rank(other) || other.updatedAt.localeCompare(one.updatedAt));
  const ofAgents = ordered.map(({ id, name, description, avatar }) => ({
    choice: { endpoint: agentsEndpoint, model: id },
    label: name,
    description: description === '' ? undefined : description,
    picture: avatar,
  }));
  const ofModels = offered.map((endpoint) => ({
    label: endpoint.label,
    options: endpoint.models.map(({ id, description }) => ({
      choice: { endpoint: endpoint.name, model: id },
      label: id,
      description,
    })),
  }));
  return [{ label: agentsLabel, options: ofAgents }, ...ofModels].filter(({ options }) => options.length > 0);
}

/** The groups with what fits the typed words. */
export function searchAnswerers(groups: readonly AnswererGroup[], query: string): AnswererGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return groups.flatMap((group) => {
    const options = group.options.filter(({ label, description = '' }) => {
      const text = `${group.label} ${label} ${description}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    return options.length > 0 ? [{ ...group, options }] : [];
  });
}

/** Whether two choices are the same. */
export function isSameChoice(one: ModelChoice | undefined, other: ModelChoice | undefined): boolean {
  return one?.endpoint === other?.endpoint && one?.model === other?.model;
}
