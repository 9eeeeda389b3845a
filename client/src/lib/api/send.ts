/** The server could not be asked, or did not answer in time. Nothing is known about whether it acted. */
export class OfflineError extends Error {
  override readonly name = 'OfflineError';
  readonly reason: 'unreachable' | 'timeout';

  constructor(reason: 'unreachable' | 'timeout', cause: unknown) {
    super(reason === 'timeout' ? 'The server took too long to answer' : 'The server cannot be reached', { cause });
    this.reason = reason;
  }
}

/** `fetch`, or a double of it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How long an answer may take to begin, in milliseconds. */
export const answerDeadlineMs = 30_000;

/**
 * One request. Throws OfflineError when the network fails or no answer begins within 30 s, and the caller's own abort
 * reason when the caller gave up; every status is returned as it is.
 */
export async function send(fetch: Fetch, url: string, init: RequestInit): Promise<Response> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), answerDeadlineMs);
  const signals = init.signal ? [init.signal, deadline.signal] : [deadline.signal];
  try {
    return await fetch(url, { ...init, signal: AbortSignal.any(signals) });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new OfflineError(deadline.signal.aborted ? 'timeout' : 'unreachable', error);
  } finally {
    clearTimeout(timer);
  }
}
