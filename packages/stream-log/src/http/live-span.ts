import type { ServerResponse } from 'node:http';

/** The time one live answer may last. */
export interface LiveSpan {
  /** Aborts when the span is over, for whatever reason. */
  readonly signal: AbortSignal;
  /** Ends the span and leaves no timer and no listener behind. */
  end(): void;
}

/** A span that ends after `longestMs`, when the client leaves, or when `lifetime` aborts. */
export function startLiveSpan(
  response: ServerResponse,
  longestMs: number,
  lifetime: AbortSignal | undefined,
): LiveSpan {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, longestMs);
  response.once('close', abort);
  lifetime?.addEventListener('abort', abort);
  if (response.destroyed || lifetime?.aborted === true) abort();
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      response.off('close', abort);
      lifetime?.removeEventListener('abort', abort);
      abort();
    },
  };
}
