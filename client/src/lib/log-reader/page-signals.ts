export type PageSignal = 'shown' | 'hidden' | 'online' | 'offline';

/** What a page can say about whether anybody looks at it and whether the network came or went. */
export interface PageSignals {
  isHidden(): boolean;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (signal: PageSignal) => void): () => void;
}

/**
 * The signals of this browser tab. `navigator.onLine` is not asked: it says "offline" on a machine without a network
 * even when the server is that machine, so only a change of it counts, as a reason to try again.
 */
export function createBrowserPageSignals(): PageSignals {
  return {
    isHidden: () => document.hidden,
    subscribe(listener) {
      const subscription = new AbortController();
      const { signal } = subscription;
      const onVisibility = () => listener(document.hidden ? 'hidden' : 'shown');
      document.addEventListener('visibilitychange', onVisibility, { signal });
      window.addEventListener('pageshow', () => listener('shown'), { signal });
      window.addEventListener('online', () => listener('online'), { signal });
      window.addEventListener('offline', () => listener('offline'), { signal });
      return () => subscription.abort();
    },
  };
}
