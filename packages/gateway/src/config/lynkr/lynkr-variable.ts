import { readByteSize } from '../byte-size.ts';
import type { Settings } from '../run-settings.ts';

/** What a value means: how the settings change, or why it cannot be used. `notice`: one line for the operator. */
export type VariableReading =
  | { readonly change: (settings: Settings) => Settings; readonly notice?: string }
  | { readonly mistake: string };

interface NamedVariable {
  /** A name that ends with `*` stands for every name that begins so. */
  readonly name: string;
  readonly meaning: string;
}

/** Changes the settings. */
export interface EffectiveVariable extends NamedVariable {
  readonly kind: 'effective';
  /** A value that differs from what holds without it. */
  readonly example: string;
  /** It belongs to the process; a gateway inside another program leaves it to that program. */
  readonly isOfProcess?: boolean;
  read(text: string): VariableReading;
}

/** Read elsewhere, together with others: a provider's, or routes that name several providers. */
export interface SharedVariable extends NamedVariable {
  readonly kind: 'provider' | 'route';
}

/** Says something to the program around the gateway; a gateway that runs by itself does nothing with it. */
export interface HostVariable extends NamedVariable {
  readonly kind: 'host';
}

/** Changes nothing here. `unless`: values that ask for what is the case anyway. */
export interface IdleVariable extends NamedVariable {
  readonly kind: 'unbuilt' | 'ignored';
  readonly unless?: readonly string[];
}

export type LynkrVariable = EffectiveVariable | SharedVariable | HostVariable | IdleVariable;

type Change<T> = (settings: Settings, value: T) => Settings;
type Row = Pick<EffectiveVariable, 'name' | 'meaning' | 'example' | 'isOfProcess'>;

/** A row whose value is a whole number from `smallest` to `largest`. */
export function numberVariable(
  { smallest = 0, largest, ...row }: Row & { readonly smallest?: number; readonly largest: number },
  change: Change<number>,
): EffectiveVariable {
  return {
    ...row,
    kind: 'effective',
    read: (text) =>
      /^\d+$/.test(text) && Number(text) >= smallest && Number(text) <= largest
        ? { change: (settings) => change(settings, Number(text)) }
        : { mistake: `"${text}" must be a whole number from ${smallest} to ${largest}` },
  };
}

/** A row whose value is a share above 0, up to 1. */
export function shareVariable(row: Row, change: Change<number>): EffectiveVariable {
  return {
    ...row,
    kind: 'effective',
    read: (text) =>
      Number(text) > 0 && Number(text) <= 1
        ? { change: (settings) => change(settings, Number(text)) }
        : { mistake: `"${text}" must be a number above 0, up to 1` },
  };
}

/** A row that switches something on or off. */
export function switchVariable(row: Row, change: Change<boolean>): EffectiveVariable {
  return {
    ...row,
    kind: 'effective',
    read: (text) => {
      const value = readSwitch(text);
      return value === undefined
        ? { mistake: `"${text}" must be true or false` }
        : { change: (settings) => change(settings, value) };
    },
  };
}

/** A row whose value is a size, such as `20mb`. */
export function sizeVariable(row: Row, change: Change<number>): EffectiveVariable {
  return {
    ...row,
    kind: 'effective',
    read: (text) => {
      const value = readByteSize(text);
      return value === undefined || value === 0
        ? { mistake: `"${text}" must be a size, such as 20mb` }
        : { change: (settings) => change(settings, value) };
    },
  };
}

/** A row whose value is any text. */
export function textVariable(row: Row, change: Change<string>): EffectiveVariable {
  return { ...row, kind: 'effective', read: (text) => ({ change: (settings) => change(settings, text) }) };
}

/** A row with a fixed choice of words. */
export function choiceVariable<T extends string>(
  { choices, ...row }: Row & { readonly choices: readonly T[] },
  change: Change<T>,
): EffectiveVariable {
  return {
    ...row,
    kind: 'effective',
    read: (text) => {
      const value = choices.find((choice) => choice === text.toLowerCase());
      return value === undefined
        ? { mistake: `"${text}" must be one of ${choices.join(', ')}` }
        : { change: (settings) => change(settings, value) };
    },
  };
}

/** Reads `true`, `1`, `yes`, `on` and their opposites; undefined for anything else. */
export function readSwitch(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(word)) return true;
  return ['false', '0', 'no', 'off'].includes(word) ? false : undefined;
}
