import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort, startRedis, type TestRedis } from './redis-server.ts';

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
export async function startRedisCluster({ replicas = 0 }: TestRedisClusterOptions = {}): Promise<TestRedisCluster> {
  const nodes = await Promise.all(
    Array.from({ length: 3 * (1 + replicas) }, async () => {
      // The usual port of the bus is 10,000 higher, which may be none.
      const bus = await freePort();
      const cluster = ['--cluster-enabled', 'yes', '--cluster-port', String(bus), '--cluster-node-timeout', '1000'];
      return startRedis({ settings: [...cluster, '--repl-diskless-sync-delay', '0'] });
    }),
  );
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  await redisCli(['--cluster', 'create', ...addresses, '--cluster-replicas', String(replicas), '--cluster-yes']);
  await Promise.all(nodes.map(({ port }) => until(async () => (await clusterInfo(port)).includes('cluster_state:ok'))));
  return {
    nodes,
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

async function clusterInfo(port: number): Promise<string> {
  return redisCli(['-p', String(port), 'cluster', 'info']);
}

/** Runs redis-cli and returns what it prints. */
export async function redisCli(parameters: readonly string[]): Promise<string> {
  const running = promisify(execFile)('redis-cli', [...parameters], { timeout: 20_000 });
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
