import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisCli, until } from './redis-cluster.ts';
import { freePort, inThreeAttempts, startProgram, startRedis, type TestRedis } from './redis-server.ts';

/** A master with a replica, and Sentinels that let the replica take over, of the test's own. */
export interface TestRedisSentinel {
  readonly master: TestRedis;
  readonly replica: TestRedis;
  /** Their ports. */
  readonly sentinels: number[];
  /** What the Sentinels call the master. */
  readonly name: string;
  stop(): Promise<void>;
}

const name = 'parley';
/** After so many ms of silence a master counts as down. */
const silence = '500';

/** Starts them. Resolves when the replica has caught up and every Sentinel knows it and the others. */
export async function startRedisSentinel({ count = 3 } = {}): Promise<TestRedisSentinel> {
  const master = await startRedis({ settings: ['--repl-diskless-sync-delay', '0'] });
  const replica = await startRedis({ settings: ['--replicaof', `127.0.0.1 ${master.port}`] });
  const sentinels = await Promise.all(
    Array.from({ length: count }, () => inThreeAttempts(() => startSentinel(master.port, count))),
  );
  await until(async () => (await cli(replica.port, 'info', 'replication')).includes('master_link_status:up'));
  await Promise.all(sentinels.map(({ port }) => until(() => knowsAll(port, count))));
  return {
    master,
    replica,
    sentinels: sentinels.map(({ port }) => port),
    name,
    async stop() {
      await Promise.all([...sentinels, master, replica].map((each) => each.stop()));
    },
  };
}

async function startSentinel(masterPort: number, count: number) {
  const [port, folder] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'parley-sentinel-'))]);
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${name} 127.0.0.1 ${masterPort} ${Math.floor(count / 2) + 1}`,
    `sentinel down-after-milliseconds ${name} ${silence}`,
    `sentinel failover-timeout ${name} 2000`,
  ];
  const file = join(folder, 'sentinel.conf');
  await writeFile(file, settings.join('\n'));
  const child = await startProgram('redis-server', [file, '--sentinel'], '+monitor master');
  return {
    port,
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function knowsAll(port: number, count: number): Promise<boolean> {
  const known = await cli(port, 'sentinel', 'master', name);
  const valueOf = (field: string) => known.split('\n')[known.split('\n').indexOf(field) + 1];
  return valueOf('num-slaves') === '1' && valueOf('num-other-sentinels') === String(count - 1);
}

function cli(port: number, ...command: string[]): Promise<string> {
  return redisCli(['-p', String(port), ...command]);
}
