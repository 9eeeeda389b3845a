/** What the turn loop must know of a tool before it runs it. */
export interface ToolSpec {
  readonly name: string;
  /** Changes nothing anywhere. */
  readonly readOnly: boolean;
  /** Running it twice with the same input is as good as once. */
  readonly idempotent: boolean;
}

export interface ToolContext {
  /** Names this one call for ever, also when it is run again. */
  readonly callId: string;
  readonly signal: AbortSignal;
}

export interface ToolResult {
  readonly output: string;
  readonly failed: boolean;
}

/** Something a model may call. `run` may throw; the model is then told that it failed. */
export interface Tool {
  readonly spec: ToolSpec;
  run(input: unknown, context: ToolContext): Promise<ToolResult>;
}

export interface Tools {
  find(name: string): Tool | undefined;
}

/** An install without tools. */
export const noTools: Tools = { find: () => undefined };
