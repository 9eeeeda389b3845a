import type { LedgerStore } from './ledger-store.ts';

/** Opens a ledger in one file, whose folder must exist. SQLite is loaded only by those who call this. */
export async function openSqliteLedger(path: string): Promise<LedgerStore> {
  const { createSqliteLedgerStore } = await import('./sqlite-ledger-store.ts');
  return createSqliteLedgerStore({ path });
}
