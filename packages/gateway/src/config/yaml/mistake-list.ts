import type { FoundMistake } from './describe-issue.ts';

/** Gathers what is wrong, with the path of each in the file. */
export interface MistakeList {
  add(path: readonly PropertyKey[], message: string): void;
  readonly found: readonly FoundMistake[];
}

export function createMistakeList(): MistakeList {
  const found: FoundMistake[] = [];
  return { found, add: (path, message) => void found.push({ path, message }) };
}
