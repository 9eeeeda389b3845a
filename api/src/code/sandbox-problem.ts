import { problem } from '@parley/contracts';
import type { ProblemError } from '@parley/contracts';
import { SandboxError } from '@parley/sandbox';

/** Whole seconds after which a full queue may have room again. */
const retryAfterSeconds = 10;

/** What a sandbox's error is to whoever asked; any other error stays what it is. */
export function sandboxProblem(error: unknown): unknown {
  if (!(error instanceof SandboxError)) return error;
  const { code, message: detail } = error;
  if (code === 'queue-full') return problem('code-queue-full', { detail, cause: error, retryAfterSeconds });
  return problem(code === 'invalid' ? 'invalid-request' : 'code-unavailable', { detail, cause: error });
}

/** Too many runs of one workspace wait for each other. */
export function tooManyRuns(): ProblemError {
  const detail = 'Too much code of this conversation waits for its turn.';
  return problem('code-queue-full', { detail, retryAfterSeconds });
}
