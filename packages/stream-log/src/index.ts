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
export { StreamLogError, type StreamLogErrorCode, streamLogErrorStatus } from './stream-log-error.ts';
export { createSqliteStreamLog, type SqliteStreamLogOptions } from './sqlite/create-sqlite-stream-log.ts';
export { createReadHandler, type ReadHandler, type ReadHandlerOptions } from './http/create-read-handler.ts';
export { createRedisStreamLog, type RedisStreamLogOptions } from './redis/create-redis-stream-log.ts';
export type { RedisCommands } from './redis/redis-commands.ts';
