/** Most different variables of one prompt. */
export const mostVariables = 100;

/** What a person fills in before a prompt is used. */
export interface PromptVariable {
  /** What stands between the braces up to the colon, trimmed. */
  readonly name: string;
  /** Present where it is one of these. */
  readonly choices?: readonly string[];
  /** What it is unless somebody says otherwise. */
  readonly initial: string;
}

/** The variables that nobody has to fill in, as LibreChat names them. */
export const specialVariables = ['current_date', 'current_datetime', 'current_user', 'iso_datetime'] as const;
export type SpecialVariable = (typeof specialVariables)[number];

/** `{{name}}`, `{{name:default}}` and `{{name:a|b|c}}`; nothing in braces spans lines. */
const pattern = /\{\{([^{}\n]{1,500})\}\}/g;

/** The variables of a text that a person fills in, each once, as they first appear. */
export function promptVariables(text: string): PromptVariable[] {
  const found = new Map<string, PromptVariable>();
  for (const [, inside = ''] of text.matchAll(pattern)) {
    const variable = readVariable(inside);
    if (variable === undefined || isSpecial(variable.name) || found.has(variable.name)) continue;
    found.set(variable.name, variable);
  }
  return [...found.values()];
}

export interface PromptValues {
  /** By name. One that is missing or empty is as its `initial`. */
  readonly given: ReadonlyMap<string, string>;
  readonly special: Readonly<Record<SpecialVariable, string>>;
}

/** Puts values in the place of variables. What is put in is never read again: braces in it stay braces. */
export function fillInPrompt(text: string, { given, special }: PromptValues): string {
  const initials = new Map(promptVariables(text).map(({ name, initial }) => [name, initial]));
  return text.replaceAll(pattern, (whole: string, inside: string) => {
    const variable = readVariable(inside);
    if (variable === undefined) return whole;
    const { name } = variable;
    if (isSpecial(name)) return special[lowerCased(name)];
    return given.get(name) || initials.get(name) || whole;
  });
}

function readVariable(inside: string): PromptVariable | undefined {
  const colon = inside.indexOf(':');
  const name = (colon === -1 ? inside : inside.slice(0, colon)).trim();
  if (name === '') return undefined;
  const rest = colon === -1 ? '' : inside.slice(colon + 1).trim();
  if (!rest.includes('|')) return { name, initial: rest };
  const choices = [...new Set(rest.split('|').map((choice) => choice.trim()))].filter((choice) => choice !== '');
  return { name, choices, initial: choices[0] ?? '' };
}

function isSpecial(name: string): boolean {
  return specialVariables.some((special) => special === name.toLowerCase());
}

function lowerCased(name: string): SpecialVariable {
  return specialVariables.find((special) => special === name.toLowerCase()) ?? 'current_date';
}
