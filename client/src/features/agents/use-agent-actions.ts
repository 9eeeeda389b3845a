import { agentRoutes } from '@parley/contracts';
import type { Agent } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useAgentTexts } from '../../lib/i18n/use-agent-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { agentQuery, agentSettingsQuery, agentVersionsQuery } from '../../lib/query/agent-queries.ts';
import { showToast } from '../../ui/toast-store.ts';
import { refreshAgentLists, rememberAgent } from './agent-lists.ts';
import { downloadJson } from './download-json.ts';

/** What can be done to an agent from its card or its page. A failure says why in a toast. */
export function useAgentActions() {
  const client = useQueryClient();
  const texts = useTexts();
  const { actions } = useAgentTexts();

  async function attempt<T>(work: Promise<T>, failed: string): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      showToast({ tone: 'danger', text: `${failed} ${explainError(error, texts)}` });
      return undefined;
    }
  }

  async function setStanding({ id }: Agent, standing: { promoted?: boolean; disabled?: boolean }, done: string) {
    const changed = await attempt(
      call(agentRoutes.setStanding, { params: { id }, body: standing }),
      actions.failed.standing,
    );
    if (!changed) return;
    client.setQueryData(agentQuery(id).queryKey, changed);
    void client.invalidateQueries({ queryKey: agentSettingsQuery(id).queryKey });
    refreshAgentLists(client);
    showToast({ text: done });
  }

  return {
    /** Resolves with the new agent, or `undefined` when there is none. */
    async duplicate({ id }: Agent): Promise<Agent | undefined> {
      const made = await attempt(call(agentRoutes.duplicate, { params: { id } }), actions.failed.duplicate);
      if (!made) return undefined;
      rememberAgent(client, made);
      showToast({ text: actions.duplicated(made.agent.name), tone: 'success' });
      return made.agent;
    },
    async export({ id, name }: Agent): Promise<void> {
      const file = await attempt(call(agentRoutes.export, { params: { id } }), actions.failed.export);
      if (file) downloadJson(file, `${slugOf(name)}.agent.json`);
    },
    /** Resolves with whether it is gone. */
    async remove({ id, name }: Agent): Promise<boolean> {
      const work = call(agentRoutes.remove, { params: { id } }).then(() => true);
      if (!(await attempt(work, actions.failed.delete))) return false;
      for (const query of [agentQuery(id), agentSettingsQuery(id), agentVersionsQuery(id)]) {
        client.removeQueries({ queryKey: query.queryKey });
      }
      refreshAgentLists(client);
      showToast({ text: actions.deleted(name) });
      return true;
    },
    promote: (agent: Agent, promoted: boolean) =>
      setStanding(agent, { promoted }, promoted ? actions.promotedDone(agent.name) : actions.demotedDone(agent.name)),
    disable: (agent: Agent, disabled: boolean) =>
      setStanding(agent, { disabled }, disabled ? actions.disabledDone(agent.name) : actions.enabledDone(agent.name)),
  };
}

function slugOf(name: string): string {
  return (
    name
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .replaceAll(/^-|-$/g, '') || 'agent'
  );
}
