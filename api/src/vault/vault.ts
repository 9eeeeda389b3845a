import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { VaultError } from './vault-error.ts';

/** Encrypts what is stored and must not be read by whoever gets hold of the database. */
export interface Vault {
  /**
   * The text sealed for one place: `context` says which, such as a collection and an id, and is needed to open it. The
   * same text sealed twice looks different.
   */
  seal(text: string, context: string): string;
  /** The text again. Throws `VaultError` for another context, an altered text, another key or an unknown version. */
  open(sealed: string, context: string): string;
}

const version = 'v1';
const algorithm = 'aes-256-gcm';
/** Bytes of a GCM nonce and of its tag, as NIST SP 800-38D recommends. */
const nonceLength = 12;
const tagLength = 16;

/** A vault of AES-256-GCM; its key is derived from `credentialsKey` by HKDF-SHA-256 (RFC 5869). */
export function createVault(credentialsKey: string): Vault {
  const key = Buffer.from(hkdfSync('sha256', credentialsKey, '', 'parley vault v1', 32));

  return {
    seal(text, context) {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength });
      cipher.setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `${version}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
    },

    open(sealed, context) {
      if (!sealed.startsWith(`${version}.`)) throw new VaultError('unknown-version');
      const bytes = Buffer.from(sealed.slice(version.length + 1), 'base64url');
      if (bytes.length < nonceLength + tagLength) throw new VaultError('unreadable');
      const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceLength), { authTagLength: tagLength });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
      try {
        return decipher.update(bytes.subarray(nonceLength + tagLength), undefined, 'utf8') + decipher.final('utf8');
      } catch (error) {
        throw new VaultError('unreadable', { cause: error });
      }
    },
  };
}
