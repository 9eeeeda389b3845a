/** How bytes look on the wire. Code: a folder in `dialects/` each. */
export const dialects = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'google-generative',
  'bedrock-converse',
  'ollama-chat',
  'guide',
] as const;
export type Dialect = (typeof dialects)[number];

/** Bytes by value, in base64, or an address the provider may fetch. */
export type MediaSource =
  | { readonly kind: 'base64'; readonly data: string }
  | { readonly kind: 'url'; readonly url: string };

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
  /** Opaque; goes back unchanged to the dialect that gave it (Gemini signs texts as well). */
  readonly signature?: Signature;
}

export interface ImagePart {
  readonly type: 'image';
  /** Such as `image/png`; empty when a URL came without one. */
  readonly mediaType: string;
  readonly source: MediaSource;
  /** OpenAI's wish for resolution. */
  readonly detail?: string;
}

export interface FilePart {
  readonly type: 'file';
  readonly mediaType: string;
  readonly name?: string;
  readonly source: MediaSource;
}

export interface AudioPart {
  readonly type: 'audio';
  readonly mediaType: string;
  readonly source: MediaSource;
}

/** What a vendor signed or encrypted, and whose it is: it may only go back to the same dialect. */
export interface Signature {
  readonly dialect: Dialect;
  readonly value: string;
}

/** Earlier reasoning, as the model gave it. */
export interface ReasoningPart {
  readonly type: 'reasoning';
  /** Empty when the vendor keeps it secret. */
  readonly text: string;
  /** Proves that `text` is the vendor's own. */
  readonly signature?: Signature;
  /** Redacted or encrypted reasoning in place of text. */
  readonly opaque?: Signature;
  /** The vendor's id of the item (OpenAI Responses). */
  readonly id?: string;
}

/** A call the model made earlier. `input` is the JSON text as the model wrote it. */
export interface ToolCall {
  readonly type: 'tool-call';
  readonly callId: string;
  readonly name: string;
  readonly input: string;
  readonly signature?: Signature;
}

export type Part = TextPart | ImagePart | FilePart | AudioPart | ReasoningPart | ToolCall;

export type Turn =
  | { readonly role: 'user'; readonly parts: readonly Part[] }
  | { readonly role: 'assistant'; readonly parts: readonly Part[] }
  | {
      readonly role: 'tool';
      readonly callId: string;
      readonly output: string;
      /** The tool's name, where the client knows it; Gemini wants it. */
      readonly name?: string;
      readonly isError?: boolean;
      /** Images and files that came with the text. */
      readonly attachments?: readonly (ImagePart | FilePart)[];
    };

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly isStrict?: boolean;
}

/** Which tools the model may or must call; absent means it decides. */
export type ToolChoice =
  | 'auto'
  | 'none'
  | 'required'
  | { readonly name: string }
  | { readonly allowed: readonly string[]; readonly mode: 'auto' | 'required' };

/** Every field optional; what is absent stays absent on the wire. */
export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly maxOutputTokens?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
}

/** The form the answer must have; absent means text. */
export type OutputShape =
  | { readonly type: 'json' }
  | {
      readonly type: 'schema';
      readonly name: string;
      readonly schema: Readonly<Record<string, unknown>>;
      readonly isStrict?: boolean;
    };

/** How much the model shall think first. */
export interface ReasoningWish {
  readonly effort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh';
  /** Tokens it may think; wins over `effort` where a dialect counts. */
  readonly budgetTokens?: number;
  /** What it shall show of it (OpenAI Responses). */
  readonly summary?: 'auto' | 'concise' | 'detailed';
}

/** One model call, in nobody's dialect. */
export interface ModelRequest {
  readonly model: string;
  /** System text, in order. */
  readonly instructions: readonly string[];
  readonly turns: readonly Turn[];
  readonly tools: readonly ToolSpec[];
  readonly toolChoice?: ToolChoice;
  /** Whether several tools may be called at once; absent means the model's own way. */
  readonly parallelTools?: boolean;
  readonly output?: OutputShape;
  readonly reasoning?: ReasoningWish;
  readonly sampling: Sampling;
  /** Inbound fields this type has no word for, by their name in the client's dialect: a dialect that cannot send them says so. */
  readonly extras?: Readonly<Record<string, unknown>>;
  /** Sent upstream as `Idempotency-Key`: the same key is the same call. */
  readonly idempotencyKey?: string;
}
