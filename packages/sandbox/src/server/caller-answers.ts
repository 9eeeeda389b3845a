import type { RunPorts, RunRequest, ToolCall, WorkspaceFile } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import type { RemoteRequests } from './remote-requests.ts';

interface CallerAnswersOptions {
  readonly remote: RemoteRequests;
  /** The run on the remote runner. */
  readonly id: string;
  readonly request: RunRequest;
  readonly ports: RunPorts;
  readonly signal: AbortSignal;
  /** Ends the run with that error. */
  readonly fail: (error: unknown) => void;
}

/** What a remote runner asks its caller for; sent in the background. */
export interface CallerAnswers {
  sendFile(index: number): void;
  sendAnswer(key: string, call: ToolCall): void;
}

const uploadMs = 120_000;
const answerMs = 30_000;
/** The runner has the better words for what went wrong between the two, when it lives. */
const lastWordMs = 5_000;

export function createCallerAnswers(options: CallerAnswersOptions): CallerAnswers {
  const { remote, id, request, ports, signal, fail } = options;

  async function* bytesOf(file: WorkspaceFile): AsyncGenerator<Uint8Array> {
    try {
      yield* ports.read(file, signal);
    } catch (error) {
      fail(error);
      throw error;
    }
  }

  async function putFile(index: number): Promise<void> {
    const file = request.files[index];
    if (file === undefined) throw new SandboxError('engine', 'The code runner wants a file that there is not.');
    const path = ['runs', id, 'files', String(index)];
    const bytes = bytesOf(file);
    const response = await remote.send({ method: 'PUT', path, bytes, signal, milliseconds: uploadMs });
    response.resume();
  }

  async function postAnswer(key: string, call: ToolCall): Promise<void> {
    if (ports.callTool === undefined) {
      fail(new SandboxError('invalid', 'Nobody answers the calls of this program.'));
      return;
    }
    const { result, isError } = await ports.callTool(call, signal).catch((error: unknown) => {
      fail(error);
      throw error;
    });
    const json = { result: result ?? null, isError };
    const path = ['runs', id, 'tool-answers', key];
    const response = await remote.send({ method: 'POST', path, json, signal, milliseconds: answerMs });
    response.resume();
  }

  const failLater = (error: unknown) => {
    if (!signal.aborted) setTimeout(() => fail(error), lastWordMs).unref();
  };

  return {
    sendFile: (index) => void putFile(index).catch(failLater),
    sendAnswer: (key, call) => void postAnswer(key, call).catch(failLater),
  };
}
