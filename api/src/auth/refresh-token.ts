import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { sessionIdSchema } from '@parley/contracts';
import type { SessionId } from '@parley/contracts';

const format = /^(?<sessionId>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.[\w-]{43}$/;

/** The first token of a new session. Opaque to its bearer; holds 256 random bits. */
export function createRefreshToken(): { sessionId: SessionId; token: string } {
  const sessionId = sessionIdSchema.parse(randomUUID());
  return { sessionId, token: `${sessionId}.${randomBytes(32).toString('base64url')}` };
}

/**
 * The token that replaces `token` in its session. The same each time it is made, so that a bearer who missed the answer
 * is given the very token he missed; nobody without the install's key can make it.
 */
export function nextRefreshToken(token: string, key: string): string {
  const [sessionId] = token.split('.');
  return `${sessionId}.${createHmac('sha256', key).update(`next ${token}`).digest('base64url')}`;
}

/** The session a token claims to belong to; `undefined` for anything that cannot be a token of ours. */
export function sessionIdOf(token: string): SessionId | undefined {
  return sessionIdSchema.safeParse(format.exec(token)?.groups?.['sessionId']).data;
}

/** What is stored in place of a token: HMAC-SHA-256 under the install's key, in hex. */
export function hashRefreshToken(token: string, key: string): string {
  return createHmac('sha256', key).update(token).digest('hex');
}

/** Compares two hashes in constant time. */
export function isSameHash(left: string, right: string | undefined): boolean {
  return right?.length === left.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
