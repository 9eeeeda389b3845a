/** What went wrong with a command of `parley-mongo`, in words for the person who typed it. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
  /** 2 for a command that was typed wrong, 1 for one that failed. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
