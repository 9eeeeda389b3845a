/** Why one operation cannot become a tool, as the rest of a sentence. */
export class UnusableOperation extends Error {
  override readonly name = 'UnusableOperation';
}
