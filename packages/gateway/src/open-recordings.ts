import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createRedisStreamLog, createSqliteStreamLog, StreamLogError } from '@parley/stream-log';
import { Redis } from 'ioredis';
import type { RecordingsPlace } from './config/recordings-place.ts';
import { GatewayConfigError } from './config/gateway-config-error.ts';
import type { RecordingSettings } from './recordings/recordings.ts';
import { parseRecordingEntry } from './recordings/recording-log.ts';
import type { RecordingStore } from './recordings/recording-log.ts';

export interface OpenRecordings {
  readonly store: RecordingStore;
  /** To be called when the gateway is closed. */
  close(): Promise<void>;
}

export interface OpenRecordingsOptions extends Pick<RecordingSettings, 'lifeMs'> {
  readonly place: Extract<RecordingsPlace, { kind: 'sqlite' | 'redis' }>;
  /** Hears what goes wrong while waiting for news. */
  readonly onError: (error: unknown) => void;
}

const commandDeadline = 5_000;
const aDay = 86_400_000;

/** Opens the store of a gateway that runs by itself. Throws a `GatewayConfigError` when it cannot be used. */
export async function openRecordings({ place, lifeMs, onError }: OpenRecordingsOptions): Promise<OpenRecordings> {
  return place.kind === 'sqlite' ? openFile(place.path) : openRedis(place.url, lifeMs, onError);
}

function openFile(path: string): OpenRecordings {
  const file = resolve(path);
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const log = createSqliteStreamLog({ path: file, parse: parseRecordingEntry });
    return { store: { log, isShared: false }, close: () => log.shutdown() };
  } catch (error) {
    if (!(error instanceof StreamLogError) && !(error instanceof Error && 'syscall' in error)) throw error;
    throw mistake(`cannot be used as a file: ${error.message}`);
  }
}

async function openRedis(url: string, lifeMs: number, onError: (error: unknown) => void): Promise<OpenRecordings> {
  const connections = new Set<Redis>();
  const keep = (redis: Redis): Redis => {
    connections.add(redis);
    return redis.on('error', (error) => onError(error)).on('end', () => connections.delete(redis));
  };
  const options = { lazyConnect: true, connectTimeout: commandDeadline };
  const commands = keep(new Redis(url, { ...options, commandTimeout: commandDeadline, maxRetriesPerRequest: 1 }));
  try {
    await commands.connect();
  } catch (error) {
    commands.disconnect();
    throw mistake(`names a Redis that cannot be reached: ${error instanceof Error ? error.message : String(error)}`);
  }
  const log = createRedisStreamLog({
    commands,
    subscriber: () => keep(new Redis(url, { ...options, retryStrategy: null })),
    keyPrefix: 'parley-gateway',
    closedLifeMs: lifeMs,
    openLifeMs: aDay,
    parse: parseRecordingEntry,
    onError,
  });
  return {
    store: { log, isShared: true },
    async close() {
      await log.shutdown();
      for (const redis of connections) redis.disconnect();
    },
  };
}

function mistake(message: string): GatewayConfigError {
  return new GatewayConfigError([{ variable: 'GATEWAY_RECORDINGS', message }]);
}
