import { createHash, randomBytes } from 'node:crypto';

/** A new key of 256 random bits and the digest that `gateway.yaml` knows it by. */
export function makeKey(): { readonly key: string; readonly sha256: string } {
  const key = `pgw-${randomBytes(32).toString('base64url')}`;
  return { key, sha256: createHash('sha256').update(key).digest('hex') };
}
