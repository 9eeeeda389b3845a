import type { AgentId, AgentSettings, ToolRef } from '@parley/contracts';
import type { AgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { microsPerDollar } from '../micros-per-dollar.ts';

type FieldName = keyof AgentTexts['changes']['fields'];

/** What is different in one field; empty texts stand for nothing being set. */
export type FieldChange =
  | { readonly kind: 'value'; readonly field: FieldName; readonly before: string; readonly after: string }
  | { readonly kind: 'text'; readonly field: FieldName; readonly before: string; readonly after: string }
  | { readonly kind: 'picture'; readonly field: 'avatar' }
  | {
      readonly kind: 'tools';
      readonly field: 'tools';
      readonly added: readonly ToolRef[];
      readonly removed: readonly ToolRef[];
    }
  | {
      readonly kind: 'agents';
      readonly field: 'subAgents' | 'handOffs';
      readonly added: readonly AgentId[];
      readonly removed: readonly AgentId[];
    };

/** The fields in which two versions differ, in the order of the form. */
export function settingsChanges(before: AgentSettings, after: AgentSettings): FieldChange[] {
  const from = valuesOf(before);
  const to = valuesOf(after);
  const values = (fields: readonly ValueField[]) =>
    fields.flatMap((field): FieldChange[] =>
      from[field] === to[field] ? [] : [{ kind: 'value', field, before: from[field], after: to[field] }],
    );
  return [
    ...values(['name']),
    ...(before.avatar === after.avatar ? [] : [{ kind: 'picture' as const, field: 'avatar' as const }]),
    ...text('description', before.description, after.description),
    ...values(['category']),
    ...text('instructions', before.instructions, after.instructions),
    ...values(['model', 'temperature', 'topP', 'maxOutputTokens', 'reasoningEffort']),
    ...tools(before.tools, after.tools),
    ...agents('subAgents', before.subAgents, after.subAgents),
    ...agents('handOffs', before.handOffs, after.handOffs),
    ...text('conversationStarters', before.conversationStarters.join('\n'), after.conversationStarters.join('\n')),
    ...values(['steps', 'seconds', 'dollars']),
  ];
}

function valuesOf({ name, category, endpoint, model, parameters, limits }: AgentSettings) {
  return {
    name,
    category: category ?? '',
    model: `${model} (${endpoint})`,
    temperature: String(parameters.temperature ?? ''),
    topP: String(parameters.topP ?? ''),
    maxOutputTokens: String(parameters.maxOutputTokens ?? ''),
    reasoningEffort: parameters.reasoningEffort ?? '',
    steps: String(limits.steps),
    seconds: String(limits.seconds ?? ''),
    dollars: limits.costMicroUsd === null ? '' : String(limits.costMicroUsd / microsPerDollar),
  };
}

type ValueField = keyof ReturnType<typeof valuesOf>;

function text(field: FieldName, before: string, after: string): FieldChange[] {
  return before === after ? [] : [{ kind: 'text', field, before, after }];
}

function tools(before: readonly ToolRef[], after: readonly ToolRef[]): FieldChange[] {
  const { added, removed } = compare(before, after);
  return added.length + removed.length === 0 ? [] : [{ kind: 'tools', field: 'tools', added, removed }];
}

function agents(field: 'subAgents' | 'handOffs', before: readonly AgentId[], after: readonly AgentId[]): FieldChange[] {
  const { added, removed } = compare(before, after);
  return added.length + removed.length === 0 ? [] : [{ kind: 'agents', field, added, removed }];
}

function compare<T>(before: readonly T[], after: readonly T[]) {
  return {
    added: after.filter((item) => !before.includes(item)),
    removed: before.filter((item) => !after.includes(item)),
  };
}
