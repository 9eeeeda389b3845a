import type { ServerResponse } from 'node:http';

/** Ends an answer; a client that takes nothing of it for `stallMs` is cut off, so that it holds no memory. */
export function endAnswer(response: ServerResponse, body: string | Buffer, stallMs: number): void {
  response.setTimeout(stallMs, () => response.destroy());
  response.end(body);
}
