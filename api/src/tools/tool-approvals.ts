import { createHash } from 'node:crypto';
import type { ApprovalScope, ToolEffect } from '@parley/contracts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { ApprovalConfig } from '../config/tools-config.ts';
import type { ToolGrantRepository } from '../database/repositories/tool-grant-repository.ts';
import type { ToolApprovals, ToolCaller, ToolDecision, ToolSpec } from './tool.ts';
import type { ToolPolicies } from './tool-policies.ts';
import { ruledEffect, rulesOf } from './tool-rules.ts';

interface ToolApprovalsOptions {
  readonly settings: ApprovalConfig;
  readonly policies: Pick<ToolPolicies, 'current'>;
  readonly grants: ToolGrantRepository;
  readonly audit: Pick<AuditLog, 'note'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface ToolEffects {
  /** What would happen if a model called these tools for somebody in a new conversation. */
  effects(user: Pick<ToolCaller, 'userId' | 'role'>, specs: readonly ToolSpec[]): Promise<ToolEffect[]>;
}

/** Once is always possible. */
const onlyOnce: readonly ApprovalScope[] = ['once'];

/**
 * Decides by the rules of `librechat.yaml` and of admins (deny, ask, allow), then by what the person has allowed, then by
 * the tool itself: those that only read run when an admin vouches for them, all others ask. Who is asked because of a
 * rule is asked each time.
 */
export function createToolApprovals(options: ToolApprovalsOptions): ToolApprovals & ToolEffects {
  const { settings, policies, grants, audit, now } = options;
  const fileRules = rulesOf(settings);

  async function ruled({ role }: Pick<ToolCaller, 'role'>, spec: ToolSpec): Promise<ToolEffect | undefined> {
    return ruledEffect([...fileRules, ...(await policies.current()).rules], spec, role);
  }

  function reasonFor(spec: ToolSpec): { reason?: string } {
    return settings.reason === undefined ? {} : { reason: settings.reason.replaceAll('{tool}', spec.name) };
  }

  /** What takes the place of a question where people are not to be asked. */
  function askOr(): ToolEffect {
    if (!settings.enabled || settings.mode === 'bypass') return 'allow';
    return settings.mode === 'dontAsk' ? 'deny' : 'ask';
  }

  function decisionOf(effect: ToolEffect, spec: ToolSpec, scopes: readonly ApprovalScope[]): ToolDecision {
    if (effect === 'allow') return { effect, scopes: [] };
    if (effect === 'ask') return { effect, scopes, ...reasonFor(spec) };
    return { effect, scopes: [], reason: 'The rules of this install refuse this tool.', ...reasonFor(spec) };
  }

  function mayBeRemembered(spec: ToolSpec): boolean {
    return settings.allowAlways && spec.name.length <= settings.allowAlwaysMaxToolNameLength;
  }

  async function scopesFor(caller: ToolCaller, spec: ToolSpec): Promise<readonly ApprovalScope[]> {
    if (!mayBeRemembered(spec)) return onlyOnce;
    const allowed = new Set(await grants.refsIn(caller.userId, caller.conversationId));
    const hasRoom = allowed.has(spec.ref) || allowed.size < settings.allowAlwaysMaxTools;
    return hasRoom ? ['once', 'conversation', 'always'] : ['once', 'always'];
  }

  return {
    async decide(caller, spec) {
      const rule = await ruled(caller, spec);
      if (rule === 'allow' || rule === 'deny') return decisionOf(rule, spec, []);
      if (rule === 'ask') return decisionOf(askOr(), spec, onlyOnce);
      if (runsByItself(spec)) return decisionOf('allow', spec, []);
      if (settings.allowAlways && (await grants.covers(caller.userId, spec, caller.conversationId))) {
        return decisionOf('allow', spec, []);
      }
      const effect = askOr();
      return decisionOf(effect, spec, effect === 'ask' ? await scopesFor(caller, spec) : []);
    },

    async remember(caller, spec, scope) {
      if ((await ruled(caller, spec)) !== undefined) return;
      if (!(await scopesFor(caller, spec)).includes(scope)) return;
      const { userId, conversationId } = caller;
      await grants.save({
        userId,
        ref: spec.ref,
        digest: spec.digest,
        title: spec.title,
        source: spec.source,
        scope,
        ...(scope === 'conversation' ? { conversationId } : {}),
        createdAt: new Date(now()),
      });
    },

    async noteRefusal({ userId, conversationId, generationId }, spec, call, reason) {
      await audit.note({
        id: `${generationId}/${call.callId}/refused`,
        actor: null,
        action: 'tool-refused-by-policy',
        subject: spec.name,
        details: {
          tool: spec.ref,
          user: userId,
          conversation: conversationId,
          reason,
          inputSha256: createHash('sha256').update(call.input).digest('hex'),
        },
      });
    },

    async effects({ userId, role }, specs) {
      const rules = [...fileRules, ...(await policies.current()).rules];
      const always = (await grants.list(userId)).filter(({ scope }) => settings.allowAlways && scope === 'always');
      const granted = new Set(always.map(({ ref, digest }) => `${digest} ${ref}`));
      return specs.map((spec) => {
        const rule = ruledEffect(rules, spec, role);
        if (rule === 'allow' || rule === 'deny') return rule;
        const isFree = runsByItself(spec) || granted.has(`${spec.digest} ${spec.ref}`);
        return rule === undefined && isFree ? 'allow' : askOr();
      });
    },
  };
}

function runsByItself({ isTrusted, hints, needsNoApproval }: ToolSpec): boolean {
  return needsNoApproval === true || (isTrusted && hints.readOnly);
}
