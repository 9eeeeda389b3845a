import type { ConfigMistake } from '../gateway-config-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads variables and gathers what is to be said about them. */
export interface EnvironmentReader {
  /** Undefined when unset or blank. */
  text(name: string): string | undefined;
  /** The first of these that is set. */
  first(names: readonly string[]): { readonly name: string; readonly text: string } | undefined;
  /** Items between commas. */
  list(name: string): string[];
  /** A number from 0 to `largest`; anything else is a mistake and counts as unset. */
  wholeNumber(name: string, limits: { readonly fallback: number; readonly largest: number }): number;
  mistake(variable: string, message: string): void;
  /** Something the operator should know that does not stop the start. */
  note(variable: string, message: string): void;
  /** Providers that only `gateway.yaml` describes, by name; variables may speak of them too. */
  readonly elsewhere: ReadonlySet<string>;
  readonly mistakes: readonly ConfigMistake[];
  readonly notes: readonly ConfigMistake[];
}

/** LibreChat's `.env` writes this where people bring keys of their own: then there is none for the gateway. */
const keyOfTheUser = 'user_provided';

/** A value of `user_provided` reads as unset. */
export function createEnvironmentReader(
  variables: Environment,
  elsewhere: ReadonlySet<string> = new Set(),
): EnvironmentReader {
  const mistakes: ConfigMistake[] = [];
  const notes: ConfigMistake[] = [];
  const text = (name: string): string | undefined => {
    const value = variables[name]?.trim() || undefined;
    return value === keyOfTheUser ? undefined : value;
  };
  const mistake = (variable: string, message: string): void => void mistakes.push({ variable, message });

  return {
    elsewhere,
    mistakes,
    notes,
    text,
    first(names) {
      for (const name of names) {
        const value = text(name);
        if (value !== undefined) return { name, text: value };
      }
      return undefined;
    },
    list: (name) =>
      (text(name) ?? '')
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    wholeNumber(name, { fallback, largest }) {
      const value = text(name);
      if (value === undefined) return fallback;
      if (/^\d+$/.test(value) && Number(value) <= largest) return Number(value);
      mistake(name, `"${value}" must be a whole number from 0 to ${largest}`);
      return fallback;
    },
    mistake,
    note: (variable, message) => void notes.push({ variable, message }),
  };
}
