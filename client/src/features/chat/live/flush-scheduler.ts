/** A frame at 60 Hz, less what the browser needs for layout and paint. */
const frameBudgetMs = 12;
/** Between two flushes: text that grows in every second frame reads the same and costs half. Somewhat less than two frames. */
const betweenFlushesMs = 28;
const shortestPauseMs = 50;
const longestPauseMs = 100;

export interface FlushScheduler {
  /** Asks for one flush with the next frame that may have one; asking again before it is free. */
  request(): void;
}

/**
 * Calls `flush` in animation frames, at most every second one. A flush that overruns its frame is followed by a pause of
 * 50–100 ms, so that typing and scrolling get their share. A hidden page has no frames, hence no flushes, until it is shown.
 */
export function createFlushScheduler(flush: () => void): FlushScheduler {
  let isRequested = false;
  let pauseUntil = 0;

  function onFrame(now: number) {
    if (now < pauseUntil) {
      requestAnimationFrame(onFrame);
      return;
    }
    isRequested = false;
    const start = performance.now();
    flush();
    const took = performance.now() - start;
    pauseUntil =
      took > frameBudgetMs
        ? start + Math.min(longestPauseMs, Math.max(shortestPauseMs, took * 3))
        : now + betweenFlushesMs;
  }

  return {
    request() {
      if (isRequested) return;
      isRequested = true;
      requestAnimationFrame(onFrame);
    },
  };
}
