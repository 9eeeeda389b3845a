import { agentsEndpoint } from '@parley/contracts';
import type { Agent, ModelSpec, Preset } from '@parley/contracts';
import type { ChosenAnswerer, EndpointModels, ModelChoice } from './model-choice.ts';

/** One line of the list of models and agents. */
export interface AnswererOption {
  readonly key: string;
  readonly choice: ChosenAnswerer;
  /** What brings its own settings along is no model by itself. */
  readonly kind: 'agent' | 'model' | 'preset' | 'spec';
  readonly label: string;
  readonly description: string | undefined;
  /** A data URL, or `null` for the first letter of the label; absent: none. */
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
    key: id,
    kind: 'agent' as const,
    choice: { endpoint: agentsEndpoint, model: id },
    label: name,
    description: description === '' ? undefined : description,
    picture: avatar,
  }));
  const ofModels = offered.map((endpoint) => ({
    label: endpoint.label,
    options: endpoint.models.map(({ id, description }) => ({
      key: `${endpoint.name}/${id}`,
      kind: 'model' as const,
      choice: { endpoint: endpoint.name, model: id },
      label: id,
      description,
    })),
  }));
  return [{ label: agentsLabel, options: ofAgents }, ...ofModels].filter(({ options }) => options.length > 0);
}

/** What somebody has kept: a model or an agent with settings and tools. */
export function presetGroup(presets: readonly Preset[], label: string): AnswererGroup[] {
  const options = presets.map(({ id, name, endpoint, model, settings, tools }) => ({
    key: id,
    kind: 'preset' as const,
    choice: { endpoint, model, settings: settings ?? {}, tools },
    label: name,
    description: endpoint === agentsEndpoint ? undefined : model,
  }));
  return options.length === 0 ? [] : [{ label, options }];
}

/** The operator's model specs under their headings; those without one come first. */
export function specGroups(specs: readonly ModelSpec[], label: string): AnswererGroup[] {
  const groups = Map.groupBy(specs, ({ group }) => group ?? '');
  const headings = [...groups.keys()].toSorted((one, other) => Number(one !== '') - Number(other !== ''));
  return headings.map((heading) => ({
    label: heading === '' ? label : heading,
    options: (groups.get(heading) ?? []).map(({ name, label: words, description, endpoint, model }) => ({
      key: `spec/${name}`,
      kind: 'spec' as const,
      choice: { endpoint, model, spec: name },
      label: words,
      description,
      picture: null,
    })),
  }));
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
  return one?.endpoint === other?.endpoint && one?.model === other?.model && one?.spec === other?.spec;
}
