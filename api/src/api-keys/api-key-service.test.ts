import type { UserId } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import type { ApiKeyRecord, ApiKeyRepository } from '../database/repositories/api-key-repository.ts';
import { createApiKeyService } from './api-key-service.ts';

const ada = 'ada' as UserId;
const day = 86_400_000;

function open() {
  const stored = new Map<string, ApiKeyRecord>();
  const touched: Date[] = [];
  let time = Date.UTC(2026, 0, 1);
  const keys: ApiKeyRepository = {
    create: async (key, secretHash) => await Promise.resolve(void stored.set(secretHash, key)),
    findBySecret: async (secretHash) => await Promise.resolve(stored.get(secretHash)),
    list: async () => await Promise.resolve([...stored.values()]),
    count: async () => await Promise.resolve(stored.size),
    remove: async () => await Promise.resolve(undefined),
    touch: async (_id, at) => await Promise.resolve(void touched.push(at)),
  };
  const notes: unknown[] = [];
  const audit = { note: async (entry: unknown) => await Promise.resolve(void notes.push(entry)) };
  const service = createApiKeyService({ keys, audit, now: () => time });
  return { service, stored, touched, notes, pass: (milliseconds: number) => (time += milliseconds) };
}

describe('a key for programs', () => {
  it('is found by its secret, of which only a hash is stored', async () => {
    const { service, stored, touched } = open();
    const { key, secret } = await service.create(ada, { name: 'Script', scopes: ['agents:run'], days: null });
    expect(JSON.stringify([...stored])).not.toContain(secret.slice(12));
    expect(await service.find(secret)).toMatchObject({ id: key.id, userId: ada });
    expect(await service.find(`${secret}x`)).toBeUndefined();
    expect(await service.find(secret.slice('parley-'.length))).toBeUndefined();
    expect(touched).toHaveLength(1);
  });

  it('ends by itself on its last day', async () => {
    const { service, pass } = open();
    const { secret } = await service.create(ada, { name: 'Script', scopes: ['agents:run'], days: 2 });
    pass(2 * day - 1);
    expect(await service.find(secret)).toBeDefined();
    pass(1);
    expect(await service.find(secret)).toBeUndefined();
  });

  it('is one of a hundred at most, and making it is on record without its secret', async () => {
    const { service, notes } = open();
    const wish = { name: 'Script', scopes: ['agents:read', 'agents:read'] as const, days: null };
    const { key, secret } = await service.create(ada, wish);
    expect(key.scopes).toEqual(['agents:read']);
    expect(notes).toMatchObject([{ action: 'api-key-created', actor: ada, subject: 'Script' }]);
    expect(JSON.stringify(notes)).not.toContain(secret);
    for (let made = 1; made < 100; made += 1) await service.create(ada, wish);
    await expect(service.create(ada, wish)).rejects.toMatchObject({ code: 'too-many-requests' });
  });
});
