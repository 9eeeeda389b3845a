import type Docker from 'dockerode';
import { PassThrough } from 'node:stream';
import { SandboxError } from '../core/sandbox-error.ts';
import { bridgeCommand } from '../engine/bridge-command.ts';
import type { BoxBridge } from '../engine/sandbox-engine.ts';
import { startExec, type ExecStream } from './exec-stream.ts';

/** Bytes of one line of JSON; a program that writes a longer one has no bridge any more. */
const longestLine = 4 * 1024 * 1024;

/** Starts the keeper's process that passes lines between a program and us. Throws like `startExec`. */
export async function openBridge(
  container: Docker.Container,
  toolFolder: string,
  signal: AbortSignal,
): Promise<BoxBridge> {
  const answers = new PassThrough();
  const command = { command: bridgeCommand(toolFolder), user: 'keeper', stdin: answers } as const;
  const process = await startExec(container, command, signal);
  return {
    lines: readLines(process),
    async send(line) {
      if (answers.writableEnded || answers.destroyed) return;
      if (answers.write(`${line}\n`)) return;
      await new Promise<void>((resolve) => {
        answers.once('drain', resolve).once('close', resolve);
      });
    },
    async close() {
      // The keeper's process tidies up at the end of its stdin; `lines` ends with it.
      answers.end();
    },
  };
}

async function* readLines({ pieces }: ExecStream): AsyncGenerator<string, void, undefined> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const { stream, bytes } of pieces) {
    if (stream === 'stderr') continue;
    let from = 0;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, from)) {
      parts.push(bytes.subarray(from, at));
      yield Buffer.concat(parts).toString();
      parts = [];
      length = 0;
      from = at + 1;
    }
    const rest = bytes.subarray(from);
    parts.push(rest);
    length += rest.byteLength;
    if (length > longestLine) throw new SandboxError('engine', 'A tool call of the program is too long.');
  }
}
