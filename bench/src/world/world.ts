import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startApiReplica } from './api-replica.ts';
import type { ApiReplica } from './api-replica.ts';
import { startGatewayProcess } from './gateway-process.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { startNginx } from './nginx-process.ts';
import { startRedisProcess } from './redis-process.ts';
import type { RedisProcess, RedisReturn } from './redis-process.ts';
import { startScriptedProvider } from './scripted-provider.ts';
import type { ScriptedProvider } from './scripted-provider.ts';
import { startStoreProcess } from './store-process.ts';

/** What an install is made of. */
export interface WorldShape {
  readonly replicas: 1 | 2;
  /** `redis` brings a Redis and a database that replicas share; `sqlite` is the install without either. */
  readonly store: 'sqlite' | 'redis';
  readonly gateway: 'embedded' | 'separate' | 'none';
  readonly front?: 'nginx';
  readonly redisComesBack?: RedisReturn;
  /** A provider that runs elsewhere; otherwise one is started in this process. */
  readonly providerUrl?: string;
  /** A module that is loaded before the api; for a function, by the number of the replica. */
  readonly preload?: string | ((replica: number) => string | undefined);
  readonly variables?: Readonly<Record<string, string>>;
  /** See `ApiReplicaOptions`. */
  readonly settings?: string;
}

/** A whole install of real processes. */
export interface World {
  readonly replicas: readonly ApiReplica[];
  /** Where clients go: the proxy in front, else every replica. */
  readonly addresses: readonly string[];
  readonly provider: ScriptedProvider;
  readonly gateway: GatewayProcess | undefined;
  readonly redis: RedisProcess | undefined;
  /** Ends all processes and removes their data. */
  close(): Promise<void>;
}

/** Folders of installs that run. */
const folders = new Set<string>();
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Starts an install; what was started is ended again when something of it fails. */
export async function startWorld(shape: WorldShape): Promise<World> {
  const folder = mkdtempSync(path.join(tmpdir(), 'parley-bench-'));
  folders.add(folder);
  const closers: (() => Promise<void>)[] = [];
  async function close(): Promise<void> {
    for (const end of closers.toReversed()) await end();
    rmSync(folder, { recursive: true, force: true });
    folders.delete(folder);
  }
  try {
    const world = await build(shape, folder, closers);
    return { ...world, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(
  shape: WorldShape,
  folder: string,
  closers: (() => Promise<void>)[],
): Promise<Omit<World, 'close'>> {
  const folderFor = (name: string): string => {
    const made = path.join(folder, name);
    mkdirSync(made);
    return made;
  };
  const provider = await startScriptedProvider(shape.providerUrl === undefined ? 'tokens' : 'calls');
  closers.push(() => provider.close());
  const providerUrl = shape.providerUrl ?? provider.url;

  const shared: Record<string, string> = {};
  let redis: RedisProcess | undefined;
  if (shape.store === 'redis') {
    redis = await startRedisProcess(folderFor('redis'), shape.redisComesBack);
    const running = redis;
    closers.push(() => running.close());
    const store = await startStoreProcess(folderFor('store'));
    closers.push(() => store.close());
    Object.assign(shared, { REDIS_URI: redis.uri, MONGO_URI: store.uri });
  }
  if (shape.front === 'nginx') shared['TRUST_PROXY'] = '1';

  let gateway: GatewayProcess | undefined;
  if (shape.gateway === 'separate') {
    gateway = await startGatewayProcess({ folder: folderFor('gateway'), providerUrl });
    const running = gateway;
    closers.push(() => running.end('SIGKILL'));
  }
  const endpoint =
    gateway === undefined
      ? ({ embedded: 'embedded-gateway', none: 'provider', separate: 'provider' } as const)[shape.gateway]
      : { gatewayUrl: gateway.url };

  const replicas: ApiReplica[] = [];
  for (let number = 0; number < shape.replicas; number += 1) {
    const replica = await startApiReplica({
      folder: folderFor(`api-${number}`),
      providerUrl,
      endpoint,
      variables: { ...shared, ...shape.variables },
      settings: shape.settings,
      preload: typeof shape.preload === 'function' ? shape.preload(number) : shape.preload,
    });
    closers.push(() => replica.end('SIGKILL'));
    replicas.push(replica);
  }

  let addresses = replicas.map(({ url }) => url);
  if (shape.front === 'nginx') {
    const nginx = await startNginx(folderFor('nginx'), addresses);
    closers.push(() => nginx.close());
    addresses = [nginx.url];
  }
  return { replicas, addresses, provider, gateway, redis };
}
