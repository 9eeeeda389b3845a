import type Docker from 'dockerode';
import { PassThrough, type Duplex, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { demultiplex, type OutputPiece } from './demultiplex.ts';
import { connectionCodeOf, engineError } from './engine-error.ts';

/** The two users of a box: `sandbox` (1000) runs what strangers wrote, `keeper` (1001) holds the box itself. */
export type BoxUser = 'sandbox' | 'keeper';

export interface RawCommand {
  /** Program and arguments; no shell is put before it. */
  readonly command: readonly string[];
  readonly user: BoxUser;
  /** Written to its stdin, which is closed at the end. Absent: its stdin is empty. */
  readonly stdin?: AsyncIterable<Uint8Array>;
}

/** A process in a box. */
export interface RawExec {
  /** Its stdout, with back-pressure; it must be read to its end (or destroyed). Fails when the engine or signal ends it. */
  readonly stdout: Readable;
  /** After the end of `stdout`: its exit code, and the first 4 KiB of its stderr. Rejects as `stdout` fails. */
  readonly end: Promise<{ readonly exitCode: number; readonly stderr: string }>;
}

/**
 * Starts a process in a running box. Throws `SandboxError('engine')` when the box or the engine is gone, and the reason
 * of the signal. An abort ends the stream, not the process: the caller gives the box up then.
 */
export type ExecRaw = (command: RawCommand, signal: AbortSignal) => Promise<RawExec>;

/** A process in a box, both outputs in the order they came. */
export interface ExecStream {
  readonly pieces: AsyncIterable<OutputPiece>;
  /** After the last piece. */
  exitCode(): Promise<number>;
}

const users: Readonly<Record<BoxUser, string>> = { sandbox: '1000:1000', keeper: '1001:1001' };
const startMs = 15_000;
const keptErrorBytes = 4_096;

/** Starts a process in a container, in `/mnt/data`. Throws like `ExecRaw`. */
export async function startExec(
  container: Docker.Container,
  { command, user, stdin }: RawCommand,
  signal: AbortSignal,
): Promise<ExecStream> {
  signal.throwIfAborted();
  try {
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(startMs)]);
    const exec = await container.exec({
      Cmd: [...command],
      User: users[user],
      WorkingDir: '/mnt/data',
      AttachStdin: stdin !== undefined,
      AttachStdout: true,
      AttachStderr: true,
      abortSignal,
    });
    const socket = await exec.start({ hijack: true, stdin: stdin !== undefined, abortSignal });
    const feeding = stdin === undefined ? { check: () => undefined } : feed(socket, stdin, signal);
    const pieces = readPieces(socket, feeding, signal);
    return { pieces, exitCode: async () => await waitForExit(exec, signal) };
  } catch (error) {
    signal.throwIfAborted();
    throw engineError(error);
  }
}

async function* readPieces(
  socket: Duplex,
  feeding: Feeding,
  signal: AbortSignal,
): AsyncGenerator<OutputPiece, void, undefined> {
  const cut = () => socket.destroy();
  signal.addEventListener('abort', cut, { once: true });
  try {
    if (signal.aborted) cut();
    yield* demultiplex(untilClosed(socket));
    feeding.check();
  } catch (error) {
    signal.throwIfAborted();
    feeding.check();
    throw engineError(error);
  } finally {
    signal.removeEventListener('abort', cut);
    socket.destroy();
  }
}

/**
 * A process that ends without reading all of its stdin looks like a broken connection. Whether it was one, its exit code
 * tells: there is none then.
 */
async function* untilClosed(socket: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* socket;
  } catch (error) {
    const code = connectionCodeOf(error);
    if (code !== 'EPIPE' && code !== 'ECONNRESET') throw error;
  }
}

interface Feeding {
  /** Throws what the source has failed with. A source that still waits when the process is over is no reason to wait. */
  check(): void;
}

/** Writes everything and closes that direction. A process that ends without reading it is no failure; the source's is. */
function feed(socket: Duplex, stdin: AsyncIterable<Uint8Array>, signal: AbortSignal): Feeding {
  let failure: { readonly error: unknown } | undefined;
  const source = async function* () {
    try {
      for await (const bytes of stdin) yield bytes;
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  // A failure ends the socket, and is asked for then.
  pipeline(source, socket, { signal, end: true }).catch(() => undefined);
  return {
    check() {
      if (failure !== undefined) throw failure.error;
    },
  };
}

async function waitForExit(exec: Docker.Exec, signal: AbortSignal): Promise<number> {
  try {
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(startMs)]);
    for (;;) {
      const { Running, ExitCode } = await exec.inspect({ abortSignal });
      if (!Running && ExitCode !== null) return ExitCode;
      await delay(10, undefined, { signal: abortSignal });
    }
  } catch (error) {
    signal.throwIfAborted();
    throw engineError(error);
  }
}

/** The port that files travel through. */
export function createExecRaw(container: Docker.Container): ExecRaw {
  return async (command, signal) => {
    const stream = await startExec(container, command, signal);
    const stdout = new PassThrough();
    const stderr: Uint8Array[] = [];
    const run = async () => {
      let room = keptErrorBytes;
      const onlyStdout = async function* () {
        for await (const { stream: name, bytes } of stream.pieces) {
          if (name === 'stdout') {
            yield bytes;
          } else if (room > 0) {
            stderr.push(bytes.subarray(0, room));
            room -= bytes.byteLength;
          }
        }
      };
      await pipeline(onlyStdout, stdout);
      return { exitCode: await stream.exitCode(), stderr: Buffer.concat(stderr).toString() };
    };
    const end = run();
    // Whoever reads only `stdout` learns of the failure there.
    end.catch(() => undefined);
    return { stdout, end };
  };
}
