const longestWaitMs = 3000;

/** Runs `work` once the page has loaded and the browser has nothing better to do, 3 s later at most. */
export function whenIdle(work: () => void): void {
  const idle = () => {
    // Safari has no idle callbacks.
    if ('requestIdleCallback' in window) window.requestIdleCallback(work, { timeout: longestWaitMs });
    else setTimeout(work, 300);
  };
  if (document.readyState === 'complete') idle();
  else window.addEventListener('load', idle, { once: true });
}
