import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import { runProcess } from './run-process.ts';
import { untilReady } from './until-ready.ts';

/** How a Redis comes back: empty, with all it had, or with a copy of an earlier moment (see `saveCopy`). */
export type RedisReturn = 'empty' | 'whole' | 'old-copy';

/** Commands by their names. */
export interface CommandCounts {
  /** As clients sent them. */
  readonly sent: Readonly<Record<string, number>>;
  /** Run by scripts, on behalf of those. */
  readonly inScripts: Readonly<Record<string, number>>;
}

/** A redis-server of the bench's own. */
export interface RedisProcess {
  readonly uri: string;
  readonly pid: number;
  /** SIGKILL and a new start on the same port. Needs the `keeps` that allows it. */
  restart(): Promise<void>;
  /** Writes the copy that a Redis of `old-copy` comes back with. */
  saveCopy(): Promise<void>;
  /** From now on it refuses to write: it is full, or it follows another server; `none` ends that. */
  refuseWrites(reason: 'full' | 'read-only' | 'none'): Promise<void>;
  /** A section of INFO, as `name: value`. */
  info(section: string): Promise<Readonly<Record<string, string>>>;
  /** Counts commands, those of the bench aside, until the returned function is called. */
  countCommands(): Promise<() => CommandCounts>;
  close(): Promise<void>;
}

const kept: Readonly<Record<RedisReturn, readonly string[]>> = {
  empty: ['--save', '', '--appendonly', 'no'],
  whole: ['--save', '', '--appendonly', 'yes'],
  'old-copy': ['--save', '', '--appendonly', 'no', '--dbfilename', 'copy.rdb'],
};

/** Starts one that keeps its files in a folder. */
export async function startRedisProcess(folder: string, comesBack: RedisReturn = 'empty'): Promise<RedisProcess> {
  const port = await freePort();
  const uri = `redis://127.0.0.1:${port}`;
  const parameters = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...kept[comesBack]];
  const client = new Redis(uri, { lazyConnect: true, maxRetriesPerRequest: 3, enableOfflineQueue: true });
  client.on('error', () => undefined);

  async function start() {
    const started = runProcess('redis-server', parameters);
    const isReady = () => Promise.resolve(started.output().includes('Ready to accept connections'));
    await untilReady(started, 'Redis', isReady);
    return started;
  }

  let running = await start();
  return {
    uri,
    get pid() {
      return running.pid;
    },
    async restart() {
      await running.end('SIGKILL');
      running = await start();
    },
    async saveCopy() {
      await client.save();
    },
    async refuseWrites(reason) {
      await client.config('SET', 'maxmemory', reason === 'full' ? '1' : '0');
      await (reason === 'read-only' ? client.replicaof('127.0.0.1', 1) : client.replicaof('NO', 'ONE'));
    },
    async info(section) {
      const lines = (await client.info(section)).split('\r\n').filter((line) => line.includes(':'));
      return Object.fromEntries(
        lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
      );
    },
    async countCommands() {
      const [sent, inScripts] = [new Map<string, number>(), new Map<string, number>()];
      const monitor = await client.monitor();
      monitor.on('monitor', (_time: string, [name = '']: string[], source: string) => {
        const counts = source === 'lua' ? inScripts : sent;
        counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
      });
      return () => {
        monitor.disconnect();
        return { sent: Object.fromEntries(sent), inScripts: Object.fromEntries(inScripts) };
      };
    },
    async close() {
      client.disconnect();
      await running.end('SIGKILL');
    },
  };
}
