import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { inThreeAttempts, startRedis, type TestRedis } from './redis-server.ts';

/** A Redis Cluster of the test's own. */
export interface TestRedisCluster {
  readonly nodes: readonly TestRedis[];
  stop(): Promise<void>;
}

interface TestRedisClusterOptions {
  /** Of each of the three masters; none unless told. */
  readonly replicas?: 0 | 1;
}

/** Starts three masters that share the slots. Resolves when all of them know it. */
export async function startRedisCluster(options: TestRedisClusterOptions = {}): Promise<TestRedisCluster> {
  // On a busy machine a node may take longer to greet another than they wait for each other, and is then forgotten.
  return inThreeAttempts(() => joinNodes(options));
}

/** Two seconds are usual. */
const JOIN_MILLISECONDS = 8_000;

async function joinNodes({ replicas = 0 }: TestRedisClusterOptions): Promise<TestRedisCluster> {
  const nodes: TestRedis[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    while (nodes.length < 3 * (1 + replicas)) {
      const settings = ['--cluster-node-timeout', '1000', '--repl-diskless-sync-delay', '0'];
      nodes.push(await startRedis({ isNode: true, settings }));
    }
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    const creation = ['--cluster', 'create', ...addresses, '--cluster-replicas', String(replicas), '--cluster-yes'];
    await redisCli(creation, JOIN_MILLISECONDS);
    await Promise.all(
      nodes.map(({ port }) => until(async () => (await clusterInfo(port)).includes('cluster_state:ok'))),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes, stop };
}

async function clusterInfo(port: number): Promise<string> {
  return redisCli(['-p', String(port), 'cluster', 'info']);
}

/** Runs redis-cli for so long at most and returns what it prints. */
export async function redisCli(parameters: readonly string[], milliseconds = 20_000): Promise<string> {
  const running = promisify(execFile)('redis-cli', [...parameters], { timeout: milliseconds });
  running.child.stdin?.end();
  return (await running).stdout;
}

/** Waits until something is so; gives up after 20 s. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await delay(50)) {
    if (await isSo()) return;
  }
  throw new Error('It did not become so within 20 s');
}
