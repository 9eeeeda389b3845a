import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { problem } from '@parley/contracts';
import type { ApiKey, ApiKeyScope, UserId } from '@parley/contracts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { ApiKeyRecord, ApiKeyRepository } from '../database/repositories/api-key-repository.ts';

/** Keys a person may have. */
const mostKeys = 100;
/** How exact the time of the last use is, in milliseconds. */
const touchInterval = 60_000;
const dayMs = 24 * 60 * 60_000;
/** Begins every secret, so that scanners for leaked keys can tell what it is. */
const secretPrefix = 'parley-';

interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
  readonly days: number | null;
}

/** Keys for programs that act for a person. */
export interface ApiKeyService {
  /** The newest first. */
  list(userId: UserId): Promise<ApiKey[]>;
  /** Makes a key; its secret is known to nobody afterwards. */
  create(userId: UserId, key: NewApiKey): Promise<{ key: ApiKey; secret: string }>;
  /** Throws `api-key-not-found`, also for somebody else's. */
  remove(userId: UserId, id: string): Promise<void>;
  /** The key with that secret, if it is good now. */
  find(secret: string): Promise<ApiKeyRecord | undefined>;
}

interface ApiKeyServiceOptions {
  readonly keys: ApiKeyRepository;
  readonly audit: Pick<AuditLog, 'note'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createApiKeyService({ keys, audit, now }: ApiKeyServiceOptions): ApiKeyService {
  return {
    list: (userId) => keys.list(userId),

    async create(userId, { name, scopes, days }) {
      if ((await keys.count(userId)) >= mostKeys) {
        throw problem('too-many-requests', { detail: `You have ${mostKeys} keys; remove one you do not need first.` });
      }
      const at = now();
      const secret = secretPrefix + randomBytes(32).toString('base64url');
      const key: ApiKey = {
        id: randomUUID(),
        name,
        prefix: secret.slice(0, secretPrefix.length + 4),
        scopes: [...new Set(scopes)],
        createdAt: new Date(at).toISOString(),
        expiresAt: days === null ? null : new Date(at + days * dayMs).toISOString(),
        lastUsedAt: null,
      };
      await keys.create({ ...key, userId }, hash(secret));
      const details = { key: key.prefix, scopes: key.scopes.join(' ') };
      await audit.note({
        id: `api-key-created:${key.id}`,
        actor: userId,
        action: 'api-key-created',
        subject: name,
        details,
      });
      return { key, secret };
    },

    async remove(userId, id) {
      const name = await keys.remove(userId, id);
      if (name === undefined) throw problem('api-key-not-found');
      const entry = { actor: userId, action: 'api-key-removed', subject: name, details: {} } as const;
      await audit.note({ id: `api-key-removed:${id}`, ...entry });
    },

    async find(secret) {
      if (!secret.startsWith(secretPrefix)) return undefined;
      const key = await keys.findBySecret(hash(secret));
      const at = now();
      if (key === undefined || (key.expiresAt !== null && Date.parse(key.expiresAt) <= at)) return undefined;
      await keys.touch(key.id, new Date(at), new Date(at - touchInterval));
      return key;
    },
  };
}

function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
