import { SandboxError } from '../core/sandbox-error.ts';

/** A failure between this process and the engine, as the error this package throws. */
export function engineError(cause: unknown): SandboxError {
  if (cause instanceof SandboxError) return cause;
  return new SandboxError('engine', 'The code sandbox failed in the middle. The next run begins in a new one.', {
    cause,
  });
}

/** The HTTP status the engine answered with, when it answered. */
export function statusCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

/** The code of a failed connection, such as `ENOENT`, when that is what went wrong. */
export function connectionCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
