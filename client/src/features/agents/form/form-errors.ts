import { ProblemError } from '@parley/contracts';
import type * as z from 'zod/mini';
import { fieldWords } from '../../../lib/i18n/field-words.ts';
import type { AgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { microsPerDollar } from '../micros-per-dollar.ts';

/** What is wrong, by the name of the form's field; starters as `conversationStarters.0`. */
export type FormErrors = Readonly<Record<string, string>>;

/** The form's field that a path of the settings belongs to. */
export function fieldOfPath(path: readonly PropertyKey[]): string {
  const [first, second] = path.map(String);
  if (first === 'endpoint') return 'model';
  if (first === 'parameters' && second !== undefined) return second;
  if (first === 'limits' && second !== undefined) return second === 'costMicroUsd' ? 'dollars' : second;
  if (first === 'conversationStarters' && second !== undefined) return `${first}.${second}`;
  return first ?? '';
}

/** A sentence about one issue, for the person at the field. */
export function explainIssue(issue: z.core.$ZodIssue, field: string, { invalid }: AgentTexts): string {
  if (field === 'name' || field === 'model') {
    if (issue.code === 'too_small') return fieldWords(issue.message);
  }
  if (issue.code === 'too_small') {
    if (issue.origin === 'string') return invalid.emptyStarter;
    return invalid.atLeast(boundOf(issue.minimum, field));
  }
  if (issue.code === 'too_big') {
    if (issue.origin === 'string') return invalid.tooLong(Number(issue.maximum));
    if (issue.origin === 'array') return invalid.tooMany(Number(issue.maximum));
    return invalid.atMost(boundOf(issue.maximum, field));
  }
  if (issue.code === 'invalid_type') return issue.expected === 'int' ? invalid.wholeNumber : invalid.number;
  return invalid.other;
}

/** What the server found wrong, by field; its paths look like `body.settings.limits.steps`. */
export function errorsOfProblem(error: unknown): FormErrors {
  if (!(error instanceof ProblemError)) return {};
  const entries = (error.issues ?? []).map(({ path, message }) => {
    const keys = path.replace(/^body\.(settings\.)?/, '').split('.');
    return [fieldOfPath(keys), fieldWords(message)] as const;
  });
  return Object.fromEntries(entries.toReversed());
}

function boundOf(bound: number | bigint, field: string): number {
  return field === 'dollars' ? Number(bound) / microsPerDollar : Number(bound);
}
