/** How bytes look on the wire. Code: a folder in `dialects/` each. */
export type Dialect = 'openai-chat' | 'guide';

export type Part = { readonly type: 'text'; readonly text: string } | ToolCall;

/** A call the model made earlier. `input` is the JSON text as the model wrote it. */
export interface ToolCall {
  readonly type: 'tool-call';
  readonly callId: string;
  readonly name: string;
  readonly input: string;
}

export type Turn =
  | { readonly role: 'user'; readonly parts: readonly Part[] }
  | { readonly role: 'assistant'; readonly parts: readonly Part[] }
  | { readonly role: 'tool'; readonly callId: string; readonly output: string };

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** Which tools the model may or must call; absent means it decides. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string };

/** Every field optional; what is absent stays absent on the wire. */
export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxOutputTokens?: number;
  readonly stop?: readonly string[];
}

/** One model call, in nobody's dialect. */
export interface ModelRequest {
  readonly model: string;
  /** System text, in order. */
  readonly instructions: readonly string[];
  readonly turns: readonly Turn[];
  readonly tools: readonly ToolSpec[];
  readonly toolChoice?: ToolChoice;
  readonly sampling: Sampling;
  /** Sent upstream as `Idempotency-Key`: the same key is the same call. */
  readonly idempotencyKey?: string;
}
