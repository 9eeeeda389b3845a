/** Where the bytes of files are, by key. A key is a UUID that is written once. */
export interface FileStorage {
  /**
   * Keeps bytes; they can be read when all of them are there. What a put that failed, or whose process died, has left
   * behind is gone after `remove`. Throws a `StorageError`, what `content` throws, or the reason of `signal`.
   */
  put(key: string, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** Throws a `StorageError`, `missing` when nothing whole is there. */
  read(key: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Harmless when nothing is there. */
  remove(key: string): Promise<void>;
}

/** `full`: there is no room; `missing`: these bytes are not there; `unavailable`: it may work later. */
type StorageErrorCode = 'full' | 'missing' | 'unavailable';

/** What is wrong with a storage; the cause is for the log. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
