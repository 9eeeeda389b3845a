/** A text that is no arithmetic, or has no value; the message is for whoever wrote it. */
export class ArithmeticError extends Error {
  override readonly name = 'ArithmeticError';
}
