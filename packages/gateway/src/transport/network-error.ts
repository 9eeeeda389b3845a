import { GatewayError, toGatewayError } from '../core/gateway-error.ts';

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection. Is it running?',
  ENOTFOUND: 'has an address that does not exist: check its base URL.',
  EAI_AGAIN: 'has an address that could not be looked up.',
  ECONNRESET: 'closed the connection.',
  EPIPE: 'closed the connection.',
  UND_ERR_SOCKET: 'closed the connection.',
  UND_ERR_CONNECT_TIMEOUT: 'could not be reached in time.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'does not speak HTTPS there: its base URL may have to begin with http://.',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'does not speak HTTPS there: its base URL may have to begin with http://.',
};

const brokenOff: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** What an error of the transport means to the person who asked: `network`, `timeout`, or `internal` for a fault of ours. */
export function networkError(error: unknown, provider: string): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = codeOf(error);
  if (code === 'UND_ERR_INVALID_ARG') return toGatewayError(error);
  const timedOut = code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT';
  return new GatewayError(timedOut ? 'timeout' : 'network', {
    message: `${provider} ${reasonOf(error, code)}`,
    isBrokenOff: brokenOff.has(code),
    cause: error,
  });
}

function reasonOf(error: unknown, code: string): string {
  // undici gives this one no code of its own.
  if (error instanceof Error && error.name === 'HTTPParserError') {
    return 'did not answer in HTTP: check the host and port of its base URL.';
  }
  if (code.includes('CERT')) return 'has a certificate that cannot be trusted.';
  return reasons[code] ?? 'could not be reached.';
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
