import type {
  ApprovalScope,
  Attachment,
  CallExecution,
  ConversationId,
  GenerationId,
  InputAnswer,
  InputRequest,
  MessagePart,
  Role,
  ToolCallPart,
  ToolEffect,
  ToolHints,
  ToolRef,
  ToolResultId,
  ToolSource,
  UserId,
} from '@parley/contracts';

/** What the turn loop, the model and people must know of a tool before it runs. */
export interface ToolSpec {
  /** What the model calls it: `[A-Za-z0-9_-]{1,64}`, unique in a toolbox. */
  readonly name: string;
  /** What people's choices and policies call it. */
  readonly ref: ToolRef;
  /** What people read. */
  readonly title: string;
  readonly source: ToolSource;
  /** Told to the model; of foreign authorship unless the source is built in. */
  readonly description: string;
  /** What people read in lists instead of the description, where that speaks to models. */
  readonly summary?: string;
  /** JSON Schema of the input: an object. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly hints: ToolHints;
  /** An admin vouches for the hints: it is built in, or its server is of `librechat.yaml`. */
  readonly isTrusted: boolean;
  /** Asks its user by itself, so that no approval is needed on top (`ask_user`, hand-offs). */
  readonly needsNoApproval?: boolean;
  /** SHA-256 over name, description and schema: what was allowed for good is asked anew when it changes. */
  readonly digest: string;
}

/** One call, as its tool sees it. */
export interface ToolContext {
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  readonly generationId: GenerationId;
  /** Names this one call for ever, also when it is run again. */
  readonly callId: string;
  /** What its user answered to `inputNeeded`. */
  readonly answer: InputAnswer | undefined;
  readonly signal: AbortSignal;
  /** Says how far it is; told rarely enough by itself. */
  readonly report: (progress: ToolProgress) => void;
  /** Shows text that it prints to whoever watches; what is beyond 64 K units is not shown. The model learns nothing of it. */
  readonly print: (text: string) => void;
  /**
   * Asks the user in the middle of the call, which stays in this process until the answer comes; it is lost with the
   * process. What can be asked before the call belongs into `inputNeeded`. Rejects when `signal` aborts.
   */
  readonly ask: (request: InputRequest) => Promise<InputAnswer>;
}

export interface ToolProgress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

/** Something a tool gave beside its text; kept apart from the message. */
export interface ToolAttachment {
  readonly kind: Attachment['kind'];
  readonly mimeType: string;
  readonly title: string;
  readonly bytes: Uint8Array;
}

export interface ToolResult {
  /** Text for the model and, folded away, for people. May be long: what is too long is kept apart. */
  readonly output: string;
  readonly failed: boolean;
  readonly attachments?: readonly ToolAttachment[];
  /** How code ran, when it ran some; its places are in `output`, which must be short enough to stay whole. */
  readonly execution?: CallExecution;
}

/** Something a model may call. `run` may throw; the model is then told that it failed, and nothing of why. */
export interface Tool {
  readonly spec: ToolSpec;
  /**
   * What its user has to answer before it can run, if anything: a sign-in, or the question it exists for. Waits as long
   * as it takes, without a process. `input` is valid by the schema.
   */
  inputNeeded?(input: ToolInput, signal: AbortSignal): Promise<InputRequest | undefined>;
  /** `input` is valid by the schema. */
  run(input: ToolInput, context: ToolContext): Promise<ToolResult>;
}

/** The arguments of a call: always an object. */
export type ToolInput = Readonly<Record<string, unknown>>;

/** The tools of one turn. */
export interface Toolbox {
  /**
   * What the model's next call may be: all tools, or, when they are many, the search tool, those that never hide and
   * those that `parts` (the conversation's newest answers and this one) have found. The same parts give the same tools.
   */
  offered(parts: readonly MessagePart[]): readonly Tool[];
  /** Any tool of the turn, offered or not. */
  find(name: string): Tool | undefined;
  /** Sentences for the reader and the model about what is missing, such as a server that could not be reached. */
  readonly notices: readonly string[];
  /** What the model is told about using the tools, by sources that an admin vouches for. */
  readonly instructions?: readonly string[];
}

/** Where tools of one kind come from. */
export interface ToolOrigin {
  /** The refs it answers for begin like that: `mcp/`; the built-in ones have no slash. */
  readonly kind: ToolSource['kind'];
  /**
   * The tools of those refs that its caller may use. Unknown refs and what cannot be had in about two seconds are told
   * in `notices`; nothing is thrown but the reason of `signal`.
   */
  tools(
    caller: Pick<ToolCaller, 'userId' | 'role' | 'conversationId' | 'generationId'>,
    refs: readonly ToolRef[],
    signal: AbortSignal,
  ): Promise<{
    readonly tools: readonly Tool[];
    readonly notices: readonly string[];
    readonly instructions?: readonly string[];
  }>;
  /** All that somebody may choose, as far as it is known without waiting. */
  known(user: Pick<ToolCaller, 'userId' | 'role'>): Promise<readonly ToolSpec[]>;
}

/** Puts the tools of a turn together. */
export interface Toolboxes {
  of(caller: ToolCaller, refs: readonly ToolRef[], signal: AbortSignal): Promise<Toolbox>;
}

/** Whether a call may run. */
export interface ToolDecision {
  readonly effect: ToolEffect;
  /** The operator's or the policy's words, for people. */
  readonly reason?: string;
  /** Scopes a person may choose when asked. */
  readonly scopes: readonly ApprovalScope[];
}

/** Who calls a tool, as far as policies are concerned. */
export interface ToolCaller {
  readonly userId: UserId;
  readonly role: Role;
  readonly conversationId: ConversationId;
  readonly generationId: GenerationId;
}

/** The rules about tools, and what people have allowed. */
export interface ToolApprovals {
  decide(caller: ToolCaller, spec: ToolSpec): Promise<ToolDecision>;
  /** Notes that calls of this tool need not be asked about any more. Harmless twice. */
  remember(caller: ToolCaller, spec: ToolSpec, scope: Exclude<ApprovalScope, 'once'>): Promise<void>;
  /** Notes a decision that no person made: the policy refused a call. Harmless twice. */
  noteRefusal(caller: ToolCaller, spec: ToolSpec, call: ToolCallPart, reason: string): Promise<void>;
}

/** Where results go that are too long for a message, or no text. */
export interface ToolResults {
  /**
   * What of a result becomes part of the message: the output, cut with a sentence on how to read on where it is too
   * long, and references to what is kept. The same call keeps the same ids.
   */
  keep(
    caller: ToolCaller,
    callId: string,
    result: ToolResult,
  ): Promise<{
    readonly output: string;
    readonly stored?: { readonly id: ToolResultId; readonly length: number };
    readonly attachments?: readonly Attachment[];
  }>;
}
