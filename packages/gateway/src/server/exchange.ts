import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallScope } from '../core/call.ts';
import type { Face } from '../core/face.ts';
import { cancelled, GatewayError } from '../core/gateway-error.ts';

/** One request and its response. `signal` aborts when the client leaves before the response is complete. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  /** When its headers were read, in monotonic milliseconds. */
  readonly startedAt: number;
  readonly scope: CallScope;
  /** The client's dialect, for errors as well. */
  readonly face: Face;
  readonly signal: AbortSignal;
  /** Go out with the answer, whatever it is. */
  readonly headers: Record<string, string>;
}

const defaultBodyLimit = 20 * 1024 * 1024;

/** The whole request body; rejects with `body-too-large` above `bodyLimit` bytes, and with `bad-request` for a compressed one. */
export async function readRequestBody(
  { request, response }: Pick<Exchange, 'request' | 'response'>,
  bodyLimit = defaultBodyLimit,
): Promise<Buffer> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    request.resume();
    throw new GatewayError('bad-request', { message: 'The body must be sent as it is, without a Content-Encoding.' });
  }
  const announced = Number(request.headers['content-length'] ?? 0);
  const body = announced <= bodyLimit ? await gather(request, bodyLimit) : undefined;
  if (body) return body;
  // The client may still be sending: take it in and drop it, or it would see a reset instead of the answer.
  request.resume();
  response.setHeader('connection', 'close');
  throw new GatewayError('body-too-large', {
    message: `The body is larger than ${Math.floor(bodyLimit / 1024 / 1024)} MB.`,
  });
}

/** Undefined when there is more than `limit`. */
function gather(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let isDone = false;
    function finish(body: Buffer | undefined): void {
      isDone = true;
      resolve(body);
    }
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else if (!isDone) finish(undefined);
    });
    request.on('end', () => finish(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', (error) => reject(cancelled(error)));
    request.on('close', () => isDone || reject(cancelled()));
  });
}

/** Ends the exchange with a JSON value. */
export function sendJson(exchange: Exchange, status: number, value: object): void {
  sendBytes(exchange, status, 'application/json', Buffer.from(JSON.stringify(value)));
}

/** Ends the exchange with bytes as they are. */
export function sendBytes(
  { response, request, headers }: Pick<Exchange, 'request' | 'response' | 'headers'>,
  status: number,
  contentType: string,
  bytes: Buffer,
): void {
  headers['content-type'] = contentType;
  headers['content-length'] = String(bytes.length);
  response.writeHead(status, headers);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}
