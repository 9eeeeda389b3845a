import type { ImportFailure } from '@parley/contracts';

/** Why a file of conversations cannot be read on; `at` is the byte, counted from 0. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly reason: Exclude<ImportFailure, 'server-error'>;
  readonly at: number | undefined;

  constructor(reason: Exclude<ImportFailure, 'server-error'>, at?: number, cause?: unknown) {
    super(at === undefined ? reason : `${reason} at byte ${at}`, { cause });
    this.reason = reason;
    this.at = at;
  }
}
