/** Resolves when what is in `waiting` is called, or the signal aborts; leaves nothing behind on either. */
export function untilWoken(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const resume = (): void => {
      waiting.delete(resume);
      signal.removeEventListener('abort', resume);
      resolve();
    };
    waiting.add(resume);
    signal.addEventListener('abort', resume);
  });
}
