import { randomInt } from 'node:crypto';
import type { McpSecretStore } from '@parley/mcp';
import type { Logger } from 'pino';
import type { McpSecretRepository } from '../database/repositories/mcp-secret-repository.ts';
import type { Vault } from '../vault/vault.ts';
import { VaultError } from '../vault/vault-error.ts';

interface McpSecretsOptions {
  readonly secrets: McpSecretRepository;
  readonly vault: Vault;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Versions are never used twice for one key, so that a value that came back is not taken for the one that was read. */
const mostVersions = 2 ** 48 - 1;

/**
 * Sealed values in the database; each can be opened under its own key only. One that cannot be opened any more, because
 * CREDS_KEY is another one, counts as lost: whoever needs it asks for it again.
 */
export function createMcpSecrets({ secrets, vault, log, now }: McpSecretsOptions): McpSecretStore {
  const time = (): Date => new Date(now());

  function open(key: string, sealed: string): string | undefined {
    try {
      return vault.open(sealed, contextOf(key));
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      log.warn({ key, code: error.code }, 'A stored credential for an MCP server cannot be opened and counts as lost');
      return undefined;
    }
  }

  return {
    async get(key) {
      const found = await secrets.find(key, time());
      const value = found === undefined ? undefined : open(key, found.sealed);
      return found === undefined || value === undefined ? undefined : { value, version: found.version };
    },

    async put(key, value, { expiresAt, expect } = {}) {
      const record = { sealed: vault.seal(value, contextOf(key)), version: randomInt(1, mostVersions) };
      if (expect !== undefined) return await secrets.replace(key, expect, record, expiresAt, time());
      await secrets.save(key, record, expiresAt);
      return true;
    },

    async take(key) {
      const found = await secrets.take(key, time());
      return found === undefined ? undefined : open(key, found.sealed);
    },

    remove: (keyPrefix) => secrets.removeBelow(keyPrefix),
  };
}

function contextOf(key: string): string {
  return `mcp_secrets/${key}`;
}
