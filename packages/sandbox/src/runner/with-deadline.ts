import { SandboxError } from '../core/sandbox-error.ts';

/**
 * Does `work` with a signal that ends with the given one, or after `milliseconds` with `SandboxError('engine', late)`.
 * Resolves or throws no later than that, whatever the work does.
 */
export async function withDeadline<T>(
  milliseconds: number,
  late: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const ending = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown) => {
    ending.abort(reason);
    reject(reason);
  };
  const stop = () => end(signal.reason);
  const timer = setTimeout(() => end(new SandboxError('engine', late)), milliseconds);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work(ending.signal), ended]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
