import type { CodeSpan, HighlightRequest, HighlightResponse } from './highlight-messages.ts';

const DEADLINE_MS = 5_000;
/** Code beyond this stays plain: colouring it would make thousands of elements nobody reads. */
const MAX_LENGTH = 60_000;
const CACHED_BLOCKS = 200;

export interface Highlighter {
  /** Spans known already, so that a block that comes back into view never flashes. */
  readonly known: (text: string, language: string) => readonly CodeSpan[] | undefined;
  /**
   * Undefined when the code stays plain: unknown language, too long, too slow, or no workers here. Never rejects. What
   * is `passing`, because the code still grows, is not kept.
   */
  readonly highlight: (text: string, language: string, passing?: boolean) => Promise<readonly CodeSpan[] | undefined>;
}

interface Dependencies {
  /** Called on first use and again after a worker died. May throw. */
  readonly createWorker: () => Worker;
}

type Settle = (spans: readonly CodeSpan[] | undefined) => void;

/** Highlights in one worker, made when the first block needs it. */
export function createHighlighter({ createWorker }: Dependencies): Highlighter {
  const cache = new Map<string, readonly CodeSpan[]>();
  const waiting = new Map<number, Settle>();
  let worker: Worker | undefined;
  let available = true;
  let lastId = 0;

  function start(): Worker | undefined {
    if (worker || !available) return worker;
    try {
      worker = createWorker();
      worker.addEventListener('message', ({ data }: MessageEvent<HighlightResponse>) => {
        waiting.get(data.id)?.(data.spans);
      });
      worker.addEventListener('error', () => {
        available = false;
        stop();
      });
    } catch {
      // No workers here (a test, a policy): code stays plain.
      available = false;
    }
    return worker;
  }

  function stop(): void {
    worker?.terminate();
    worker = undefined;
    for (const settle of waiting.values()) settle(undefined);
  }

  function ask(target: Worker, text: string, language: string): Promise<readonly CodeSpan[] | undefined> {
    lastId += 1;
    const request: HighlightRequest = { id: lastId, text, language };
    return new Promise((resolve) => {
      // A grammar that hangs would hold up every later block: begin anew without it.
      const deadline = setTimeout(stop, DEADLINE_MS);
      waiting.set(request.id, (spans) => {
        clearTimeout(deadline);
        waiting.delete(request.id);
        resolve(spans);
      });
      target.postMessage(request);
    });
  }

  function remember(key: string, spans: readonly CodeSpan[]): void {
    cache.set(key, spans);
    const oldest = cache.keys().next().value;
    if (cache.size > CACHED_BLOCKS && oldest !== undefined) cache.delete(oldest);
  }

  return {
    known: (text, language) => cache.get(keyOf(text, language)),
    async highlight(text, language, passing = false) {
      if (!language || text.length > MAX_LENGTH) return undefined;
      const key = keyOf(text, language);
      const cached = cache.get(key);
      if (cached) return cached;
      const target = start();
      if (!target) return undefined;
      const spans = await ask(target, text, language);
      if (spans && !passing) remember(key, spans);
      return spans;
    },
  };
}

function keyOf(text: string, language: string): string {
  return `${language}\n${text}`;
}
