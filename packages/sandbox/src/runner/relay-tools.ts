import type { CallableTool, RunPorts, ToolAnswer, ToolCall } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import { bridgeReadyLine } from '../engine/bridge-command.ts';
import type { BoxBridge } from '../engine/sandbox-engine.ts';
import { toolCallLineSchema } from '../engine/tool-bridge-lines.ts';
import { withDeadline } from './with-deadline.ts';

interface RelayOptions {
  readonly bridge: BoxBridge;
  readonly tools: readonly CallableTool[];
  readonly callTool: NonNullable<RunPorts['callTool']>;
  /** Ends the relay with the run. */
  readonly signal: AbortSignal;
  /** The program waits for an answer, which it did not before; it waits for none any more. */
  readonly onWaiting: () => void;
  readonly onAnswered: () => void;
  /** The caller failed, which ends the run. */
  readonly onFailure: (error: unknown) => void;
}

export interface ToolRelay {
  /** Resolves when programs find the pipes. Throws `engine` when they do not come within 10 s. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

const readyMs = 10_000;
const sendMs = 30_000;
const mostCalls = 1_000;
const mostAtOnce = 16;
const longestLine = 1024 * 1024;
const mostNonsense = 100;
const unreachable = 'The tools cannot be reached from the container.';

/** Answers the calls of a program: those of tools it was given, at most 1,000, 16 at once, 1 MB each way. */
export function relayTools(options: RelayOptions): ToolRelay {
  const { bridge, tools, signal, onFailure } = options;
  const names = new Set(tools.map(({ name }) => name));
  const opened = Promise.withResolvers<void>();
  const running = new Set<Promise<void>>();
  let calls = 0;
  let nonsense = 0;
  let waiting = 0;
  let isReady = false;
  let isClosed = false;

  async function answer(line: string): Promise<void> {
    const call = parseCall(line);
    if (call === undefined) {
      nonsense += 1;
      return;
    }
    calls += 1;
    if (calls > mostCalls) return send(call.id, `A program can make ${mostCalls} calls.`, true);
    if (!names.has(call.name)) return send(call.id, `There is no tool named ${call.name}.`, true);
    const { result, isError } = await callWaiting(call);
    return send(call.id, result, isError);
  }

  async function callWaiting(call: ToolCall): Promise<ToolAnswer> {
    waiting += 1;
    if (waiting === 1) options.onWaiting();
    try {
      return await options.callTool(call, signal);
    } finally {
      waiting -= 1;
      if (waiting === 0) options.onAnswered();
    }
  }

  async function send(id: string, result: unknown, isError: boolean): Promise<void> {
    const line = JSON.stringify({ id, result: result ?? null, isError });
    const told =
      line.length <= longestLine ? line : JSON.stringify({ id, result: 'The answer is too large.', isError: true });
    await withDeadline(sendMs, 'The program does not read answers.', signal, () => bridge.send(told));
  }

  async function relay(): Promise<void> {
    for await (const line of bridge.lines) {
      if (isReady) {
        running.add(track(answer(line)));
      } else {
        isReady = line === bridgeReadyLine;
        opened.resolve();
      }
      if (running.size >= mostAtOnce) await Promise.race(running);
      if (nonsense > mostNonsense || isClosed) return;
    }
  }

  function track(answering: Promise<void>): Promise<void> {
    const tracked = answering.catch(fail).finally(() => running.delete(tracked));
    return tracked;
  }

  function fail(error: unknown): void {
    // What is cut off by the end of the run is no failure of anybody.
    if (!isClosed && !signal.aborted) onFailure(error);
  }

  void relay().catch(fail).finally(opened.resolve);

  return {
    async ready() {
      await withDeadline(readyMs, unreachable, signal, () => opened.promise);
      if (!isReady) throw new SandboxError('engine', unreachable);
    },
    async close() {
      isClosed = true;
      await bridge.close();
    },
  };
}

function parseCall(line: string) {
  if (line.length > longestLine) return undefined;
  try {
    return toolCallLineSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
