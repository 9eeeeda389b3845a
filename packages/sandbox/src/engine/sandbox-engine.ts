import type { ImageTarget, LanguageId } from '../core/languages.ts';
import type { WorkspaceFile } from '../core/run.ts';

/** Makes boxes: containers that run what a stranger wrote. */
export interface SandboxEngine {
  /** Looks at the engine and its images now, and proves once for each engine and image that boxes hold (self-test). */
  status(signal: AbortSignal): Promise<EngineStatus>;
  /** A new, running, empty box. Throws `SandboxError`. */
  open(spec: BoxSpec, signal: AbortSignal): Promise<Box>;
  /** Removes boxes of this install that no living runner owns; their number. */
  reap(): Promise<number>;
  close(): Promise<void>;
}

export interface EngineStatus {
  readonly usable: boolean;
  /** Plain words for people. */
  readonly reason?: string;
  readonly remedy?: string;
  readonly engine?: { readonly name: string; readonly version: string; readonly runtime: string };
  /** The images that are there, and what their languages say of their versions. */
  readonly images: ReadonlyMap<ImageTarget, { readonly versions: Readonly<Partial<Record<LanguageId, string>>> }>;
}

export interface BoxSpec {
  readonly image: ImageTarget;
  /** Bytes, without the workspace. */
  readonly memoryBytes: number;
}

export interface BoxCommand {
  readonly language: LanguageId;
  readonly code: string;
  readonly args: readonly string[];
  readonly stdin: string;
  /** In the place of the limit of run seconds, for a program that waits for others. */
  readonly clock?: RunClock;
}

/** Time as its caller counts it. */
export interface RunClock {
  /** Seconds of real time after which the program is ended in any case. */
  readonly seconds: number;
  /** Its time is over: it is ended as by a time limit, and its files are kept. */
  readonly over: AbortSignal;
}

/** Receives raw bytes as they come; returning `false` ends the run at once. */
export type OutputSink = (stream: 'stdout' | 'stderr', bytes: Uint8Array) => boolean;

/** How a command ended. `isSpent`: the box must not be used again. */
export interface BoxEnd {
  readonly phase: 'compile' | 'run';
  readonly exitCode: number | null;
  readonly signal?: string;
  readonly reason: 'ok' | 'timeout' | 'oom' | 'output_limit';
  readonly durationMs: number;
  readonly isSpent: boolean;
}

export interface CollectLimits {
  readonly fileBytes: number;
  readonly newBytes: number;
  readonly newFiles: number;
}

/** What is found in the workspace after a run. */
export type Collected =
  | { readonly type: 'file'; readonly name: string; readonly sha256: string; readonly bytes: Uint8Array }
  | { readonly type: 'removed'; readonly name: string }
  | { readonly type: 'skipped'; readonly name: string; readonly reason: string };

/** One container, for one owner. Its methods are called one after the other. */
export interface Box {
  readonly id: string;
  readonly image: ImageTarget;
  /** Whether it still runs. */
  isAlive(): boolean;
  /** Writes files into the workspace, in the place of those of the same name. */
  put(
    files: readonly WorkspaceFile[],
    read: (file: WorkspaceFile, signal: AbortSignal) => AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Removes files of the workspace. */
  remove(names: readonly string[], signal: AbortSignal): Promise<void>;
  /** Runs a program; when it returns, nothing of it runs any more. */
  exec(command: BoxCommand, sink: OutputSink, signal: AbortSignal): Promise<BoxEnd>;
  /** What has changed in the workspace since `put`, `remove` or the last `collect`. */
  collect(limits: CollectLimits, signal: AbortSignal): AsyncGenerator<Collected>;
  /** A raw stream to a process in the box, for tool calls of a running program. */
  openBridge(toolFolder: string, signal: AbortSignal): Promise<BoxBridge>;
  /** Removes the container, whatever runs in it. Harmless twice. */
  close(): Promise<void>;
}

/** Lines of JSON in both directions. */
export interface BoxBridge {
  readonly lines: AsyncIterable<string>;
  send(line: string): Promise<void>;
  close(): Promise<void>;
}
