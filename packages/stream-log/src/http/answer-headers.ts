import type { ServerResponse } from 'node:http';
import type { Batch } from '../stream-log.ts';

/** Answers belong to one person and must not be taken for a page. */
export function setSafeHeaders(response: ServerResponse): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
}

/** Says where the reader is after a batch, in the protocol's headers. */
export function setPositionHeaders(response: ServerResponse, batch: Batch<unknown>): void {
  response.setHeader('Stream-Next-Offset', batch.next);
  if (batch.upToDate) response.setHeader('Stream-Up-To-Date', 'true');
  if (batch.closed) response.setHeader('Stream-Closed', 'true');
}

const bodies = new WeakMap<readonly unknown[], string>();

/** The JSON array of a batch; made once for all readers that the same entries are fanned out to. */
export function jsonOf(entries: readonly unknown[]): string {
  const made = bodies.get(entries) ?? JSON.stringify(entries);
  bodies.set(entries, made);
  return made;
}
