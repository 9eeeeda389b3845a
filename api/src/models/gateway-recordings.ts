import path from 'node:path';
import { parseRecordingEntry } from '@parley/gateway';
import type { RecordingEntry, RecordingStore } from '@parley/gateway';
import { createRedisStreamLog, createSqliteStreamLog, StreamLogError } from '@parley/stream-log';
import type { RedisStreamLogOptions, StreamLogStore } from '@parley/stream-log';
import type { Logger } from 'pino';
import { StartError } from '../start-error.ts';

/** The ways to Redis that recordings need. */
export type RecordingConnections = Pick<RedisStreamLogOptions<RecordingEntry>, 'commands' | 'subscriber'>;

export interface GatewayRecordings {
  readonly store: RecordingStore;
  /** To be called once the gateway is closed. */
  close(): Promise<void>;
}

interface GatewayRecordingsOptions {
  readonly dataDir: string;
  /** Milliseconds a whole recording is kept. */
  readonly lifeMs: number;
  /** Absent: recordings are kept in a file of the data folder. */
  readonly redis: RecordingConnections | undefined;
  readonly log: Logger;
}

const fileName = 'gateway-recordings.sqlite';
const anHour = 3_600_000;

/** Opens the store of the embedded gateway's recordings. Throws a `StartError` when its file cannot be used. */
export function openGatewayRecordings({ dataDir, lifeMs, redis, log }: GatewayRecordingsOptions): GatewayRecordings {
  const recordings = redis === undefined ? openFile(path.join(dataDir, fileName)) : openShared(redis, lifeMs, log);
  return {
    store: { log: recordings, isShared: redis !== undefined },
    close: () => recordings.shutdown(),
  };
}

function openFile(file: string): StreamLogStore<RecordingEntry> {
  try {
    return createSqliteStreamLog({ path: file, parse: parseRecordingEntry });
  } catch (error) {
    if (!(error instanceof StreamLogError)) throw error;
    throw new StartError(`${error.message}. Move ${fileName} away: it holds nothing that lasts.`, { cause: error });
  }
}

function openShared(redis: RecordingConnections, lifeMs: number, log: Logger): StreamLogStore<RecordingEntry> {
  return createRedisStreamLog({
    commands: redis.commands,
    subscriber: redis.subscriber,
    keyPrefix: 'parley-gateway',
    closedLifeMs: lifeMs,
    openLifeMs: anHour,
    parse: parseRecordingEntry,
    onError: (error) => log.warn({ err: error }, 'Waiting for news of recorded answers failed'),
  });
}
