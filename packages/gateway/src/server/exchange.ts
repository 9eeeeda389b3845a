import type { IncomingMessage, ServerResponse } from 'node:http';
import { cancelled, GatewayError } from '../core/gateway-error.ts';

/** One request and its response. `signal` aborts when the client leaves before the response is complete. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  /** Who calls: a digest of the key that was sent; empty where no key is asked for. */
  readonly caller: string;
  readonly signal: AbortSignal;
}

const bodyLimit = 20 * 1024 * 1024;

/** The whole request body; rejects with `body-too-large` above 20 MB. */
export async function readRequestBody({ request, response }: Exchange): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  const chunks: Buffer[] = [];
  let length = 0;
  if (announced <= bodyLimit) {
    try {
      for await (const chunk of request.iterator({ destroyOnReturn: false })) {
        if (!Buffer.isBuffer(chunk)) continue;
        length += chunk.length;
        if (length > bodyLimit) break;
        chunks.push(chunk);
      }
    } catch (error) {
      throw cancelled(error);
    }
  }
  if (announced <= bodyLimit && length <= bodyLimit) return Buffer.concat(chunks);
  // The client may still be sending: take it in and drop it, or it would see a reset instead of the answer.
  request.resume();
  response.setHeader('connection', 'close');
  throw new GatewayError('body-too-large', { message: 'The body is larger than 20 MB.' });
}

/** Ends the exchange with a JSON value. */
export function sendJson({ response, request }: Exchange, status: number, value: object): void {
  sendBytes({ response, request }, status, 'application/json', Buffer.from(JSON.stringify(value)));
}

/** Ends the exchange with bytes as they are. */
export function sendBytes(
  { response, request }: Pick<Exchange, 'request' | 'response'>,
  status: number,
  contentType: string,
  bytes: Buffer,
): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': bytes.length });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}
