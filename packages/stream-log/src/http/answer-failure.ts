import type { ServerResponse } from 'node:http';
import { StreamLogError, streamLogErrorStatus } from '../stream-log-error.ts';

/**
 * Answers an error with the protocol's status and headers, as `application/problem+json`; what is unexpected as a bare
 * 500. An answer that has begun is cut off: its reader comes back.
 */
export function answerFailure(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (!(error instanceof StreamLogError)) {
    response.writeHead(500, { 'Cache-Control': 'no-store' }).end();
    return;
  }
  setRefusalHeaders(response, error);
  const status = statusOf(error);
  const problem = { type: 'about:blank', status, code: error.code, detail: error.message };
  response
    .writeHead(status, { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' })
    .end(JSON.stringify(problem));
}

function setRefusalHeaders(response: ServerResponse, error: StreamLogError): void {
  if (error.code === 'fenced') response.setHeader('Producer-Epoch', String(error.currentEpoch));
  if (error.code === 'sequence-gap') {
    response.setHeader('Producer-Expected-Seq', String(error.expectedSeq));
    response.setHeader('Producer-Received-Seq', String(error.receivedSeq));
  }
  if (error.code !== 'closed') return;
  response.setHeader('Stream-Closed', 'true');
  if (error.next !== undefined) response.setHeader('Stream-Next-Offset', error.next);
}

/** A newer epoch that does not begin at 0 is its writer's mistake; any other gap is a request that was lost. */
function statusOf({ code, currentEpoch }: StreamLogError): number {
  return code === 'sequence-gap' && currentEpoch !== undefined ? 400 : streamLogErrorStatus[code];
}
