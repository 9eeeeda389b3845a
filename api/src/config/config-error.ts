import { StartError } from '../start-error.ts';
import { formatMistake } from './mistake.ts';
import type { Mistake } from './mistake.ts';

/** Everything that is wrong with the configuration, in one go. */
export class ConfigError extends StartError {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    const count = mistakes.length === 1 ? 'There is a mistake' : `There are ${mistakes.length} mistakes`;
    super(`${count} in the configuration:\n\n${mistakes.map((mistake) => `  ${formatMistake(mistake)}`).join('\n')}\n`);
    this.mistakes = mistakes;
  }
}
