import { freePort, isRedisTested, startRedis } from '@parley/stream-log/conformance';
import { describe, expect, it, vi } from 'vitest';
import { silentLog } from './core/gateway-log.ts';
import { openCache } from './open-cache.ts';

describe('the cache of the command line', () => {
  it('knows nothing where there is no Redis, says so once, and closes', async () => {
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (_fields: object, message: string) => warnings.push(message) };
    const cache = openCache({ url: `redis://127.0.0.1:${await freePort()}`, log });
    await cache.store.set('key', Buffer.from('value'), 1000);
    expect(await cache.store.get('key')).toBeUndefined();
    await vi.waitFor(() => expect(warnings).toEqual(['the cache is lost']));
    cache.close();
  });

  it.skipIf(!isRedisTested())('keeps values in Redis', async () => {
    const redis = await startRedis();
    const url = `redis://127.0.0.1:${redis.port}`;
    const [one, other] = [openCache({ url, log: silentLog }), openCache({ url, log: silentLog })];
    await vi.waitFor(
      async () => {
        await one.store.set('key', Buffer.from('value'), 60_000);
        expect(String(await other.store.get('key'))).toBe('value');
      },
      { timeout: 10_000 },
    );
    one.close();
    other.close();
    await redis.stop();
  });
});
