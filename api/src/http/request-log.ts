import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

const incomingId = /^[\w-]{8,64}$/;

/**
 * Gives every request an id (`X-Request-Id`; a proxy's is kept) and a logger that carries it, and writes one line when
 * it ends: method, path without query, status and duration. Headers, cookies and bodies are never written.
 */
export function createRequestLog(log: Logger): RequestHandler {
  return pinoHttp({
    logger: log,
    genReqId(request, response) {
      const given = request.headers['x-request-id'];
      const id = typeof given === 'string' && incomingId.test(given) ? given : randomUUID();
      response.setHeader('X-Request-Id', id);
      return id;
    },
    quietReqLogger: true,
    customAttributeKeys: { reqId: 'requestId', responseTime: 'durationMs' },
    serializers: {
      req: (request: { method: string; url: string }) => ({ method: request.method, path: pathOf(request.url) }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
    },
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request',
    // What went wrong has a line of its own, with its cause; see `problemHandler`.
    customErrorObject: (_request, _response, _error, { err: _invented, ...fields }: Record<string, unknown>) => fields,
    customLogLevel(request, response) {
      if (response.statusCode >= 500) return 'warn';
      return isCommonplace(request.url) ? 'debug' : 'info';
    },
  });
}

function pathOf(url: string): string {
  const path = url.split('?', 1)[0] ?? '/';
  // Whoever knows the rest may read what is there.
  return path.replace(/^(\/share|\/api\/shared)\/[^/]+/, '$1/…');
}

/** Probes and files of the client come by the dozen and say nothing. */
function isCommonplace(url = '/'): boolean {
  return /^\/(?:assets\/|favicon|(?:health|livez|readyz)$)/.test(url);
}
