export {
  type Batch,
  type LogReader,
  type LogState,
  nowOffset,
  type Offset,
  type Producer,
  startOffset,
  type StreamLog,
  type StreamLogStore,
} from './stream-log.ts';
export type {
  Append,
  Appended,
  Created,
  ForkRequest,
  ProducedAppend,
  StreamConfig,
  StreamInfo,
  StreamRequest,
  StreamStore,
} from './stream-store.ts';
export { StreamLogError, type StreamLogErrorCode, streamLogErrorStatus } from './stream-log-error.ts';
export { createStreamLog, type StreamLogOptions } from './create-stream-log.ts';
export { createSqliteStreamLog, type SqliteStreamLogOptions } from './sqlite/create-sqlite-stream-log.ts';
export { createSqliteStreamStore, type SqliteStreamStoreOptions } from './sqlite/create-sqlite-stream-store.ts';
export { createReadHandler, type ReadHandler, type ReadHandlerOptions } from './http/create-read-handler.ts';
export { createStreamHandler, type StreamHandler, type StreamHandlerOptions } from './http/create-stream-handler.ts';
export { createRedisStreamLog, type RedisStreamLogOptions } from './redis/create-redis-stream-log.ts';
export { createRedisStreamStore, type RedisStreamStoreOptions } from './redis/create-redis-stream-store.ts';
export type { RedisSubscriber } from './redis/create-subscriptions.ts';
export type { RedisCommands } from './redis/redis-commands.ts';
