/** Why the embedded store did not start or stopped. */
export type EmbeddedMongoErrorCode =
  | 'address-unusable'
  | 'store-locked'
  | 'store-unreadable'
  | 'store-too-new'
  | 'store-corrupt'
  | 'server-exited';

/** The one error this package throws to its owner; `retryable` says whether trying again unchanged may succeed. */
export class EmbeddedMongoError extends Error {
  readonly code: EmbeddedMongoErrorCode;
  readonly retryable: boolean;

  constructor(code: EmbeddedMongoErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedMongoError';
    this.code = code;
    this.retryable = code === 'store-locked' || code === 'server-exited';
  }
}
