import type { ServerResponse } from 'node:http';
import type { Offset } from '../stream-log.ts';

/** Answers may belong to one person and must not be taken for a page. */
export function setSafeHeaders(response: ServerResponse): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
}

interface Position {
  readonly next: Offset;
  readonly closed: boolean;
  readonly upToDate?: boolean;
}

/** Says where the reader or writer is, in the protocol's headers. */
export function setPositionHeaders(response: ServerResponse, { next, closed, upToDate }: Position): void {
  response.setHeader('Stream-Next-Offset', next);
  if (upToDate === true) response.setHeader('Stream-Up-To-Date', 'true');
  if (closed) response.setHeader('Stream-Closed', 'true');
}
