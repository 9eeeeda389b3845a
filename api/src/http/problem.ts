import { ProblemError, problem, problems } from '@parley/contracts';
import type { ProblemDocument } from '@parley/contracts';
import type { ErrorRequestHandler, Request, Response } from 'express';

/** Express's last handler: answers every error as `application/problem+json` (RFC 9457) and logs those that are ours. */
export const problemHandler: ErrorRequestHandler = (error: unknown, request, response, _next) => {
  const known = toProblem(error);
  if (known.status >= 500) request.log.error({ err: known.cause ?? known, code: known.code }, 'The request failed');
  else request.log.debug({ err: known.cause, code: known.code, issues: known.issues }, 'The request was refused');

  if (response.headersSent) {
    // Half an answer is on its way: cutting the connection is the only way left to say that it is not whole.
    response.destroy();
    return;
  }
  send(known, request, response);
};

function send(error: ProblemError, request: Request, response: Response): void {
  if (error.retryAfterSeconds !== undefined) response.set('Retry-After', String(error.retryAfterSeconds));
  if (error.status === 401) response.set('WWW-Authenticate', 'Bearer');
  response
    .status(error.status)
    .set('Cache-Control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(documentOf(error, request)));
}

function documentOf(error: ProblemError, request: Request): ProblemDocument {
  return {
    type: 'about:blank',
    title: problems[error.code].title,
    status: error.status,
    code: error.code,
    instance: request.originalUrl.split('?', 1)[0] ?? '/',
    ...(typeof request.id === 'string' ? { requestId: request.id } : {}),
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.issues === undefined ? {} : { issues: [...error.issues] }),
  };
}

/** Express and its middleware mark what the client did wrong with a `status` of 4xx; anything else is a fault of ours. */
function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  if (typeof status === 'number' && status >= 400 && status < 500) return problem('invalid-request', { cause: error });
  return problem('internal-error', { cause: error });
}
