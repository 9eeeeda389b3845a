import type { CompileFailure, CompileRequest, CompileResponse } from './compile-messages.ts';

/** Milliseconds that a compilation may take; the first one has the compiler to fetch. */
const longestFirst = 90_000;
const longestNext = 20_000;

export interface Compiler {
  /** A module of JavaScript for the frame, or why there is none. Never rejects. */
  readonly compile: (source: string) => Promise<{ readonly code: string } | CompileFailure>;
}

interface Dependencies {
  /** Called on first use and again after a worker died. May throw. */
  readonly createWorker: () => Worker;
}

type Settle = (result: CompileResponse['result']) => void;

/** Compiles in one worker, made when the first artifact needs it. */
export function createCompiler({ createWorker }: Dependencies): Compiler {
  const waiting = new Map<number, Settle>();
  let worker: Worker | undefined;
  let hasAnswered = false;
  let lastId = 0;

  function start(): Worker {
    if (worker) return worker;
    const started = createWorker();
    started.addEventListener('message', ({ data }: MessageEvent<CompileResponse>) => {
      hasAnswered = true;
      waiting.get(data.id)?.(data.result);
    });
    started.addEventListener('error', stop);
    worker = started;
    return started;
  }

  function stop(): void {
    worker?.terminate();
    worker = undefined;
    hasAnswered = false;
    for (const settle of waiting.values()) settle({ kind: 'unavailable' });
  }

  return {
    compile(source) {
      lastId += 1;
      const request: CompileRequest = { id: lastId, source };
      return new Promise((resolve) => {
        const deadline = setTimeout(stop, hasAnswered ? longestNext : longestFirst);
        waiting.set(request.id, (result) => {
          clearTimeout(deadline);
          waiting.delete(request.id);
          // A compiler that could not be fetched is asked for again.
          if ('kind' in result && result.kind === 'unavailable' && worker) stop();
          resolve(result);
        });
        try {
          start().postMessage(request);
        } catch {
          // No workers here (a test, a policy).
          waiting.get(request.id)?.({ kind: 'unavailable' });
        }
      });
    },
  };
}
