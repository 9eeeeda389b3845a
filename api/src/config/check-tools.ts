import type { LibrechatConfig } from '@parley/contracts';
import type { YamlSource } from '@parley/gateway';
import type { Mistake } from './mistake.ts';
import { pathText } from './path-text.ts';
import { defaultToolsConfig } from './tools-config.ts';
import type { ApprovalConfig, ToolsConfig } from './tools-config.ts';

/** What a file that has the right shape decides about tools. */
export function toolsFromConfig({ endpoints, includedTools, filteredTools }: LibrechatConfig): ToolsConfig {
  const { recursionLimit, maxRecursionLimit, toolApproval } = endpoints.agents ?? {};
  const { approval: usual } = defaultToolsConfig;
  const given = toolApproval ?? {};
  const approval: ApprovalConfig = {
    enabled: given.enabled ?? usual.enabled,
    mode: given.mode ?? usual.mode,
    allow: given.allow ?? [],
    deny: given.deny ?? [],
    ask: given.ask ?? [],
    ...(given.reason === undefined ? {} : { reason: given.reason }),
    allowAlways: given.allowAlways ?? usual.allowAlways,
    allowAlwaysMaxTools: given.allowAlwaysMaxTools ?? usual.allowAlwaysMaxTools,
    allowAlwaysMaxToolNameLength: given.allowAlwaysMaxToolNameLength ?? usual.allowAlwaysMaxToolNameLength,
    hasHooks: (given.hooks ?? []).length > 0,
  };
  return {
    approval,
    filtered: filteredTools ?? [],
    ...(includedTools === undefined || includedTools === null ? {} : { included: includedTools }),
    ...(recursionLimit === undefined ? {} : { defaultSteps: recursionLimit }),
    ...(maxRecursionLimit === undefined ? {} : { mostSteps: maxRecursionLimit }),
  };
}

/** What an operator should know about the tools of a file. */
export function toolWarnings({ approval }: ToolsConfig, source: YamlSource): Mistake[] {
  if (!approval.hasHooks) return [];
  const path = ['endpoints', 'agents', 'toolApproval', 'hooks'];
  const message = 'cannot be run here, so people are asked about every call of a tool';
  const fix = 'write what they do as patterns in deny, ask and allow, and remove them';
  return [{ place: source.placeOfKey(path), subject: pathText(path), message, fix }];
}
