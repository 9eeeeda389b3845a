/**
 * Why something did not work: `refused` is a JSON-RPC error of the server, `insufficient-scope` asks for a wider sign-in,
 * `backing-off` means that the server failed lately and is left alone until its next turn.
 */
export type McpErrorCode =
  | 'unreachable'
  | 'timed-out'
  | 'cancelled'
  | 'connection-lost'
  | 'malformed'
  | 'too-large'
  | 'sign-in-needed'
  | 'insufficient-scope'
  | 'refused'
  | 'unknown-tool'
  | 'backing-off';

/** The one error of this package's connections; its message is for people and holds no secret. */
export class McpError extends Error {
  override readonly name = 'McpError';
  readonly code: McpErrorCode;
  /** Whether the same again may work, perhaps later. */
  readonly retryable: boolean;
  /** Whether the server may have begun the call, so that repeating it may do something twice. */
  readonly mayHaveRun: boolean;

  constructor(
    code: McpErrorCode,
    message: string,
    options: { readonly retryable?: boolean; readonly mayHaveRun?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.mayHaveRun = options.mayHaveRun ?? false;
  }
}
