import type { Role, ToolEffect, ToolPolicy } from '@parley/contracts';
import type { ApprovalConfig } from '../config/tools-config.ts';
import type { ToolSpec } from './tool.ts';
import { isUnderstood, matchesOrigin, matchesTool } from './tool-patterns.ts';

type ToolRule = ToolPolicy['rules'][number];

/** The rules of `librechat.yaml`, in the shape of those that admins make. */
export function rulesOf({ allow, ask, deny, hasHooks }: ApprovalConfig): ToolRule[] {
  return [...rulesFor('deny', deny), ...rulesFor('ask', hasHooks ? ['*'] : ask), ...rulesFor('allow', allow)];
}

function rulesFor(effect: ToolEffect, patterns: readonly string[]): ToolRule[] {
  return patterns.map((pattern) => ({ pattern, effect }));
}

/** What rules say about a tool: deny before ask before allow; `undefined` when none means it. */
export function ruledEffect(rules: readonly ToolRule[], spec: ToolSpec, role: Role): ToolEffect | undefined {
  const effects = new Set(
    rules
      .filter(({ roles }) => roles === undefined || roles.includes(role))
      .map((rule) => effectOf(rule, spec))
      .filter((effect) => effect !== undefined),
  );
  return (['deny', 'ask', 'allow'] as const).find((effect) => effects.has(effect));
}

/**
 * A rule that is not understood allows nothing; one that was to hold something back makes every tool ask. Tools that no
 * admin vouches for choose their names themselves, so only where they come from can allow them.
 */
function effectOf({ pattern, effect }: ToolRule, spec: ToolSpec): ToolEffect | undefined {
  if (!isUnderstood(pattern)) return effect === 'allow' ? undefined : 'ask';
  const matches = effect === 'allow' && !spec.isTrusted ? matchesOrigin : matchesTool;
  return matches(pattern, spec) ? effect : undefined;
}
