import { problemDocumentSchema, ProblemError } from '@parley/contracts';
import * as z from 'zod/mini';
import { OfflineError } from './send.ts';

/**
 * The problem an answer with an error status carries. A gateway in between that answers without problem+json counts
 * as unreachable (502, 503, 504) or as an internal error.
 */
export async function readProblem(response: Response): Promise<ProblemError | OfflineError> {
  const body: unknown = await response.json().catch(() => undefined);
  const parsed = z.safeParse(problemDocumentSchema, body);
  if (!parsed.success) {
    if (response.status >= 502 && response.status <= 504) return new OfflineError('unreachable', response.status);
    return new ProblemError(fallbackCode(response.status));
  }
  const { code, detail, issues } = parsed.data;
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ProblemError(code, {
    ...(detail === undefined ? {} : { detail }),
    ...(issues === undefined ? {} : { issues }),
    ...(Number.isFinite(wait) ? { retryAfterSeconds: wait } : {}),
  });
}

function fallbackCode(status: number) {
  if (status === 401) return 'not-authenticated';
  if (status === 404) return 'not-found';
  if (status === 413) return 'body-too-large';
  if (status === 429) return 'too-many-requests';
  return status < 500 ? 'invalid-request' : 'internal-error';
}
