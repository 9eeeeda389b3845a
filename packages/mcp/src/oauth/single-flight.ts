/** Runs one task for a key at a time in this process; who asks meanwhile gets the same answer, and may stop waiting for it. */
export function createSingleFlight<T>(): (key: string, signal: AbortSignal, task: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  return (key, signal, task) => {
    const existing = running.get(key);
    if (existing !== undefined) return abortable(existing, signal);
    const promise = task().finally(() => running.delete(key));
    running.set(key, promise);
    return abortable(promise, signal);
  };
}

async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
