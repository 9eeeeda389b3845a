/** What went wrong and why, in a line: `fetch` keeps its reasons to itself. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  return `${error.message}${code}${error.cause === undefined ? '' : ` (${describeError(error.cause)})`}`;
}
