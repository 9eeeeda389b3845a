import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectTestRedis, isRedisTested, startRedis } from '@parley/stream-log/conformance';
import { describeLedger } from './conformance/describe-ledger.ts';
import type { LedgerStore } from './ledger-store.ts';
import { createMemoryLedgerStore } from './memory-ledger-store.ts';
import { createRedisLedgerStore } from './redis-ledger-store.ts';
import { createSqliteLedgerStore } from './sqlite-ledger-store.ts';

describeLedger('memory', async () => {
  const store = createMemoryLedgerStore();
  return { connect: () => store, dispose: async () => undefined };
});

describeLedger('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-ledger-'));
  const stores: LedgerStore[] = [];
  return {
    connect() {
      const store = createSqliteLedgerStore({ path: join(folder, 'ledger.db') });
      stores.push(store);
      return store;
    },
    async dispose() {
      for (const store of stores) await store.close();
      await rm(folder, { recursive: true });
    },
  };
});

if (isRedisTested()) {
  describeLedger('Redis', async () => {
    const redis = await startRedis();
    const clients = connectTestRedis(redis.port);
    return {
      connect: () => createRedisLedgerStore({ commands: clients.commands }),
      async dispose() {
        clients.disconnect();
        await redis.stop();
      },
    };
  });
}
