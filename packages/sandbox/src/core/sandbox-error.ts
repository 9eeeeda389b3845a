/**
 * Why something could not be run. `unavailable`: no engine, no image, or the self-test failed. `queue-full`: too many
 * runs wait, or this one waited too long. `invalid`: the request is not one that can be run. `engine`: the engine failed
 * in the middle; the next run begins in a new container.
 */
export type SandboxErrorCode = 'unavailable' | 'queue-full' | 'invalid' | 'engine';

/** The only error this package throws, beside the reason of a signal. Its message is safe for the user. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
  readonly code: SandboxErrorCode;

  constructor(code: SandboxErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}
