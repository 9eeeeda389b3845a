/** A sealed text could not be opened: it was altered, belongs elsewhere, or was sealed under another key. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: 'unknown-version' | 'unreadable';

  constructor(code: VaultError['code'], options?: ErrorOptions) {
    const message =
      code === 'unknown-version'
        ? 'This is no sealed text of a version that can be read here.'
        : 'A sealed text cannot be opened: it was altered or moved, or CREDS_KEY has changed since.';
    super(message, options);
    this.code = code;
  }
}
