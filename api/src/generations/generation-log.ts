import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { generationEventSchema } from '@parley/contracts';
import type { CommandId, GenerationEvent, GenerationId, UserId } from '@parley/contracts';
import { createRedisStreamLog, createSqliteStreamLog, StreamLogError } from '@parley/stream-log';
import type { Producer, RedisStreamLogOptions, StreamLogStore } from '@parley/stream-log';
import type { Logger } from 'pino';
import { StartError } from '../start-error.ts';

/** Opens the logs of an install, in one file of its data folder. Throws a `StartError` when that cannot be used. */
export function openGenerationLog(dataDir: string): StreamLogStore<GenerationEvent> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = path.join(dataDir, 'generation-log.sqlite');
  try {
    return createSqliteStreamLog({ path: file, parse: (value) => generationEventSchema.parse(value) });
  } catch (error) {
    if (!(error instanceof StreamLogError)) throw error;
    throw new StartError(
      `${error.message}. Bring the file back from a backup, or move it away: finished answers are kept elsewhere, too.`,
      { cause: error },
    );
  }
}

/** The logs of an install in Redis, shared by all its servers. The caller closes the connections. */
export function openSharedGenerationLog(
  { commands, subscriber }: Pick<RedisStreamLogOptions<GenerationEvent>, 'commands' | 'subscriber'>,
  logger: Logger,
): StreamLogStore<GenerationEvent> {
  return createRedisStreamLog({
    commands,
    subscriber,
    keyPrefix: 'parley',
    parse: (value) => generationEventSchema.parse(value),
    onError: (error) => logger.warn({ err: error }, 'Waiting for news of live answers failed'),
  });
}

/** Name of the log of a generation. */
export function logIdOf(id: GenerationId): string {
  return `generations/${id}`;
}

/** The one that writes the answer. */
export function answerProducer(id: GenerationId, epoch: number): Producer {
  return { id, epoch };
}

/** The owner of a running generation, who may stop it: its only append. */
export function stopProducer(userId: UserId): Producer {
  return { id: `user:${userId}`, epoch: 0 };
}

/** One command to a running generation: its only append, so that a repeated one is recognised by the log. */
export function commandProducer(id: CommandId): Producer {
  return { id: `command:${id}`, epoch: 0 };
}
