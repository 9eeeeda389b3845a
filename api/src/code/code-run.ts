import type { CodeRunId, CodeRunResult, ConversationId, UserId } from '@parley/contracts';
import type { CallableTool, ToolAnswer, ToolCall } from '@parley/sandbox';

/** Code that somebody wants to be run in a workspace of theirs. */
export interface CodeRunRequest {
  /** Names this one run for ever: the same id again is answered with what is kept of it. */
  readonly runId: CodeRunId;
  readonly userId: UserId;
  /** Whose files it works on; that they are the user's has been looked up by the caller. */
  readonly conversationId: ConversationId;
  /** A language or one of its short names. */
  readonly lang: string;
  readonly code: string;
  readonly args: readonly string[];
  readonly stdin: string;
  /** Functions that the program may call. */
  readonly tools?: readonly CallableTool[] | undefined;
}

/** What is told of a run while it goes on. */
export type CodeRunNews =
  /** How many runs are before it. */
  | { readonly type: 'queued'; readonly position: number }
  | { readonly type: 'started'; readonly runId: CodeRunId }
  | { readonly type: 'stdout' | 'stderr'; readonly text: string };

export interface CodeRunPorts {
  /** Aborting ends this call with its reason; what becomes of the run, `whenAborted` says. */
  readonly signal: AbortSignal;
  /** `end`: it is over, as one that was stopped. `leave`: whoever asks for it again runs it again. */
  readonly whenAborted: 'end' | 'leave';
  readonly onNews?: ((news: CodeRunNews) => void) | undefined;
  /** Answers calls of the request's `tools`. */
  readonly callTool?: ((call: ToolCall, signal: AbortSignal) => Promise<ToolAnswer>) | undefined;
}

export interface CodeRunState {
  readonly state: 'running' | 'done' | 'failed';
  /** When it is done. */
  readonly result?: CodeRunResult;
}

/** Runs of code, each with a record that outlives its process. */
export interface CodeRuns {
  /**
   * Runs code and keeps the files it writes; one run of a workspace at a time. Throws `language-not-found`,
   * `invalid-request`, `body-too-large`, `code-run-id-taken`, `code-queue-full`, `code-unavailable`.
   */
  run(request: CodeRunRequest, ports: CodeRunPorts): Promise<CodeRunResult>;
  /** Throws what `run` would throw of the request itself. */
  check(request: Pick<CodeRunRequest, 'lang' | 'code' | 'args' | 'stdin'>): void;
  /** Throws `code-run-not-found`. */
  find(userId: UserId, runId: CodeRunId): Promise<CodeRunState>;
  /** Stops a run, wherever it runs. Harmless when it has ended or is not this person's. */
  stop(userId: UserId, runId: CodeRunId): Promise<void>;
  /** Stops what runs in a workspace and gives its containers back. Harmless when there are none. */
  closeWorkspace(userId: UserId, conversationId: ConversationId): Promise<void>;
  /** Ends the runs of a workspace, forgets them, and gives its containers back. */
  removeAll(conversationId: ConversationId): Promise<void>;
  /** Ends somebody's runs, forgets them, and gives their containers back. */
  removePerson(userId: UserId): Promise<void>;
  /** Leaves what runs here to whoever asks for it again. */
  close(): Promise<void>;
}
