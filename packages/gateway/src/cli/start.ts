import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import type { LoadedConfig } from '../config/load-config.ts';
import type { ConfigurationFiles } from './configuration-files.ts';
import { gatherWrites } from './gathered-writes.ts';
import { createLineLog } from './line-log.ts';
import type { LineLog } from './line-log.ts';
import type { Serving } from './serve.ts';
import { watchFiles } from './watch-files.ts';

export interface StartOptions {
  readonly loaded: LoadedConfig;
  readonly files: ConfigurationFiles;
  /** Hears what goes wrong later on. */
  readonly onError: (error: unknown) => void;
}

interface Surroundings extends StartOptions {
  readonly log: LineLog;
  /** Resolves when every line is where it belongs. */
  readonly endLog: () => Promise<void>;
}

/** Starts the gateway, in this process or in several, and has signals handled. Resolves when it runs. */
export async function start(options: StartOptions): Promise<void> {
  const { loaded } = options;
  const { isWorker } = cluster;
  const lines = gatherWrites((text) => process.stderr.write(text));
  process.on('exit', () => lines.flush());
  const log = createLineLog((line, isUrgent) => {
    lines.write(line);
    if (isUrgent) lines.flush();
  }, loaded.run.logLevel);
  const { isOn, path, level } = loaded.run.logFile;
  const file = isOn ? (await import('./open-log-file.ts')).openLogFile(path, options.onError) : undefined;
  if (file) log.add(file.write, level);
  if (!isWorker) for (const notice of loaded.notices) log.warn({}, notice);
  const { workers } = loaded.run;
  const count = workers === 'auto' ? Math.max(1, availableParallelism() - 1) : workers;
  const surroundings = { ...options, log, endLog: async () => file?.end() };
  if (isWorker) await startWorker(surroundings);
  else if (count > 1) await startPrimary(surroundings, count);
  else await startAlone(surroundings);
}

async function startAlone(options: Surroundings): Promise<void> {
  const { serve } = await import('./serve.ts');
  const serving = await serve({ ...options, onReload: () => undefined });
  const unwatch = watch(options, () => void serving.reloadIfChanged().catch(options.onError));
  process.on('SIGHUP', () => void serving.reloadAnyway().catch(options.onError));
  onStop(options, async () => {
    unwatch();
    await serving.stop();
  });
  print(`The gateway listens at ${serving.url}/v1`);
  const { guideOnly, logicalModels } = await serving.gateway.describe();
  for (const [name, address] of Object.entries(logicalModels)) {
    print(`  ${name}: ${address ? `${address.provider}/${address.model}` : 'not served at the moment'}`);
  }
  if (guideOnly) print('  Only the built-in guide answers. Set OPENAI_API_KEY or start Ollama to connect a model.');
}

/** A worker is told of changes by its primary, and tells it when somebody asked this one. */
async function startWorker(options: Surroundings): Promise<void> {
  const [{ serve }, { openWorkerChannel }] = await Promise.all([import('./serve.ts'), import('./worker-channel.ts')]);
  let serving: Serving | undefined;
  let isReloadOwed = false;
  const reload = (): void => {
    // A change while this one starts: its files may have been read before.
    if (serving === undefined) isReloadOwed = true;
    else void serving.reloadAnyway().catch(options.onError);
  };
  const channel = openWorkerChannel({ onReload: reload, metrics: () => serving?.gateway.metrics() ?? '' });
  try {
    serving = await serve({
      ...options,
      onReload: () => channel.tellReload(),
      metricsOfOthers: () => channel.metricsOfOthers(),
    });
  } catch (error) {
    // The channel to the primary would keep this process alive.
    options.onError(error);
    process.exit(1);
  }
  if (isReloadOwed) reload();
  process.on('SIGHUP', reload);
  onStop(options, async () => {
    await serving?.stop();
    process.disconnect();
  });
}

async function startPrimary(options: Surroundings, count: number): Promise<void> {
  const { runWorkers } = await import('./run-workers.ts');
  const { files, log } = options;
  const workers = runWorkers({
    count,
    log,
    onListening({ host, port }) {
      print(
        `The gateway listens at http://${host.includes(':') ? `[${host}]` : host}:${port}/v1\n  in ${count} processes`,
      );
    },
  });
  let seen = files.fingerprint();
  const unwatch = watch(options, () => {
    const next = files.fingerprint();
    if (next !== seen) workers.reload();
    seen = next;
  });
  process.on('SIGHUP', () => workers.reload());
  onStop(options, async () => {
    unwatch();
    await workers.stop();
  });
  process.exitCode = await workers.failed;
  unwatch();
}

function watch({ loaded, files, log }: Surroundings, onChange: () => void): () => void {
  const { isOn, debounceMs } = loaded.run.reload;
  if (!isOn) return () => undefined;
  const onError = (error: unknown): void =>
    log.warn({ err: error }, 'changes of the configuration are not seen; send SIGHUP after one');
  return watchFiles({ paths: files.paths, debounceMs, onChange, onError });
}

/** Milliseconds within which several signals are one: a terminal, npm and systemd send them to every process at once. */
const sameSignal = 1000;

/** A later signal does not wait any more, unless this is a worker: its primary decides. */
function onStop({ onError, endLog }: Surroundings, stop: () => Promise<void>): void {
  let toldAt: number | undefined;
  async function leave(): Promise<void> {
    if (toldAt !== undefined) {
      if (!cluster.isWorker && performance.now() - toldAt > sameSignal) process.exit(1);
      return;
    }
    toldAt = performance.now();
    try {
      await stop();
      await endLog();
      process.exit(0);
    } catch (error) {
      onError(error);
      process.exit(1);
    }
  }
  process.on('SIGINT', () => void leave()).on('SIGTERM', () => void leave());
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
