import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeProtocol } from '../conformance/describe-protocol.ts';
import { createSqliteStreamStore } from '../sqlite/create-sqlite-stream-store.ts';

describeProtocol('SQLite in a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stream-log-'));
  const store = createSqliteStreamStore({ path: join(folder, 'streams.sqlite') });
  return {
    store,
    async dispose() {
      await store.shutdown();
      await rm(folder, { recursive: true });
    },
  };
});
