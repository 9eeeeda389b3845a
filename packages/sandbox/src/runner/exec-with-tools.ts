import { randomUUID } from 'node:crypto';
import type { RunLimits } from '../core/limits.ts';
import type { CallableTool, RunPorts } from '../core/run.ts';
import type { Box, BoxCommand, BoxEnd, OutputSink } from '../engine/sandbox-engine.ts';
import { createOwnClock, type OwnClock } from './own-clock.ts';
import { pythonWithTools } from './python-with-tools.ts';
import { relayTools, type ToolRelay } from './relay-tools.ts';
import type { Turn } from './run-queue.ts';
import { withDeadline } from './with-deadline.ts';

interface ExecWithToolsOptions {
  readonly box: Box;
  readonly command: BoxCommand;
  readonly tools: readonly CallableTool[];
  readonly callTool: NonNullable<RunPorts['callTool']>;
  readonly limits: RunLimits;
  /** Rests while the program waits for answers. */
  readonly turn: Pick<Turn, 'rest' | 'resume'>;
  readonly sink: OutputSink;
  readonly signal: AbortSignal;
}

const bridgeMs = 10_000;
/** Of all calls of a program together. */
const mostWaitingSeconds = 600;
/** Beyond the time that the program has, after which the engine's own ending has failed. */
const graceMs = 15_000;

/**
 * Runs a Python program that may call tools. The time in which it waits for their answers is not counted, up to ten
 * minutes. Throws as `Box.exec`, and what `callTool` throws.
 */
export async function execWithTools(options: ExecWithToolsOptions): Promise<BoxEnd> {
  const { box, command, tools, limits, sink } = options;
  const failing = new AbortController();
  const signal = AbortSignal.any([options.signal, failing.signal]);
  const toolFolder = `parley-tools-${randomUUID()}`;
  const clock = createOwnClock(limits.runSeconds * 1_000);
  const seconds = limits.runSeconds + mostWaitingSeconds;
  const names = tools.map(({ name }) => name);
  const code = pythonWithTools(command.code, names, toolFolder);
  const whole = { ...command, code, clock: { seconds, over: clock.over } };
  const fail = (error: unknown) => failing.abort(error);
  // Both begin at once: a program looks for its tools when it calls the first one.
  const connecting = connect({ ...options, signal }, toolFolder, clock, fail).catch(fail);
  try {
    return await withDeadline(seconds * 1_000 + graceMs, 'The container did not answer in time.', signal, (soon) =>
      box.exec(whole, sink, soon),
    );
  } finally {
    clock.stop();
    const relay = await connecting;
    await relay?.close();
  }
}

async function connect(
  { box, tools, callTool, turn, signal }: ExecWithToolsOptions,
  toolFolder: string,
  clock: OwnClock,
  onFailure: (error: unknown) => void,
): Promise<ToolRelay> {
  const bridge = await withDeadline(bridgeMs, 'The tools cannot be reached from the container.', signal, (soon) =>
    box.openBridge(toolFolder, soon),
  );
  const relay = relayTools({
    bridge,
    tools,
    callTool,
    signal,
    onWaiting() {
      clock.pause();
      turn.rest();
    },
    onAnswered() {
      clock.resume();
      turn.resume();
    },
    onFailure,
  });
  try {
    await relay.ready();
    return relay;
  } catch (error) {
    await relay.close();
    throw error;
  }
}
