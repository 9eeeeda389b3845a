import { problem } from '@parley/contracts';
import type { AgentId, AgentSettings, ProblemIssue } from '@parley/contracts';
import type { Access, AccessSubject } from '../access/access-service.ts';
import type { AgentRepository } from '../database/repositories/agent-repository.ts';
import type { ModelService } from '../models/model-service.ts';
import { missingModel } from './missing-model.ts';

interface SettingsCheckOptions {
  readonly models: Pick<ModelService, 'resolve'>;
  readonly access: Pick<Access, 'rolesFor'>;
  readonly agents: Pick<AgentRepository, 'summaries'>;
}

/** Settings that somebody wants to save. */
export interface WantedSettings {
  readonly settings: AgentSettings;
  /** Where they are in the request, such as `body.settings`. */
  readonly path: string;
  /** The agent and what it is now, if there is one already. */
  readonly agent?: { readonly id: AgentId; readonly settings: AgentSettings };
}

/** Throws `invalid-request` with everything that is wrong. */
export type SettingsCheck = (asker: AccessSubject, wanted: WantedSettings, signal: AbortSignal) => Promise<void>;

/**
 * Holds settings against what there is: the model has to exist, and other agents have to be visible to who adds them.
 * Those that are part of the agent already stay, since another editor may know them.
 */
export function createSettingsCheck({ models, access, agents }: SettingsCheckOptions): SettingsCheck {
  async function modelIssues({ settings, path }: WantedSettings, signal: AbortSignal): Promise<ProblemIssue[]> {
    const missing = await missingModel(models, settings, signal);
    return missing === undefined ? [] : [{ path: `${path}.${missing}`, message: 'does not exist here' }];
  }

  async function otherIssues(asker: AccessSubject, { settings, path, agent }: WantedSettings): Promise<ProblemIssue[]> {
    const known = new Set([...(agent?.settings.subAgents ?? []), ...(agent?.settings.handOffs ?? [])]);
    const added = [...settings.subAgents, ...settings.handOffs].filter((id) => !known.has(id) && id !== agent?.id);
    const [roles, found] = await Promise.all([access.rolesFor(asker, 'agent', added), agents.summaries(added)]);
    const existing = new Set(found.map(({ id }) => id));

    return (['subAgents', 'handOffs'] as const).flatMap((list) =>
      settings[list].flatMap((id, index) => {
        const place = `${path}.${list}.${index}`;
        if (id === agent?.id) return [{ path: place, message: 'is this agent itself' }];
        if (known.has(id) || (existing.has(id) && roles.has(id))) return [];
        return [{ path: place, message: 'is an agent that does not exist, or is not shared with you' }];
      }),
    );
  }

  return async (asker, wanted, signal) => {
    const [first, others] = await Promise.all([modelIssues(wanted, signal), otherIssues(asker, wanted)]);
    const issues = [...first, ...others];
    if (issues.length === 0) return;
    throw problem('invalid-request', {
      detail: issues.map(({ path, message }) => `${path}: ${message}`).join('; '),
      issues,
    });
  };
}
