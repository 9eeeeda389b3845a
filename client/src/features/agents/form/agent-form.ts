import { agentSettingsSchema } from '@parley/contracts';
import type { AgentId, AgentSettings, ToolRef } from '@parley/contracts';
import * as z from 'zod/mini';
import type { AgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { microsPerDollar } from '../micros-per-dollar.ts';
import { explainIssue, fieldOfPath } from './form-errors.ts';
import type { FormErrors } from './form-errors.ts';

/** An agent's settings as they stand in the form: what is typed stays text until it is saved. */
export interface AgentForm {
  readonly name: string;
  readonly description: string;
  readonly avatar: string | null;
  /** Empty for none. */
  readonly category: string;
  readonly instructions: string;
  readonly endpoint: string;
  readonly model: string;
  readonly temperature: string;
  readonly topP: string;
  readonly maxOutputTokens: string;
  readonly reasoningEffort: string;
  readonly tools: readonly ToolRef[];
  readonly subAgents: readonly AgentId[];
  readonly handOffs: readonly AgentId[];
  readonly conversationStarters: readonly string[];
  readonly steps: string;
  readonly seconds: string;
  readonly dollars: string;
}

/** What a new agent begins with. */
export const emptyForm: AgentForm = {
  name: '',
  description: '',
  avatar: null,
  category: '',
  instructions: '',
  endpoint: '',
  model: '',
  temperature: '',
  topP: '',
  maxOutputTokens: '',
  reasoningEffort: '',
  tools: [],
  subAgents: [],
  handOffs: [],
  conversationStarters: [],
  steps: '25',
  seconds: '',
  dollars: '',
};

/** Settings as the form shows them. */
export function toForm(settings: AgentSettings): AgentForm {
  const { parameters, limits, category, ...rest } = settings;
  return {
    ...rest,
    category: category ?? '',
    temperature: textOf(parameters.temperature),
    topP: textOf(parameters.topP),
    maxOutputTokens: textOf(parameters.maxOutputTokens),
    reasoningEffort: parameters.reasoningEffort ?? '',
    steps: textOf(limits.steps),
    seconds: textOf(limits.seconds),
    dollars: textOf(limits.costMicroUsd === null ? null : limits.costMicroUsd / microsPerDollar),
  };
}

/** The form as settings that can be saved, or what is wrong with its fields. */
export function readForm(
  form: AgentForm,
  texts: AgentTexts,
): { readonly settings: AgentSettings } | { readonly errors: FormErrors } {
  const parsed = z.safeParse(agentSettingsSchema, candidateOf(form));
  if (parsed.success) return { settings: parsed.data };
  const errors = parsed.error.issues.map((issue) => {
    const field = fieldOfPath(issue.path);
    return [field, explainIssue(issue, field, texts)] as const;
  });
  return { errors: Object.fromEntries(errors.toReversed()) };
}

/** Whether two forms say the same. */
export function sameForm(one: AgentForm, other: AgentForm): boolean {
  const values = new Map<string, unknown>(Object.entries(other));
  return Object.entries(one).every(([field, value]) => JSON.stringify(value) === JSON.stringify(values.get(field)));
}

function candidateOf(form: AgentForm) {
  const parameters = {
    temperature: numberOf(form.temperature),
    topP: numberOf(form.topP),
    maxOutputTokens: numberOf(form.maxOutputTokens),
    reasoningEffort: form.reasoningEffort === '' ? undefined : form.reasoningEffort,
  };
  const dollars = numberOf(form.dollars);
  return {
    name: form.name,
    description: form.description,
    avatar: form.avatar,
    instructions: form.instructions,
    endpoint: form.endpoint,
    model: form.model,
    parameters: Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined)),
    tools: form.tools,
    subAgents: form.subAgents,
    handOffs: form.handOffs,
    conversationStarters: form.conversationStarters,
    limits: {
      steps: numberOf(form.steps),
      seconds: numberOf(form.seconds) ?? null,
      costMicroUsd: dollars === undefined ? null : Math.round(dollars * microsPerDollar),
    },
    category: form.category === '' ? null : form.category,
  };
}

/** `undefined` for an empty field, not-a-number for what is none. Decimal commas are understood. */
function numberOf(text: string): number | undefined {
  const trimmed = text.trim().replace(',', '.');
  return trimmed === '' ? undefined : Number(trimmed);
}

function textOf(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}
