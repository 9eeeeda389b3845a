import type { PageSignals } from './page-signals.ts';

/** Resolves after `ms`, or at once when the page is shown or the network returns. Rejects when `signal` aborts. */
export function waitUnlessWoken(page: PageSignals, ms: number, signal: AbortSignal): Promise<void> {
  return waitFor(page, signal, (change) => change === 'shown' || change === 'online', ms);
}

/** Resolves once somebody looks at the page. Rejects when `signal` aborts. */
export function untilShown(page: PageSignals, signal: AbortSignal): Promise<void> {
  if (!page.isHidden()) return Promise.resolve();
  return waitFor(page, signal, (change) => change === 'shown');
}

function waitFor(
  page: PageSignals,
  signal: AbortSignal,
  isAwaited: (change: Parameters<Parameters<PageSignals['subscribe']>[0]>[0]) => boolean,
  ms?: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = ms === undefined ? undefined : setTimeout(() => finish(resolve), ms);
    const unsubscribe = page.subscribe((change) => isAwaited(change) && finish(resolve));
    const onAbort = () => finish(() => reject(signal.reason));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();

    function finish(settle: () => void) {
      clearTimeout(timer);
      unsubscribe();
      signal.removeEventListener('abort', onAbort);
      settle();
    }
  });
}
