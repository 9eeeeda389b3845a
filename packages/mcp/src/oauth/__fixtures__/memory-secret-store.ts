import type { McpSecretStore } from '../mcp-secret-store.ts';

/** A secret store in memory, for tests; `now` decides what has expired. */
export function createMemorySecretStore(now: () => number): McpSecretStore & { readonly keys: () => string[] } {
  const entries = new Map<string, { value: string; version: number; expiresAt: number }>();
  let versions = 0;

  function live(key: string) {
    const entry = entries.get(key);
    return entry !== undefined && entry.expiresAt > now() ? entry : undefined;
  }

  return {
    keys: () => [...entries.keys()].filter((key) => live(key) !== undefined),
    get: async (key) => live(key),
    async put(key, value, { expiresAt, expect } = {}) {
      if (expect !== undefined && live(key)?.version !== expect) return false;
      versions += 1;
      entries.set(key, { value, version: versions, expiresAt: expiresAt?.getTime() ?? Infinity });
      return true;
    },
    async take(key) {
      const entry = live(key);
      entries.delete(key);
      return entry?.value;
    },
    async remove(keyPrefix) {
      for (const key of entries.keys()) if (key.startsWith(keyPrefix)) entries.delete(key);
    },
  };
}
