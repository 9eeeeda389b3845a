import { bridgeReadyLine } from '../engine/bridge-command.ts';
import type { BoxBridge } from '../engine/sandbox-engine.ts';
import { toolAnswerLineSchema } from '../engine/tool-bridge-lines.ts';

/** Both ends of a bridge: the program's, and the one that its caller is given. */
export interface FakeBridge {
  readonly ofCaller: BoxBridge;
  /** Asks the caller; resolves with its answer as JSON. */
  call(name: string, input: unknown, signal: AbortSignal): Promise<string>;
}

export function createFakeBridge(): FakeBridge {
  const lines: string[] = [bridgeReadyLine];
  const waiting = new Map<string, (answer: string) => void>();
  let wake = Promise.withResolvers<void>();
  let isOpen = true;
  let calls = 0;

  async function* reading(): AsyncGenerator<string> {
    for (;;) {
      const line = lines.shift();
      if (line === undefined) {
        if (!isOpen) return;
        await wake.promise;
        wake = Promise.withResolvers<void>();
      } else {
        yield line;
      }
    }
  }

  return {
    ofCaller: {
      lines: reading(),
      async send(line) {
        const { id, result, isError } = toolAnswerLineSchema.parse(JSON.parse(line));
        waiting.get(id)?.(`${isError ? 'error ' : ''}${JSON.stringify(result)}`);
        waiting.delete(id);
      },
      async close() {
        isOpen = false;
        wake.resolve();
      },
    },
    call(name, input, signal) {
      const id = String((calls += 1));
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const stop = () => reject(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      waiting.set(id, (answer) => {
        signal.removeEventListener('abort', stop);
        resolve(answer);
      });
      lines.push(JSON.stringify({ id, name, input }));
      wake.resolve();
      return promise;
    },
  };
}
