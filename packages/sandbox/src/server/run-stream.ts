import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RunEvent, RunRequest, SandboxRunner, ToolAnswer, ToolCall, WorkspaceFile } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import type { SandboxLog } from '../core/sandbox-log.ts';
import { createFrameWriter } from './frame-writer.ts';
import { Refusal } from './refusal.ts';
import { runIdHeader, type Frame } from './wire.ts';

interface RunStreamOptions {
  readonly id: string;
  readonly runner: SandboxRunner;
  readonly request: RunRequest;
  readonly response: ServerResponse;
  readonly log: SandboxLog;
}

export interface RunStream {
  /** Never rejects. */
  readonly done: Promise<void>;
  /** Ends the run, and resolves when it is over. */
  end(reason: SandboxError): Promise<void>;
  /** Gives the bytes of a file that was asked for; resolves when they are read. Throws a `Refusal`. */
  putFile(index: number, body: IncomingMessage): Promise<void>;
  /** Gives the answer of a call. Throws a `Refusal`. */
  answer(key: string, answer: ToolAnswer): void;
}

interface Wanted {
  readonly file: WorkspaceFile;
  readonly take: (body: IncomingMessage) => void;
  readonly isRead: Promise<void>;
}

const aliveMs = 10_000;

/** One run of somebody far away, who is sent frames and sends files and answers by other requests. */
export function createRunStream({ id, runner, request, response, log }: RunStreamOptions): RunStream {
  const wanted = new Map<number, Wanted>();
  const calls = new Map<string, (answer: ToolAnswer) => void>();
  const ending = new AbortController();
  const writer = createFrameWriter(response, ending.signal);

  /** The bytes of a file as the caller sends them: just as many as it said. */
  async function* read(file: WorkspaceFile, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const index = request.files.findIndex(({ name }) => name === file.name);
    const coming = Promise.withResolvers<IncomingMessage>();
    const isRead = Promise.withResolvers<void>();
    const stop = () => coming.reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    wanted.set(index, { file, take: coming.resolve, isRead: isRead.promise });
    try {
      await writer.write({ type: 'need', index });
      let length = 0;
      for await (const chunk of chunksOf(await coming.promise)) {
        length += chunk.length;
        if (length > file.size) throw new SandboxError('invalid', 'A file is larger than it was said to be.');
        yield chunk;
      }
      if (length < file.size) throw new SandboxError('invalid', 'A file is smaller than it was said to be.');
    } finally {
      signal.removeEventListener('abort', stop);
      wanted.delete(index);
      isRead.resolve();
    }
  }

  async function callTool(call: ToolCall, signal: AbortSignal): Promise<ToolAnswer> {
    const key = randomUUID();
    const { promise, resolve, reject } = Promise.withResolvers<ToolAnswer>();
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    calls.set(key, resolve);
    try {
      await writer.write({ type: 'call', key, call });
      return await promise;
    } finally {
      signal.removeEventListener('abort', stop);
      calls.delete(key);
    }
  }

  async function run(): Promise<Frame> {
    try {
      const events = runner.run(request, { signal: ending.signal, read, callTool });
      for (let step = await events.next(); ; step = await events.next()) {
        if (step.done === true) return { type: 'result', result: step.value };
        await sendEvent(step.value);
      }
    } catch (error) {
      if (error instanceof SandboxError) return { type: 'failed', code: error.code, message: error.message };
      log('error', 'Run failed', { reason: String(error) });
      return { type: 'failed', code: 'engine', message: 'The code runner failed.' };
    }
  }

  function sendEvent(event: RunEvent): Promise<void> {
    if (event.type !== 'file') return writer.write(event);
    const { bytes, ...frame } = event;
    return writer.write(frame, bytes);
  }

  const leave = () => ending.abort(new SandboxError('engine', 'Nobody waits for this run any more.'));

  async function converse(): Promise<void> {
    response.writeHead(200, {
      'content-type': 'application/vnd.parley.frames',
      'cache-control': 'no-store',
      [runIdHeader]: id,
    });
    response.flushHeaders();
    response.once('close', leave);
    if (response.destroyed) leave();
    const alive = setInterval(() => writer.keepAlive(), aliveMs);
    const last = await run();
    clearInterval(alive);
    writer.end(last);
  }

  const done = converse();
  return {
    done,
    async end(reason) {
      ending.abort(reason);
      await done;
    },
    async putFile(index, body) {
      const asked = wanted.get(index);
      if (asked === undefined) throw new Refusal(409, 'invalid', 'That file is not wanted.');
      // Whoever sends it twice is told so.
      wanted.delete(index);
      asked.take(body);
      await asked.isRead;
    },
    answer(key, answer) {
      const take = calls.get(key);
      if (take === undefined) throw new Refusal(409, 'invalid', 'That call is not waited for.');
      take(answer);
    },
  };
}

async function* chunksOf(body: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk;
  } catch (cause) {
    throw new SandboxError('engine', 'A file did not come whole.', { cause });
  }
}
