/**
 * Where tokens, registered clients and begun sign-ins live, encrypted at rest by whoever implements it. Keys are opaque
 * and hold no secret; a value is JSON text.
 */
export interface McpSecretStore {
  /** Undefined when it was never put, was removed, or is past its `expiresAt`. */
  get(key: string): Promise<{ readonly value: string; readonly version: number } | undefined>;
  /**
   * Stores and gives the key another version. With `expect` it does so only while the stored version is that one, at
   * once for every process that shares the store; false means that it was not.
   */
  put(key: string, value: string, options?: { readonly expiresAt?: Date; readonly expect?: number }): Promise<boolean>;
  /** Gets and removes; of many who take the same key, one gets it. */
  take(key: string): Promise<string | undefined>;
  /** Removes every key that begins with this. */
  remove(keyPrefix: string): Promise<void>;
}
