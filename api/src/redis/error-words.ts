/** What is safe to log of an error of ioredis, which holds the command with its parameters: only its message. */
export function errorWords(error: unknown): { reason: string } {
  return { reason: error instanceof Error ? error.message : String(error) };
}
