/** Something the operator can mend: shown as its message alone, without a stack, before the process ends with code 1. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
}
