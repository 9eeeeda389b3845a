import { problem } from '@parley/contracts';

/** What a request that was cut short is answered, if somebody still listens: the server stops. */
export function leftOrStopping(error: unknown, signal: AbortSignal): unknown {
  if (!signal.aborted) return error;
  const detail = 'The server is stopping. Please try again in a moment.';
  return problem('code-unavailable', { detail, cause: error, retryAfterSeconds: 5 });
}
