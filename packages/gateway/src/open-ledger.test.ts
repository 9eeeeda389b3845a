import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, isRedisTested, startRedis } from '@parley/stream-log/conformance';
import { describe, expect, it, vi } from 'vitest';
import { openLedger } from './open-ledger.ts';
import type { OpenLedgerOptions } from './open-ledger.ts';
import { createBudgetLedger } from './usage/budget-ledger.ts';

const onError = () => undefined;
const line = { bucket: 'b', limit: 100, endsAt: undefined, want: 10, label: 'the test' };
const options = { waitUntil: 0, signal: new AbortController().signal };

async function spend(place: OpenLedgerOptions['place']): Promise<number> {
  const { store, close } = await openLedger({ place, onError });
  const ledger = createBudgetLedger({ store, worker: crypto.randomUUID() });
  (await ledger.reserve([line], options)).settle([10]);
  await ledger.close();
  const spent = await store.spentOf('b');
  await close();
  return spent;
}

describe('the ledger of a gateway that runs by itself', () => {
  it('lasts in a file, whose folder is made', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-ledger-'));
    const place = { kind: 'sqlite', path: join(folder, 'deep', 'ledger.db') } as const;
    expect([await spend(place), await spend(place)]).toEqual([10, 20]);
    await rm(folder, { recursive: true });
  });

  it('says what is wrong with a place that cannot be used', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-ledger-'));
    const noFolder = join(folder, 'file');
    await writeFile(noFolder, 'This is text, and long enough not to be taken for an empty database.');
    for (const path of [noFolder, join(noFolder, 'ledger.db'), folder]) {
      await expect(openLedger({ place: { kind: 'sqlite', path }, onError })).rejects.toThrow(
        'ledger cannot be used as a file',
      );
    }
    const url = `redis://127.0.0.1:${await freePort()}`;
    await expect(openLedger({ place: { kind: 'redis', url }, onError })).rejects.toThrow('cannot be reached');
    await rm(folder, { recursive: true });
  });

  it.skipIf(!isRedisTested())(
    'lasts in Redis; calls are refused while it is away, and served again when it is back',
    async () => {
      const redis = await startRedis();
      const place = { kind: 'redis', url: `redis://127.0.0.1:${redis.port}` } as const;
      expect([await spend(place), await spend(place)]).toEqual([10, 20]);
      const { store, close } = await openLedger({ place, onError });
      const ledger = createBudgetLedger({ store, worker: 'w' });
      await redis.kill();
      await expect(Promise.resolve(ledger.reserve([line], options))).rejects.toMatchObject({ code: 'shedding' });
      await redis.start();
      await vi.waitFor(async () => (await ledger.reserve([line], options)).release(), 10_000);
      await ledger.close();
      await close();
      await redis.stop();
    },
  );
});
