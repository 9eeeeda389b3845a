import { describeProtocol } from '../conformance/describe-protocol.ts';
import { createSqliteStreamStore } from '../sqlite/create-sqlite-stream-store.ts';

describeProtocol('SQLite in memory', async () => {
  const store = createSqliteStreamStore({ path: ':memory:' });
  return { store, dispose: () => store.shutdown() };
});
