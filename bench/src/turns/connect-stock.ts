import { stream } from '@durable-streams/client';
import { RefusedError } from './connection.ts';
import type { Connect } from './connection.ts';

/** Milliseconds. */
const handOver = 250;

/** The reference client of Durable Streams, as it comes. It reconnects by itself where it can; an error ends the attempt. */
export const connectStock: Connect = async ({ url, token, offset, live, signal, onBatch }) => {
  const leave = new AbortController();
  const either = AbortSignal.any([signal, leave.signal]);
  const ended = Promise.withResolvers<void>();
  // It does not always settle when it is told to stop.
  either.addEventListener('abort', () => ended.reject(either.reason), { once: true });
  ended.promise.catch(() => undefined);
  try {
    const response = await stream({
      url,
      headers: { Authorization: `Bearer ${token}` },
      offset,
      live,
      json: true,
      signal: either,
      fetch: refusingFetch,
      warnOnHttp: false,
      backoffOptions: { initialDelay: 100, maxDelay: 100, multiplier: 1, maxRetries: 0 },
    });
    response.subscribeJson(async ({ items, offset: next, streamClosed }) => {
      await Promise.resolve();
      try {
        onBatch(items, next, streamClosed);
        if (streamClosed) ended.resolve();
      } catch (error) {
        ended.reject(error);
      }
    });
    // It says that it is closed before it hands over what it read last.
    response.closed.then(() => setTimeout(ended.resolve, handOver), ended.reject);
    await ended.promise;
  } finally {
    leave.abort();
  }
};

/** The client hides what it was refused for in errors of its own. */
async function refusingFetch(...request: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...request);
  if (response.status >= 400) throw new RefusedError(response.status);
  return response;
}
