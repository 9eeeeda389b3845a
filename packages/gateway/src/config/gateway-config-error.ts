/** One variable that cannot be used as it is, and what to write instead. */
export interface ConfigMistake {
  readonly variable: string;
  readonly message: string;
}

/** The environment is wrong; `mistakes` holds all of it, so that one look at the list is enough. */
export class GatewayConfigError extends Error {
  override readonly name = 'GatewayConfigError';
  readonly code = 'invalid-configuration';
  readonly mistakes: readonly ConfigMistake[];

  constructor(mistakes: readonly ConfigMistake[]) {
    super(mistakes.map(({ variable, message }) => `${variable} ${message}.`).join('\n'));
    this.mistakes = mistakes;
  }
}
