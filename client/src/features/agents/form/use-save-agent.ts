import { agentRoutes, ProblemError } from '@parley/contracts';
import type { AgentId, AgentSettings } from '@parley/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../../lib/api/call.ts';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { agentSettingsQuery } from '../../../lib/query/agent-queries.ts';
import { rememberAgent } from '../agent-lists.ts';
import type { SavedAgent } from '../agent-lists.ts';
import { readForm, toForm } from './agent-form.ts';
import { errorsOfProblem } from './form-errors.ts';
import type { AgentFormState } from './use-agent-form.ts';

export interface SaveAgentOptions {
  /** Absent for an agent that has never been saved. */
  readonly id: AgentId | undefined;
  readonly state: AgentFormState;
}

/** Saves the form as a new version: puts what is wrong at its fields, and notices when somebody else was faster. */
export function useSaveAgent({ id, state }: SaveAgentOptions) {
  const client = useQueryClient();
  const texts = useAgentTexts();
  const [hasConflict, setConflict] = useState(false);
  const mutation = useMutation({
    mutationFn: ({ settings, baseVersion }: { settings: AgentSettings; baseVersion: number | null }) =>
      id === undefined || baseVersion === null
        ? call(agentRoutes.create, { body: settings })
        : call(agentRoutes.update, { params: { id }, body: { baseVersion, settings } }),
  });

  /** Resolves with what was saved, or `undefined` when the page now says why it was not. */
  async function save(baseVersion = state.baseVersion): Promise<SavedAgent | undefined> {
    if (mutation.isPending) return undefined;
    const { form } = state;
    const read = readForm(form, texts);
    mutation.reset();
    if ('errors' in read) {
      state.setErrors(read.errors);
      return undefined;
    }
    try {
      const saved = await mutation.mutateAsync({ settings: read.settings, baseVersion });
      state.markSaved(form, { form: toForm(saved.settings), version: saved.agent.version });
      setConflict(false);
      rememberAgent(client, saved);
      return saved;
    } catch (error) {
      if (id !== undefined && error instanceof ProblemError && error.code === 'agent-changed') {
        mutation.reset();
        setConflict(true);
        void client.invalidateQueries({ queryKey: agentSettingsQuery(id).queryKey });
      } else {
        state.setErrors(errorsOfProblem(error));
      }
      return undefined;
    }
  }

  return {
    save,
    isSaving: mutation.isPending,
    /** Why saving failed, where no field is to blame. */
    failure: Object.keys(state.errors).length === 0 ? mutation.error : null,
    hasConflict,
    showConflict: () => setConflict(true),
    endConflict: () => setConflict(false),
  };
}

export type SavingState = ReturnType<typeof useSaveAgent>;
