import { cancelled, GatewayError } from './gateway-error.ts';

/** Stops waiting when `signal` aborts. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  const abort = Promise.withResolvers<never>();
  const giveUp = (): void =>
    abort.reject(signal.reason instanceof GatewayError ? signal.reason : cancelled(signal.reason));
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work, abort.promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
