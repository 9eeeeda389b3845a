import { agentIdSchema, ProblemError } from '@parley/contracts';
import type { Agent, AgentId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { agentQuery, agentSettingsQuery } from '../../lib/query/agent-queries.ts';
import { emptyForm, toForm } from './form/agent-form.ts';
import type { SavedForm } from './form/use-agent-form.ts';
import { useOfferedModels } from './form/use-offered-models.ts';

/** Stands for an agent that does not exist yet; it is never asked for. */
const nilId = agentIdSchema.parse('00000000-0000-0000-0000-000000000000');

/** What the builder shows: a form, an agent that may only be used, or why it shows nothing. */
export type BuilderSource =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'form'; readonly agent: Agent | undefined; readonly saved: SavedForm }
  | { readonly kind: 'viewer'; readonly agent: Agent }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly error: Error; readonly retry: () => void };

/** The agent to change with what was saved of it; without an id, what a new one begins with. */
export function useBuilderSource(id: AgentId | undefined): BuilderSource {
  const models = useOfferedModels();
  const settings = useQuery({ ...agentSettingsQuery(id ?? nilId), enabled: id !== undefined });
  const isRefused = settings.error instanceof ProblemError && settings.error.status < 500;
  // Who may not change it may still be allowed to use it.
  const seen = useQuery({ ...agentQuery(id ?? nilId), enabled: id !== undefined && isRefused });

  if (id === undefined) {
    if (!models.offered && !models.error) return { kind: 'waiting' };
    const [endpoint] = models.offered ?? [];
    const model = endpoint?.models.find((item) => item.id === endpoint.defaultModel) ?? endpoint?.models[0];
    const choice = endpoint && model ? { endpoint: endpoint.name, model: model.id } : {};
    return { kind: 'form', agent: undefined, saved: { form: { ...emptyForm, ...choice }, version: null } };
  }
  if (settings.data) {
    const { agent } = settings.data;
    return { kind: 'form', agent, saved: { form: toForm(settings.data.settings), version: agent.version } };
  }
  if (!settings.error || (isRefused && seen.isLoading)) return { kind: 'waiting' };
  if (isRefused && seen.data) return { kind: 'viewer', agent: seen.data };
  if (isMissing(settings.error)) return { kind: 'missing' };
  return { kind: 'failed', error: settings.error, retry: () => void settings.refetch() };
}

function isMissing(error: Error): boolean {
  return error instanceof ProblemError && error.code === 'agent-not-found';
}
