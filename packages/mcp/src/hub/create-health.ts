import { McpError } from '../core/mcp-error.ts';
import type { McpLimits } from '../core/mcp-limits.ts';

/** What past attempts say about the next one. */
export interface Health {
  /** The failure that the server is left alone for, or was. */
  readonly failure: { readonly error: McpError; readonly retryAt: number } | undefined;
  readonly needsSignIn: boolean;
  /** Throws `backing-off` while the server is left alone. */
  check(): void;
  succeeded(): void;
  failed(error: McpError): void;
  /** A connection ended by itself after so long. */
  lost(livedMs: number): void;
}

/** A connection that lived this long was a good one. */
const goodLifeMs = 30_000;

/** Health of a server nobody asked yet: exponential back-off, and one free attempt after a lost connection. */
export function createHealth(
  now: () => number,
  limits: Pick<McpLimits, 'backOffFirstMs' | 'backOffLongestMs'>,
): Health {
  let failures = 0;
  let losses = 0;
  let failure: Health['failure'];
  let needsSignIn = false;

  function backOff(error: McpError, times: number): void {
    const delay = Math.min(limits.backOffLongestMs, limits.backOffFirstMs * 2 ** (times - 1));
    failure = { error, retryAt: now() + delay };
  }

  return {
    get failure() {
      return failure;
    },
    get needsSignIn() {
      return needsSignIn;
    },
    check() {
      if (failure === undefined || now() >= failure.retryAt) return;
      const { error } = failure;
      throw new McpError('backing-off', `${error.message} It is tried again soon.`, { retryable: true, cause: error });
    },
    succeeded() {
      failures = 0;
      failure = undefined;
      needsSignIn = false;
    },
    failed(error) {
      if (error.code === 'cancelled') return;
      needsSignIn = error.code === 'sign-in-needed' || error.code === 'insufficient-scope';
      if (needsSignIn) {
        failure = undefined;
        return;
      }
      failures += 1;
      backOff(error, failures);
    },
    lost(livedMs) {
      losses = livedMs >= goodLifeMs ? 0 : losses + 1;
      if (losses < 2) return;
      backOff(
        new McpError('connection-lost', 'The server keeps ending the connection.', { retryable: true }),
        losses - 1,
      );
    },
  };
}
