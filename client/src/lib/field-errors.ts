import { ProblemError } from '@parley/contracts';
import * as z from 'zod/mini';
import { fieldWords } from './i18n/field-words.ts';

/** What is wrong with the fields of a form, by field name; at most one sentence each. */
export type FieldErrors = Readonly<Record<string, string>>;

/** The form's values as the route's body, or what is wrong with them. */
export function parseForm<S extends z.core.$ZodType>(
  schema: S,
  form: HTMLFormElement,
): { body: z.output<S>; errors?: never } | { body?: never; errors: FieldErrors } {
  const parsed = z.safeParse(schema, Object.fromEntries(new FormData(form)));
  if (parsed.success) return { body: parsed.data };
  return { errors: firstPerField(parsed.error.issues.map(({ path, message }) => [String(path[0]), message])) };
}

/** The field errors a problem from the server carries; its paths look like `body.email`. */
export function fieldErrorsOf(error: unknown): FieldErrors {
  if (!(error instanceof ProblemError)) return {};
  return firstPerField((error.issues ?? []).map(({ path, message }) => [path.replace(/^body\./, ''), message]));
}

/** What is wrong with parsed values, by the path of each field, such as `auth.key`; the first of each counts. */
export function issuesOf(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): FieldErrors {
  return firstPerField(issues.map(({ path, message }) => [path.map(String).join('.'), message]));
}

/** Moves the focus to the first field of the form that has an error, in the order of the page. */
export function focusFirstError(form: HTMLFormElement, errors: FieldErrors): void {
  for (const element of form.elements) {
    if (isField(element) && Object.hasOwn(errors, element.name)) return element.focus();
  }
}

function isField(
  element: Element,
): element is HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement | HTMLFieldSetElement {
  return (
    element instanceof HTMLInputElement ||
    element instanceof HTMLSelectElement ||
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLFieldSetElement
  );
}

function firstPerField(issues: readonly (readonly [string, string])[]): FieldErrors {
  return Object.fromEntries(issues.map(([field, message]) => [field, fieldWords(message)] as const).toReversed());
}
