import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RunRequest, SandboxRunner, ToolAnswer } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import type { SandboxLog } from '../core/sandbox-log.ts';
import { Refusal } from './refusal.ts';
import { createRunStream, type RunStream } from './run-stream.ts';

interface RunStreamsOptions {
  readonly runner: SandboxRunner;
  readonly mostRuns: number;
  readonly log: SandboxLog;
}

/** The runs that are talked about over HTTP now. Whatever names one that is not there throws a `Refusal`. */
export interface RunStreams {
  /** Runs, and answers with frames; resolves at the end. Throws a `Refusal` when there are too many. */
  open(request: RunRequest, response: ServerResponse): Promise<void>;
  /** Ends a run; its container is gone then. Harmless when it is over. */
  end(id: string): Promise<void>;
  putFile(id: string, index: number, body: IncomingMessage): Promise<void>;
  answer(id: string, call: string, answer: ToolAnswer): void;
  close(): Promise<void>;
}

export function createRunStreams({ runner, mostRuns, log }: RunStreamsOptions): RunStreams {
  const streams = new Map<string, RunStream>();
  let isOpen = true;

  function find(id: string): RunStream {
    const stream = streams.get(id);
    if (stream === undefined) throw new Refusal(404, 'invalid', 'There is no such run.');
    return stream;
  }

  return {
    async open(request, response) {
      if (!isOpen) throw new Refusal(503, 'unavailable', 'Code execution ends here.');
      if (streams.size >= mostRuns) throw new Refusal(429, 'queue-full', 'Too many programs wait for their turn.');
      const id = randomUUID();
      const stream = createRunStream({ id, runner, request, response, log });
      streams.set(id, stream);
      try {
        await stream.done;
      } finally {
        streams.delete(id);
      }
    },
    async end(id) {
      await streams.get(id)?.end(new SandboxError('engine', 'The run was ended.'));
    },
    putFile: async (id, index, body) => find(id).putFile(index, body),
    answer: (id, call, answer) => find(id).answer(call, answer),
    async close() {
      isOpen = false;
      const reason = new SandboxError('unavailable', 'Code execution ends here.');
      await Promise.all([...streams.values()].map((stream) => stream.end(reason)));
    },
  };
}
