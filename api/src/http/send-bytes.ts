import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/**
 * Sends bytes as an answer; `describe` sets its head once the first of them are there, so that what cannot be read is
 * still told as an error. Whoever leaves in the middle is no failure. The bytes are closed in any case.
 */
export async function sendBytes(
  response: Response,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  describe: () => void,
): Promise<void> {
  const pieces = bytes[Symbol.asyncIterator]();
  try {
    const first = await pieces.next();
    describe();
    await pipeline(resumed(first, pieces), response, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    response.destroy();
  } finally {
    await pieces.return?.();
  }
}

async function* resumed(
  first: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
}
