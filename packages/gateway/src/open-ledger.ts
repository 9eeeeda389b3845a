import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { GatewayConfigError } from './config/gateway-config-error.ts';
import type { GatewayConfig } from './core/gateway-config.ts';
import type { LedgerStore } from './usage/ledger-store.ts';
import { createRedisLedgerStore } from './usage/redis-ledger-store.ts';
import { createSqliteLedgerStore } from './usage/sqlite-ledger-store.ts';

export interface OpenLedger {
  readonly store: LedgerStore;
  /** To be called when the gateway is closed. */
  readonly close: () => Promise<void>;
}

export interface OpenLedgerOptions {
  readonly place: Extract<GatewayConfig['ledger'], { kind: 'sqlite' | 'redis' }>;
  /** Hears what goes wrong with the connection. */
  readonly onError: (error: unknown) => void;
}

const commandDeadline = 2000;

/** Opens the ledger of a gateway that runs by itself. Throws a `GatewayConfigError` when it cannot be used. */
export async function openLedger({ place, onError }: OpenLedgerOptions): Promise<OpenLedger> {
  return place.kind === 'sqlite' ? openFile(place.path) : openRedis(place.url, onError);
}

function openFile(path: string): OpenLedger {
  const file = resolve(path);
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const store = createSqliteLedgerStore({ path: file });
    return { store, close: async () => store.close() };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw mistake(`cannot be used as a file: ${error.message}`);
  }
}

async function openRedis(url: string, onError: (error: unknown) => void): Promise<OpenLedger> {
  // Only where it is used: reading it is 11 ms of a start.
  const { Redis } = await import('ioredis');
  const commands = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5000,
    commandTimeout: commandDeadline,
    maxRetriesPerRequest: 1,
  });
  commands.on('error', onError);
  try {
    await commands.connect();
  } catch (error) {
    commands.disconnect();
    throw mistake(`names a Redis that cannot be reached: ${error instanceof Error ? error.message : String(error)}`);
  }
  const store = createRedisLedgerStore({ commands, timeoutMs: commandDeadline });
  return {
    store,
    async close() {
      await store.close();
      commands.disconnect();
    },
  };
}

function mistake(message: string): GatewayConfigError {
  return new GatewayConfigError([{ variable: 'ledger', message }]);
}
