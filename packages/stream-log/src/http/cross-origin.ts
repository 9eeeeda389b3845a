import type { ServerResponse } from 'node:http';

export const methods = 'GET, HEAD, PUT, POST, DELETE, OPTIONS';
const requestHeaders = [
  'Content-Type',
  'If-None-Match',
  'Stream-TTL',
  'Stream-Expires-At',
  'Stream-Closed',
  'Stream-Seq',
  'Stream-Forked-From',
  'Stream-Fork-Offset',
  'Stream-Fork-Sub-Offset',
  'Producer-Id',
  'Producer-Epoch',
  'Producer-Seq',
].join(', ');
const answerHeaders = [
  'ETag',
  'Location',
  'Stream-Next-Offset',
  'Stream-Cursor',
  'Stream-Up-To-Date',
  'Stream-Closed',
  'Stream-TTL',
  'Stream-Expires-At',
  'Stream-SSE-Data-Encoding',
  'Producer-Epoch',
  'Producer-Seq',
  'Producer-Expected-Seq',
  'Producer-Received-Seq',
].join(', ');

/** Lets pages of an origin, or of any (`*`), use the answer. */
export function allowOthers(response: ServerResponse, origin: string): void {
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', answerHeaders);
  if (origin !== '*') response.setHeader('Vary', 'Origin');
}

/** OPTIONS: what the protocol has, for a browser that asks before it sends. */
export function answerPreflight(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Methods', methods);
  response.setHeader('Access-Control-Allow-Headers', requestHeaders);
  response.writeHead(204, { Allow: methods, 'Access-Control-Max-Age': '86400' }).end();
}
