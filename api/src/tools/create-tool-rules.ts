import type { ToolEffect } from '@parley/contracts';
import type { AuditLog } from '../audit/audit-log.ts';
import { defaultToolsConfig } from '../config/tools-config.ts';
import type { ToolsConfig } from '../config/tools-config.ts';
import type { ToolGrantRepository } from '../database/repositories/tool-grant-repository.ts';
import type { ToolPolicyRepository } from '../database/repositories/tool-policy-repository.ts';
import type { ToolApprovals, ToolCaller, ToolSpec } from './tool.ts';
import { createToolApprovals } from './tool-approvals.ts';
import type { ToolEffects } from './tool-approvals.ts';
import { createToolPolicies } from './tool-policies.ts';
import type { ToolPolicies } from './tool-policies.ts';

/** Whether tools may run: what is decided by rules and by people. */
export interface ToolRules {
  readonly approvals: ToolApprovals & ToolEffects;
  readonly policies: ToolPolicies;
  /** What would happen if a model called this tool for somebody. */
  effectOf(user: Pick<ToolCaller, 'userId' | 'role'>, spec: ToolSpec): Promise<ToolEffect>;
  /** Removes what people have allowed tools whose refs begin like that. */
  forgetGrants(refPrefix: string): Promise<void>;
}

interface ToolRulesOptions {
  /** Absent: what holds where the file says nothing. */
  readonly settings: ToolsConfig | undefined;
  readonly grants: ToolGrantRepository;
  readonly policies: ToolPolicyRepository;
  readonly audit: Pick<AuditLog, 'note'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createToolRules({ settings = defaultToolsConfig, ...ports }: ToolRulesOptions): ToolRules {
  const policies = createToolPolicies(ports);
  const approvals = createToolApprovals({ ...ports, settings: settings.approval, policies });
  return {
    approvals,
    policies,
    async effectOf(user, spec) {
      const [effect = 'ask'] = await approvals.effects(user, [spec]);
      return effect;
    },
    forgetGrants: (refPrefix) => ports.grants.removeOf(refPrefix),
  };
}
