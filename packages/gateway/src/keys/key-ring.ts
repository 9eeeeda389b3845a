import { createHash, timingSafeEqual } from 'node:crypto';
import type { VirtualKey } from './virtual-key.ts';

export interface KeyRingOptions {
  readonly keys: readonly VirtualKey[];
  /** Secrets without limits of their own. */
  readonly apiKeys: readonly string[];
  readonly adminTokenSha256?: string | undefined;
  /** Milliseconds since 1970, for keys that expire. */
  readonly now?: () => number;
}

/** Whose secret was sent. `plain`: one of the keys without limits. */
export interface KnownCaller {
  /** SHA-256 of the secret, in hex: names the caller wherever the secret must not be. */
  readonly digest: string;
  readonly key: VirtualKey | 'plain';
}

export interface KeyRing {
  /** Whether any key is configured: without one, whoever reaches the gateway is served. */
  readonly isEmpty: boolean;
  /** The caller of this secret; undefined for an unknown, expired or empty one. */
  find(secret: string): KnownCaller | undefined;
  /** Whether the secret is the admin token. A gateway without one has no admin. */
  isAdmin(secret: string): boolean;
}

const rememberedAtMost = 10_000;
/** Nobody's key is longer; a longer secret is not worth a place in memory. */
const longestRemembered = 512;

/**
 * Knows callers by the digests of their secrets. A digest is looked up like any name: whoever can choose secrets cannot
 * choose their digests, so the time a look-up takes tells nothing; the digest that was found is still compared in constant
 * time. Answers, also the bad ones, are remembered for a bounded number of secrets, so that a known caller costs no hash.
 */
export function createKeyRing({ keys, apiKeys, adminTokenSha256, now = Date.now }: KeyRingOptions): KeyRing {
  const known = new Map<string, VirtualKey | 'plain'>();
  for (const secret of apiKeys) known.set(digestOf(secret), 'plain');
  for (const key of keys) known.set(key.sha256.toLowerCase(), key);
  const expiries = new Map(
    keys.flatMap((key) => (key.expiresAt === undefined ? [] : [[key, endOf(key.expiresAt)] as const])),
  );
  const adminDigest = adminTokenSha256?.toLowerCase();
  const good = new Map<string, KnownCaller>();
  const bad = new Set<string>();

  function look(secret: string): KnownCaller | undefined {
    const digest = digestOf(secret);
    const key = known.get(digest);
    if (key === undefined) {
      remember(bad, secret, () => bad.add(secret));
      return undefined;
    }
    if (key !== 'plain' && !isSameDigest(digest, key.sha256.toLowerCase())) return undefined;
    const caller = { digest, key };
    remember(good, secret, () => good.set(secret, caller));
    return caller;
  }

  return {
    isEmpty: known.size === 0,
    find(secret) {
      if (secret === '' || bad.has(secret)) return undefined;
      const caller = good.get(secret) ?? look(secret);
      if (caller === undefined || caller.key === 'plain') return caller;
      const expiry = expiries.get(caller.key);
      return expiry !== undefined && now() >= expiry ? undefined : caller;
    },
    isAdmin: (secret) => adminDigest !== undefined && secret !== '' && isSameDigest(digestOf(secret), adminDigest),
  };
}

/** SHA-256 of a secret, in hex. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Whether a key may name this model: one of its list, where `provider/*` stands for all of a provider. */
export function mayNameModel(key: VirtualKey | undefined, model: string): boolean {
  if (key === undefined || key.models.length === 0) return true;
  return key.models.some((name) => name === model || (name.endsWith('*') && model.startsWith(name.slice(0, -1))));
}

/** A full memory starts anew: cheaper than an order of use, and strangers cannot make it grow. */
function remember(memory: Map<string, unknown> | Set<string>, secret: string, keep: () => void): void {
  if (secret.length > longestRemembered) return;
  if (memory.size >= rememberedAtMost) memory.clear();
  keep();
}

function isSameDigest(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one, 'hex'), Buffer.from(other, 'hex')];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** A date without a time lasts until its end. A date nobody can read counts as past: a key must not outlive a typing error. */
function endOf(date: string): number {
  const time = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(date) ? `${date}T23:59:59.999Z` : date);
  return Number.isNaN(time) ? 0 : time;
}
