import type { IncomingMessage } from 'node:http';
import type { RunEvent, RunPorts, RunRequest, RunResult } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import { withDeadline } from '../runner/with-deadline.ts';
import { createCallerAnswers, type CallerAnswers } from './caller-answers.ts';
import { decodeFrames, type FrameWithBody } from './frames.ts';
import type { RemoteRequests } from './remote-requests.ts';
import { runIdHeader } from './wire.ts';

interface FollowRunOptions {
  readonly remote: RemoteRequests;
  readonly request: RunRequest;
  readonly ports: RunPorts;
  /** Resolves when the event was read. */
  readonly onEvent: (event: RunEvent) => Promise<void>;
}

const answerMs = 10_000;
/** Nothing for so long, not even a sign of life, is the end of a runner that sends one every 10 s. */
const silenceMs = 35_000;
const endMs = 30_000;

/** Runs on a remote runner. Throws as `SandboxRunner.run` does: when the runner dies in the midst, `engine`. */
export async function followRun({ remote, request, ports, onEvent }: FollowRunOptions): Promise<RunResult> {
  const path = ['runs'];
  const { signal } = ports;
  const response = await remote.send({ method: 'POST', path, json: request, signal, milliseconds: answerMs });
  const id = String(response.headers[runIdHeader]);
  /** What goes wrong on this side ends the run like the caller's own signal. */
  const failing = new AbortController();
  const either = AbortSignal.any([signal, failing.signal]);
  const stop = () => {
    void endRemotely(remote, id).finally(() => response.destroy());
  };
  either.addEventListener('abort', stop, { once: true });
  const fail = (error: unknown) => failing.abort(error);
  const answers = createCallerAnswers({ remote, id, request, ports, signal: either, fail });
  try {
    if (either.aborted) stop();
    return await readFrames(response, answers, onEvent);
  } catch (error) {
    throw either.aborted ? either.reason : error;
  } finally {
    either.removeEventListener('abort', stop);
    fail(new SandboxError('engine', 'The run is over.'));
    response.destroy();
  }
}

async function readFrames(
  response: IncomingMessage,
  answers: CallerAnswers,
  onEvent: (event: RunEvent) => Promise<void>,
): Promise<RunResult> {
  for await (const { frame, body } of withWords(decodeFrames(withoutSilence(response)))) {
    switch (frame.type) {
      case 'alive':
        break;
      case 'need':
        answers.sendFile(frame.index);
        break;
      case 'call':
        answers.sendAnswer(frame.key, frame.call);
        break;
      case 'file':
        // Waits for the reader: files are large.
        await onEvent({ ...frame, bytes: body });
        break;
      case 'result':
        return frame.result;
      case 'failed':
        throw new SandboxError(frame.code, frame.message);
      default:
        void onEvent(frame);
    }
  }
  throw new SandboxError('engine', wentAway);
}

const wentAway = 'The code runner went away in the midst of the run.';

async function* withWords(frames: AsyncIterable<FrameWithBody>): AsyncGenerator<FrameWithBody> {
  try {
    yield* frames;
  } catch (cause) {
    throw cause instanceof SandboxError ? cause : new SandboxError('engine', wentAway, { cause });
  }
}

/** Only waiting for the runner counts, not for whoever reads. */
async function* withoutSilence(response: IncomingMessage): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = response[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await withDeadline(silenceMs, 'The code runner fell silent.', never, () => chunks.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    response.destroy();
  }
}

const never = new AbortController().signal;

/** Resolves when the run is over there, or its runner cannot be told. */
async function endRemotely(remote: RemoteRequests, id: string): Promise<void> {
  try {
    const response = await remote.send({ method: 'DELETE', path: ['runs', id], signal: never, milliseconds: endMs });
    response.resume();
  } catch (error) {
    // The closed connection ends the run as well.
    if (!(error instanceof SandboxError)) throw error;
  }
}
