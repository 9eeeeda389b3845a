import type { IncomingHttpHeaders } from 'node:http';
import type { KeyRing, KnownCaller } from './key-ring.ts';

/** The caller by the secrets a request carries: of its virtual key if that is a known one, else of its ordinary key. */
export function findCaller(ring: KeyRing, headers: IncomingHttpHeaders): KnownCaller | undefined {
  const virtual = headers['lynkr-virtual-key'];
  return (typeof virtual === 'string' ? ring.find(virtual.trim()) : undefined) ?? ring.find(sentSecret(headers));
}

/** The secret in `Authorization: Bearer`, `x-api-key` or `x-goog-api-key`; empty without one. */
export function sentSecret(headers: IncomingHttpHeaders): string {
  const { authorization } = headers;
  if (authorization !== undefined && /^bearer /i.test(authorization)) return authorization.slice(7).trim();
  const other = headers['x-api-key'] ?? headers['x-goog-api-key'];
  return typeof other === 'string' ? other.trim() : '';
}
