/** One variable, or one place of a file, that cannot be used as it is, and what to write instead. */
export interface ConfigMistake {
  /** A variable's name, or a path in the file, such as `models.quick.targets[0]`. */
  readonly variable: string;
  readonly message: string;
  /** Where it stands in a file: `gateway.yaml:3:5`, counted from 1. */
  readonly place?: string;
}

/** The configuration is wrong; `mistakes` holds all of it, so that one look at the list is enough. */
export class GatewayConfigError extends Error {
  override readonly name = 'GatewayConfigError';
  readonly code = 'invalid-configuration';
  readonly mistakes: readonly ConfigMistake[];

  constructor(mistakes: readonly ConfigMistake[]) {
    super(mistakes.map(({ variable, message }) => `${variable} ${message}.`).join('\n'));
    this.mistakes = mistakes;
  }
}
