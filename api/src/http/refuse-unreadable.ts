import type { Duplex } from 'node:stream';
import { problems } from '@parley/contracts';
import type { ProblemCode, ProblemDocument } from '@parley/contracts';

const reasons: Readonly<Record<string, { code: ProblemCode; phrase: string }>> = {
  HPE_HEADER_OVERFLOW: { code: 'headers-too-large', phrase: 'Request Header Fields Too Large' },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'request-timeout', phrase: 'Request Timeout' },
};
const unreadable = { code: 'invalid-request', phrase: 'Bad Request' } as const;

/** Answers what cannot be read as HTTP, and so never becomes a request, with a problem like everything else, and hangs up. */
export function refuseUnreadable(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { code, phrase } = reasons[error.code ?? ''] ?? unreadable;
  const { status, title } = problems[code];
  const document: ProblemDocument = { type: 'about:blank', title, status, code };
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${status} ${phrase}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
