/** Text that grows in every second frame reads the same and costs half. Somewhat less than two frames at 60 Hz. */
const shortestPauseMs = 28;
const longestPauseMs = 100;
/** From one flush to the next, as many times as long as one takes with layout and paint. */
const pausePerCost = 6;

export interface FlushScheduler {
  /** Asks for one flush with the next frame that may have one; asking again before it is free. */
  request(): void;
  /** Lets the next frame have one whatever came before it: nothing more will come. */
  hurry(): void;
}

/**
 * Calls `flush` in animation frames, at most every second one. What a flush costs the page is measured until after its
 * paint, and the next one waits so long that all of them together take about a sixth of the time, with at least ten a
 * second: typing and scrolling stay quick on slow machines. A hidden page has no frames, hence no flushes, until it is
 * shown.
 */
export function createFlushScheduler(flush: () => void): FlushScheduler {
  let isRequested = false;
  let isHurried = false;
  let pauseUntil = 0;

  function onFrame(now: number) {
    if (now < pauseUntil && !isHurried) {
      requestAnimationFrame(onFrame);
      return;
    }
    isRequested = false;
    isHurried = false;
    pauseUntil = now + shortestPauseMs;
    const start = performance.now();
    flush();
    // The browser lays out and paints before it comes to timers.
    setTimeout(() => {
      const took = performance.now() - start;
      pauseUntil = Math.max(pauseUntil, now + Math.min(longestPauseMs, took * pausePerCost));
    });
  }

  return {
    request() {
      if (isRequested) return;
      isRequested = true;
      requestAnimationFrame(onFrame);
    },
    hurry() {
      isHurried = true;
    },
  };
}
