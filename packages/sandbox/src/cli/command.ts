/** What a command of the CLI gets. */
export interface CommandContext {
  readonly environment: NodeJS.ProcessEnv;
  /** For people, a line each. */
  readonly print: (line: string) => void;
  /** Ends when somebody interrupts the program. */
  readonly signal: AbortSignal;
}

/** Runs with the words behind its name and answers the exit code. Throws `SandboxError` with a sentence for people. */
export type Command = (args: readonly string[], context: CommandContext) => Promise<number>;
