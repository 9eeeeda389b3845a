import type { LogBatch } from './log-batch.ts';
import type { PageSignals } from './page-signals.ts';
import { readEventStream } from './read-event-stream.ts';
import { readPoll } from './read-poll.ts';

export type LiveMode = 'sse' | 'long-poll';

/**
 * How one request for a log ended. `silent`: no byte for longer than its heartbeat allows. `interrupted`: the page
 * asked for a fresh request. `released`: the page was hidden for long. `failed`: anything that may pass by itself.
 */
export type ConnectionEnd =
  | { readonly type: 'closed' | 'ended' | 'gone' | 'unauthorized' | 'silent' | 'interrupted' | 'released' }
  | { readonly type: 'failed'; readonly retryAfterMs: number };

export interface ConnectionOptions {
  readonly url: string;
  readonly mode: LiveMode;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly page: PageSignals;
  readonly signal: AbortSignal;
  readonly onBytes: () => void;
  readonly onBatch: (batch: LogBatch<unknown>) => void;
}

/** The server sends a comment every 15 s, so 20 s without a byte mean that something in between holds them back. */
const silenceMs: Record<LiveMode, number> = { sse: 20_000, 'long-poll': 45_000 };
/** HTTP/1.1 allows six connections to an origin across all tabs: a tab nobody looks at gives its one back. */
const hiddenMs = 30_000;

/** One request, read until it ends for whatever reason. Rejects only when `signal` aborts or `onBatch` throws. */
export async function readConnection(options: ConnectionOptions): Promise<ConnectionEnd> {
  const { url, mode, signal, onBatch } = options;
  const watch = watchConnection(options);
  let thrown: { readonly cause: unknown } | undefined;
  try {
    const response = await options.fetch(url, {
      headers: { Accept: mode === 'sse' ? 'text/event-stream' : 'application/json' },
      cache: 'no-store',
      signal: watch.signal,
    });
    const refusal = refusalOf(response);
    if (refusal) {
      await response.body?.cancel();
      return refusal;
    }
    for await (const batch of batchesOf(response, mode, watch.onBytes)) {
      if (watch.signal.aborted) break;
      try {
        onBatch(batch);
      } catch (cause) {
        thrown = { cause };
        throw cause;
      }
      if (batch.closed) return { type: 'closed' };
    }
    return watch.verdict() ?? { type: 'ended' };
  } catch (error) {
    signal.throwIfAborted();
    if (thrown) throw error;
    return watch.verdict() ?? { type: 'failed', retryAfterMs: 0 };
  } finally {
    watch.stop();
  }
}

async function* batchesOf(response: Response, mode: LiveMode, onBytes: () => void) {
  if (mode === 'sse' && response.body) {
    yield* readEventStream(response.body, onBytes);
  } else {
    const batch = await readPoll(response);
    onBytes();
    yield batch;
  }
}

function refusalOf(response: Response): ConnectionEnd | undefined {
  if (response.ok) return undefined;
  const { status } = response;
  if (status === 401) return { type: 'unauthorized' };
  if (status === 408 || status === 429 || status >= 500) {
    const seconds = Number(response.headers.get('Retry-After') ?? 0);
    return { type: 'failed', retryAfterMs: Number.isFinite(seconds) ? Math.min(seconds, 30) * 1000 : 0 };
  }
  // A log that expired, or was never there; an offset it no longer knows (400) needs the same cure: look at the message.
  return { type: 'gone' };
}

/** Ends a request that went silent, that nobody looks at, or whose network changed under it. */
function watchConnection({ mode, page, signal, onBytes }: ConnectionOptions) {
  const controller = new AbortController();
  let verdict: ConnectionEnd | undefined;
  let lastByte = Date.now();
  let silence = setTimeout(onSilence, silenceMs[mode]);
  let hidden = page.isHidden() ? setTimeout(onHidden, hiddenMs) : undefined;

  function end(type: 'silent' | 'interrupted' | 'released') {
    verdict ??= { type };
    controller.abort();
  }
  function onSilence() {
    end('silent');
  }
  function onHidden() {
    end('released');
  }
  const unsubscribe = page.subscribe((change) => {
    clearTimeout(hidden);
    if (change === 'hidden') hidden = setTimeout(onHidden, hiddenMs);
    // Timers stand still in a frozen tab, so its silence must be noticed on return.
    const isStale = Date.now() - lastByte > silenceMs[mode];
    if (change === 'online' || change === 'offline' || (change === 'shown' && isStale)) end('interrupted');
  });
  const onAbort = () => controller.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();

  return {
    signal: controller.signal,
    verdict: () => verdict,
    onBytes: () => {
      lastByte = Date.now();
      clearTimeout(silence);
      silence = setTimeout(onSilence, silenceMs[mode]);
      onBytes();
    },
    stop: () => {
      clearTimeout(silence);
      clearTimeout(hidden);
      unsubscribe();
      signal.removeEventListener('abort', onAbort);
    },
  };
}
