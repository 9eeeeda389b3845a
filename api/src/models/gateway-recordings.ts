import path from 'node:path';
import { parseRecordingEntry } from '@parley/gateway';
import type { RecordingStore } from '@parley/gateway';
import { createSqliteStreamLog, StreamLogError } from '@parley/stream-log';
import { StartError } from '../start-error.ts';

export interface GatewayRecordings {
  readonly store: RecordingStore;
  /** To be called once the gateway is closed. */
  close(): Promise<void>;
}

const fileName = 'gateway-recordings.sqlite';

/**
 * Opens the file of the embedded gateway's recordings in the data folder. Its calls die with this process, so that
 * nobody else could go on with one: sharing them would only cost. Throws a `StartError` when the file cannot be used.
 */
export function openGatewayRecordings(dataDir: string): GatewayRecordings {
  try {
    const log = createSqliteStreamLog({ path: path.join(dataDir, fileName), parse: parseRecordingEntry });
    return { store: { log, isShared: false }, close: () => log.shutdown() };
  } catch (error) {
    if (!(error instanceof StreamLogError)) throw error;
    throw new StartError(`${error.message}. Move ${fileName} away: it holds nothing that lasts.`, { cause: error });
  }
}
