import { spawn } from 'node:child_process';
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Transport } from '@modelcontextprotocol/client';
import { deserializeMessage, serializeMessage } from '@modelcontextprotocol/client';
import { McpError } from '../core/mcp-error.ts';
import type { McpStdioTransport } from '../core/mcp-server.ts';
import { createLineReader } from './line-reader.ts';

interface StdioTransportOptions {
  readonly program: McpStdioTransport;
  /** All the program inherits. */
  readonly environment: Readonly<Record<string, string>>;
  readonly messageBytes: number;
}

/** What the SDK recognises as a transport over standard streams, and what the program said last on its error stream. */
export interface StdioTransport extends Transport {
  readonly pid: number | undefined;
  readonly stderr: string;
}

const politeMs = 1000;
const lastWordsMs = 250;
const stderrBytes = 4096;

/**
 * Runs a server as a process group of its own, in a scrubbed environment. When `close` resolves, nothing of the group
 * is left: its standard input ends, then comes SIGTERM, then SIGKILL.
 */
export function createStdioTransport({ program, environment, messageBytes }: StdioTransportOptions): StdioTransport {
  let child: ChildProcess | undefined;
  let closing: Promise<void> | undefined;
  let stderr = '';

  const transport: StdioTransport = {
    get pid() {
      return child?.pid;
    },
    get stderr() {
      return stderr;
    },
    async start() {
      const started = await spawnProgram(program, environment);
      child = started;
      const lines = createLineReader({ mostBytes: messageBytes, onLine: receive, onOverflow: overflow });
      started.stdout.on('data', (chunk: Buffer) => lines.push(chunk));
      started.stderr.on('data', (chunk: Buffer) => {
        stderr = (stderr + chunk.toString()).slice(-stderrBytes);
      });
      for (const stream of [started.stdin, started.stdout, started.stderr]) {
        stream.on('error', (error) => transport.onerror?.(error));
      }
      started.on('error', (error) => transport.onerror?.(error));
      started.once('exit', () => void transport.close());
      started.once('close', () => transport.onclose?.());
    },
    async send(message) {
      const input = child?.stdin;
      if (input === undefined || input === null || !input.writable) {
        throw new McpError('connection-lost', 'The server’s program has ended.', { retryable: true });
      }
      if (!input.write(serializeMessage(message))) await Promise.race([once(input, 'drain'), once(input, 'close')]);
    },
    close() {
      closing ??= child === undefined ? Promise.resolve() : endGroup(child);
      return closing;
    },
  };

  function receive(line: string): void {
    try {
      transport.onmessage?.(deserializeMessage(line));
    } catch (error) {
      transport.onerror?.(new McpError('malformed', 'The server wrote what is no message.', { cause: error }));
    }
  }

  function overflow(): void {
    child?.stdout?.destroy();
    transport.onerror?.(new McpError('too-large', 'The server’s message is too large.', { mayHaveRun: true }));
  }

  return transport;
}

async function spawnProgram(
  program: McpStdioTransport,
  environment: Readonly<Record<string, string>>,
): Promise<ChildProcessByStdio<Writable, Readable, Readable>> {
  try {
    const child = spawn(program.command, [...program.args], {
      env: { ...environment, ...program.env },
      ...(program.cwd !== undefined && { cwd: program.cwd }),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      windowsHide: true,
    });
    await once(child, 'spawn');
    return child;
  } catch (error) {
    throw new McpError('unreachable', 'The server’s program could not be started.', { cause: error });
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  child.stdin?.end();
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isOver()) await happensWithin(child, 'exit', politeMs);
    signalGroup(child, signal);
  }
  if (!isOver()) await once(child, 'exit');
  // What was written last is still read; but a grandchild that left the group may hold the other ends for ever.
  const isRead = child.stdout === null || child.stdout.closed || (await happensWithin(child, 'close', lastWordsMs));
  if (isRead) return;
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
  await happensWithin(child, 'close', lastWordsMs);
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error;
  }
}

async function happensWithin(child: ChildProcess, event: 'exit' | 'close', milliseconds: number): Promise<boolean> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), milliseconds);
  try {
    await once(child, event, { signal: deadline.signal });
    return true;
  } catch (error) {
    if (!deadline.signal.aborted) throw error;
    return false;
  } finally {
    clearTimeout(timer);
  }
}
