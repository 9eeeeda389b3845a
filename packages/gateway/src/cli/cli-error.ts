/** Something the person at the command line did; the message says what to do instead. */
export class CliError extends Error {
  override readonly name = 'CliError';
}
