/** A message that breaks the protocol; the connection it came from cannot go on. */
export class WireError extends Error {
  override readonly name = 'WireError';
}
