import type { GatewayError } from '../core/gateway-error.ts';
import { sendJson } from './exchange.ts';
import type { Exchange } from './exchange.ts';

/**
 * Answers with an error object in the client's dialect, the upstream's own status where it gave one, and `Retry-After`
 * where it is known.
 */
export function sendError(exchange: Exchange, error: GatewayError): void {
  const { response, face } = exchange;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  if (error.retryAfterMs !== undefined) {
    exchange.headers['retry-after'] = String(Math.ceil(error.retryAfterMs / 1000));
  }
  sendJson(exchange, httpStatus(error), face.toError(error));
}

/** The status an error is answered with. */
export function httpStatus({ status, upstreamStatus }: GatewayError): number {
  return upstreamStatus !== undefined && upstreamStatus >= 400 && upstreamStatus <= 599 ? upstreamStatus : status;
}
