import type { UserId } from '@parley/contracts';
import type { McpSecretStore } from '@parley/mcp';
import * as z from 'zod/mini';

/** What people have filled in for servers, each for themselves. */
export interface PersonVariables {
  of(serverId: string, userId: UserId): Promise<Readonly<Record<string, string>>>;
  /** Sets what is named; an empty value removes one. */
  set(serverId: string, userId: UserId, values: Readonly<Record<string, string>>): Promise<void>;
  /** Forgets everybody's. */
  forget(serverId: string): Promise<void>;
}

const storedSchema = z.record(z.string(), z.string());
const mostAttempts = 5;

/** Kept beside the tokens, sealed, one value for each server and person. */
export function createPersonVariables(secrets: McpSecretStore): PersonVariables {
  return {
    async of(serverId, userId) {
      const found = await secrets.get(keyOf(serverId, userId));
      return found === undefined ? {} : storedSchema.parse(JSON.parse(found.value));
    },

    async set(serverId, userId, values) {
      const key = keyOf(serverId, userId);
      for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
        const found = await secrets.get(key);
        const merged = { ...(found === undefined ? {} : storedSchema.parse(JSON.parse(found.value))), ...values };
        const set = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''));
        const expect = found === undefined ? {} : { expect: found.version };
        if (await secrets.put(key, JSON.stringify(set), expect)) return;
      }
      throw new Error('Somebody keeps changing these variables at the same time');
    },

    forget: (serverId) => secrets.remove(prefixOf(serverId)),
  };
}

function prefixOf(serverId: string): string {
  return `variables/${serverId}/`;
}

function keyOf(serverId: string, userId: UserId): string {
  return `${prefixOf(serverId)}${userId}/`;
}
