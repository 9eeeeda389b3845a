import type { LoadedConfig } from '../config/load-config.ts';
import { createGateway } from '../core/create-gateway.ts';
import type { Gateway } from '../core/gateway.ts';
import { isReachable, startGatewayServer } from '../server/start-gateway-server.ts';
import { CliError } from './cli-error.ts';
import type { ConfigurationFiles } from './configuration-files.ts';
import type { LineLog } from './line-log.ts';
import { openStores } from './open-stores.ts';
import { createReloader } from './reloader.ts';

export interface ServeOptions {
  readonly loaded: LoadedConfig;
  readonly files: ConfigurationFiles;
  readonly log: LineLog;
  /** Hears that somebody asked this process to read its files anew, after it did. */
  readonly onReload: () => void;
  /** The metrics of other processes that share the port. */
  readonly metricsOfOthers?: () => Promise<readonly string[]>;
}

export interface Serving {
  readonly url: string;
  readonly gateway: Gateway;
  reloadIfChanged(): Promise<void>;
  reloadAnyway(): Promise<void>;
  /** Says that it is not ready, takes no new calls, lets running ones end, writes what is left, and is gone. */
  stop(): Promise<void>;
}

/** Serves a configuration from this process. Rejects with a `GatewayServerError` or a `GatewayConfigError`. */
export async function serve({ loaded, files, log, onReload, metricsOfOthers }: ServeOptions): Promise<Serving> {
  const { config } = loaded;
  log.setLevel(loaded.run.logLevel);
  const stores = await openStores(config, log);
  let { drainMs } = config;
  const reloader = createReloader({
    files,
    started: loaded,
    log,
    apply({ config: next, run }) {
      if (next.apiKeys.length === 0 && next.keys.length === 0 && isReachable(config.host)) {
        throw new CliError(`A gateway that listens on ${config.host}, where others can reach it, must have keys.`);
      }
      log.setLevel(run.logLevel);
      drainMs = next.drainMs;
      gateway.reload({ ...next, host: config.host, port: config.port });
    },
  });
  const gateway = createGateway({
    config,
    log,
    ...stores.ports,
    ...(metricsOfOthers && { metricsOfOthers }),
    async onReload() {
      const notices = await reloader.reload();
      onReload();
      return notices;
    },
  });
  try {
    const server = await startGatewayServer({ gateway, host: config.host, port: config.port });
    return {
      url: server.url,
      gateway,
      reloadIfChanged: () => reloader.reloadIfChanged(),
      reloadAnyway: () => reloader.reloadAnyway(),
      async stop() {
        gateway.drain();
        await server.close(drainMs);
        await gateway.close();
        await stores.close();
      },
    };
  } catch (error) {
    await gateway.close();
    await stores.close();
    throw error;
  }
}
