import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client';
import { McpError } from '../core/mcp-error.ts';

const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const lost = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT']);
const longestMessage = 500;

/** Whatever the SDK, the fetch or the program threw, as the one error; a server's own words are cut to a sentence or two. */
export function translateError(error: unknown): McpError {
  const chain = causes(error);
  const known = chain.find((cause) => cause instanceof McpError);
  if (known !== undefined) return known;
  const http = chain.find((cause) => cause instanceof SdkHttpError);
  if (http !== undefined) return fromStatus(http);
  if (error instanceof ProtocolError) return new McpError('refused', shorten(error.message), { cause: error });
  for (const cause of chain) {
    const code = 'code' in cause ? cause.code : undefined;
    if (typeof code === 'string' && neverSent.has(code)) {
      return new McpError('unreachable', 'The server cannot be reached.', { retryable: true, cause: error });
    }
    if (typeof code === 'string' && lost.has(code)) return lostError(error);
    const sdk = cause instanceof SdkError ? fromSdk(cause, error) : undefined;
    if (sdk !== undefined) return sdk;
    if (cause instanceof SyntaxError || cause instanceof RangeError || cause.name.endsWith('ZodError'))
      return malformed(error);
  }
  const reason = chain.at(-1)?.message ?? '';
  return new McpError('unreachable', shorten(reason === '' ? 'The server cannot be reached.' : reason), {
    retryable: true,
    cause: error,
  });
}

function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let cause = error; cause instanceof Error && chain.length < 8; cause = cause.cause) chain.push(cause);
  return chain;
}

function fromStatus(error: SdkHttpError): McpError {
  const { status } = error;
  if (status === 401 || status === 403) {
    return new McpError('refused', `The server does not let us in (HTTP ${status}).`, { cause: error });
  }
  if (status >= 300 && status < 400) {
    const message = 'The server redirects to another address, which is not followed. Use that address if it is right.';
    return new McpError('refused', message, { cause: error });
  }
  if (status === 408 || status === 429 || status >= 500) {
    return new McpError('unreachable', `The server is in trouble (HTTP ${status}).`, { retryable: true, cause: error });
  }
  return new McpError('refused', `The server refused the request (HTTP ${status}).`, { cause: error });
}

function fromSdk(sdk: SdkError, cause: unknown): McpError | undefined {
  switch (sdk.code) {
    case SdkErrorCode.ConnectionClosed:
    case SdkErrorCode.NotConnected:
      return lostError(cause);
    case SdkErrorCode.RequestTimeout:
      return new McpError('timed-out', 'The server did not answer in time.', {
        retryable: true,
        mayHaveRun: true,
        cause,
      });
    case SdkErrorCode.InvalidResult:
    case SdkErrorCode.UnsupportedResultType:
    case SdkErrorCode.ClientHttpUnexpectedContent:
      return malformed(cause);
    case SdkErrorCode.InputRequiredRoundsExceeded:
      return new McpError('refused', 'The server keeps asking questions and does not come to an end.', {
        mayHaveRun: true,
        cause,
      });
    default:
      return undefined;
  }
}

function lostError(cause: unknown): McpError {
  return new McpError('connection-lost', 'The connection to the server was lost.', {
    retryable: true,
    mayHaveRun: true,
    cause,
  });
}

function malformed(cause: unknown): McpError {
  return new McpError('malformed', 'The server’s answer is not a message of the protocol.', {
    mayHaveRun: true,
    cause,
  });
}

function shorten(text: string): string {
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage)}…`;
}
