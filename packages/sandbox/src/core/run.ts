import type { LanguageId } from './languages.ts';

/** A file of a workspace, as it is known outside of the container. */
export interface WorkspaceFile {
  /** Its path below `/mnt/data`; see `checkFileName`. */
  readonly name: string;
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** A function of the caller's that a program may call by its name. */
export interface CallableTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its input: an object. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface RunRequest {
  /** Names the run: asking again for one that goes on ends that first. */
  readonly runId: string;
  /** Whose run it is: containers are never shared between owners. */
  readonly owner: string;
  /** Which files it works on: runs of one workspace and image share a container, one after the other. */
  readonly workspace: string;
  readonly language: LanguageId;
  readonly code: string;
  readonly args: readonly string[];
  readonly stdin: string;
  /** Everything the workspace holds; the container is made to hold just that before the run. */
  readonly files: readonly WorkspaceFile[];
  /** Python only. Absent: none. Up to ten minutes of waiting for answers do not count as time of the run. */
  readonly tools?: readonly CallableTool[];
}

/** What a runner needs of its caller during a run. */
export interface RunPorts {
  /** Ends the run; its reason is thrown. */
  readonly signal: AbortSignal;
  /** The bytes of a file that the container lacks. */
  readonly read: (file: WorkspaceFile, signal: AbortSignal) => AsyncIterable<Uint8Array>;
  /** Answers a call of one of `tools`. */
  readonly callTool?: (call: ToolCall, signal: AbortSignal) => Promise<ToolAnswer>;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface ToolAnswer {
  /** JSON. */
  readonly result: unknown;
  readonly isError: boolean;
}

/** What happens in a run, in order. */
export type RunEvent =
  /** How many runs are before it. */
  | { readonly type: 'queued'; readonly position: number }
  /** It has a container, and begins. */
  | { readonly type: 'started' }
  | { readonly type: 'stdout' | 'stderr'; readonly text: string }
  /** A file that the run wrote or changed. */
  | {
      readonly type: 'file';
      readonly name: string;
      readonly sha256: string;
      readonly change: 'new' | 'changed';
      readonly bytes: Uint8Array;
    }
  /** A file of the workspace that is gone after the run. */
  | { readonly type: 'removed'; readonly name: string };

/** How a run ended: by itself, whatever its exit code, or by one of the limits, or by somebody (`killed`). */
export type RunReason = 'ok' | 'timeout' | 'oom' | 'output_limit' | 'killed';

export interface RunResult {
  readonly phase: 'compile' | 'run';
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  /** Such as `SIGKILL`. */
  readonly signal?: string;
  readonly reason: RunReason;
  /** The beginning and the end, with a line between that says what is left out. */
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
  /** Milliseconds of compiling and running. */
  readonly durationMs: number;
  /** Milliseconds spent waiting for its turn. */
  readonly queueMs: number;
  /** Milliseconds until it could begin, after it had its turn: making or finding a container and its files. */
  readonly startMs: number;
  /** How its container was had. */
  readonly box: 'cold' | 'warm' | 'sticky';
  /** What it wrote and was not handed out. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/** Runs code for whoever asks: in this process, or over HTTP in another one. */
export interface SandboxRunner {
  /** Whether and what can be run; answers from memory when it is fresh, or looks anew. Never throws. */
  status(options?: { readonly fresh?: boolean }): Promise<SandboxStatus>;
  /** Runs once. Throws `SandboxError` and the reason of the signal; the container is gone then. */
  run(request: RunRequest, ports: RunPorts): AsyncGenerator<RunEvent, RunResult>;
  /** Gives the containers of a workspace back. Harmless when there are none. */
  closeWorkspace(owner: string, workspace: string): Promise<void>;
  /** Ends all runs and removes all containers. */
  close(): Promise<void>;
}

export interface SandboxStatus {
  readonly enabled: boolean;
  /** Why not, in plain words. */
  readonly reason?: string;
  /** The one command that helps. */
  readonly remedy?: string;
  readonly engine?: { readonly name: string; readonly version: string; readonly runtime: string };
  readonly languages: readonly {
    readonly id: LanguageId;
    readonly label: string;
    readonly ready: boolean;
    readonly version?: string;
    readonly reason?: string;
  }[];
}
