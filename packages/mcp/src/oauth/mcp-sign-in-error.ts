/**
 * Why a sign-in did not work. `state-unknown`: never begun, too late, or used already. `refused`: the user or the
 * authorization server said no. `unsafe-url`: an address that is neither https nor on this machine.
 */
export type McpSignInErrorCode =
  | 'state-unknown'
  | 'wrong-user'
  | 'issuer-mismatch'
  | 'refused'
  | 'discovery-failed'
  | 'registration-failed'
  | 'exchange-failed'
  | 'unsafe-url';

/** The one error of signing in; its message is for people and holds no secret and no text of the other side. */
export class McpSignInError extends Error {
  override readonly name = 'McpSignInError';
  readonly code: McpSignInErrorCode;
  /** Whether the same again may work, perhaps later. */
  readonly retryable: boolean;

  constructor(
    code: McpSignInErrorCode,
    message: string,
    options: { readonly retryable?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}
