import { rm } from 'node:fs/promises';
import type { GenerationId } from '@parley/contracts';
import { startRedis } from '@parley/stream-log/conformance';
import type { TestRedis } from '@parley/stream-log/conformance';
import { pino } from 'pino';
import { openTestStore } from '../../database/__fixtures__/open-test-store.ts';
import { connectRedis } from '../../redis/connect-redis.ts';
import { createTestConfig, startTestApp } from '../../test-app.ts';
import type { TestApp } from '../../test-app.ts';
import { createTestClient } from '../../test-client.ts';
import { logIdOf, openSharedGenerationLog } from '../generation-log.ts';
import { startScriptedUpstream } from './scripted-upstream.ts';
import type { ScriptedUpstream } from './scripted-upstream.ts';
import { startApiProcess } from './start-api-process.ts';
import type { ApiProcess } from './start-api-process.ts';
import type { Server } from './chat-client.ts';

const logger = pino({ level: 'silent' });

/** What several Parleys share: a database, a Redis, and a provider that does as its prompts say. */
export interface Replicas {
  readonly upstream: ScriptedUpstream;
  readonly redis: TestRedis;
  readonly mongoUri: string;
  /** Starts another one in this process. */
  start(): Promise<TestApp>;
  /** Starts another one as a process of its own. */
  spawn(options?: { clockAhead?: number }): Promise<ReplicaProcess>;
  /** Whether the log of a generation is in Redis. */
  logExists(id: GenerationId): Promise<boolean>;
  /** Stops all of them and removes all data. */
  close(): Promise<void>;
}

export interface ReplicaProcess extends Server {
  readonly process: ApiProcess;
}

/** Starts what replicas share. Close it in `afterAll`. */
export async function startReplicas(): Promise<Replicas> {
  const [mongo, redis, upstream] = await Promise.all([
    openTestStore(),
    startRedis(),
    startScriptedUpstream(),
  ]);
  const redisUri = `redis://127.0.0.1:${redis.port}`;
  const options = { endpoints: [upstream.endpoint], gateway: false, redisUri, mongoUri: mongo.uri };
  const closing: (() => Promise<void>)[] = [];
  return {
    upstream,
    redis,
    mongoUri: mongo.uri,

    async start() {
      const app = await startTestApp(options);
      closing.push(() => app.close());
      return app;
    },

    async spawn(clock) {
      const config = await createTestConfig(options);
      const process = await startApiProcess(config, clock);
      closing.push(async () => {
        await process.kill('SIGKILL');
        await rm(config.dataDir, { recursive: true });
      });
      const client = createTestClient(() => process.url);
      return { process, url: process.url, send: (...request) => client.send(...request) };
    },

    async logExists(id) {
      const connections = await connectRedis(redisUri, logger);
      const log = openSharedGenerationLog(connections, logger);
      try {
        return (await log.state(logIdOf(id))) !== 'missing';
      } finally {
        await log.shutdown();
        await connections.close();
      }
    },

    async close() {
      await Promise.all(closing.map((close) => close()));
      await Promise.all([upstream.close(), redis.stop(), mongo.close()]);
    },
  };
}
