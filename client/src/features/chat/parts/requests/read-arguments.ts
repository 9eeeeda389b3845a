import { parseJson } from '../../../../lib/parse-json.ts';

/** The arguments of a call as people read them. */
export type ReadArguments =
  | { readonly kind: 'list'; readonly entries: readonly Argument[]; readonly pretty: string }
  /** Where a list would not say exactly the same, such as for numbers that JavaScript cannot hold. */
  | { readonly kind: 'raw'; readonly pretty: string };

export interface Argument {
  readonly name: string;
  /** A text as it is, anything else as JSON. */
  readonly value: string;
  readonly isText: boolean;
}

/** Reads the JSON text of a call's arguments without losing anything of it: what cannot be shown exactly stays as it is. */
export function readArguments(input: string): ReadArguments {
  const value = parseJson(input);
  if (!isObject(value) || withoutSpaces(input) !== JSON.stringify(value)) return { kind: 'raw', pretty: input };
  const entries = Object.entries(value).map(([name, argument]) => ({
    name,
    value: typeof argument === 'string' ? argument : JSON.stringify(argument, undefined, 2),
    isText: typeof argument === 'string',
  }));
  return { kind: 'list', entries, pretty: JSON.stringify(value, undefined, 2) };
}

/** Most characters of edited arguments. */
const mostCharacters = 262_144;

/** Why a text cannot be the arguments of a call; `undefined` when it can. */
export type ArgumentsProblem =
  | { readonly kind: 'not-json'; readonly reason: string }
  | { readonly kind: 'not-object' }
  | { readonly kind: 'too-long' };

/** Whether a text can be the arguments of a call: JSON of an object. */
export function checkArguments(text: string): ArgumentsProblem | undefined {
  if (text.length > mostCharacters) return { kind: 'too-long' };
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? undefined : { kind: 'not-object' };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'not-json', reason: error.message };
  }
}

/** Control characters, bidirectional overrides, zero-width spaces and tags: what can make a text look like another one. */
const hidden = /(?![\t\n])[\p{Cc}\u00AD\u200B\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;

/** A text with characters made visible that would otherwise hide in it, as `⟨U+202E⟩`. */
export function showHidden(text: string): string {
  return text.replace(hidden, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON without the spaces between its tokens. */
function withoutSpaces(json: string): string {
  return json.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, (_, text?: string) => text ?? '');
}
