import type { SandboxErrorCode } from '../core/sandbox-error.ts';

/** An answer with that status and error, of a request that cannot be served. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: SandboxErrorCode;

  constructor(status: number, code: SandboxErrorCode, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
