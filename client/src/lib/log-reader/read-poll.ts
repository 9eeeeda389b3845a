import type { LogBatch } from './log-batch.ts';
import { parseEntries } from './log-batch.ts';

/** The one batch of a Durable Streams long-poll response. Throws on what is not that protocol. */
export async function readPoll(response: Response): Promise<LogBatch<unknown>> {
  const offset = response.headers.get('Stream-Next-Offset');
  if (offset === null) throw new TypeError('The response names no next offset.');
  return {
    entries: response.status === 204 ? [] : parseEntries(await response.text()),
    offset,
    upToDate: response.headers.get('Stream-Up-To-Date') === 'true',
    closed: response.headers.get('Stream-Closed') === 'true',
  };
}
