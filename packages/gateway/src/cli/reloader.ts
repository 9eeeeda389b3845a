import { GatewayConfigError } from '../config/gateway-config-error.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { GatewayConfig } from '../core/gateway-config.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import { CliError } from './cli-error.ts';
import type { ConfigurationFiles } from './configuration-files.ts';
import { describeMistakes } from './describe-mistakes.ts';

export interface ReloaderOptions {
  readonly files: Pick<ConfigurationFiles, 'load' | 'fingerprint'>;
  readonly started: LoadedConfig;
  /** Makes a configuration hold from the next request on. */
  readonly apply: (loaded: LoadedConfig) => void;
  readonly log: GatewayLog;
}

export interface Reloader {
  /**
   * Reads the files anew and resolves with what there is to say about them. Rejects with `not-acceptable` and all
   * mistakes when they cannot be used; what held before then still holds.
   */
  reload(): Promise<readonly string[]>;
  /** The same, if the files really changed; mistakes are logged. */
  reloadIfChanged(): Promise<void>;
  /** The same in any case; mistakes are logged. */
  reloadAnyway(): Promise<void>;
}

/** One reload at a time, in the order they were asked for. */
export function createReloader({ files, started, apply, log }: ReloaderOptions): Reloader {
  let seen = files.fingerprint();
  let turn: Promise<unknown> = Promise.resolve();

  async function reloadNow(): Promise<readonly string[]> {
    const next = files.fingerprint();
    try {
      const loaded = await files.load();
      apply(loaded);
      const notices = [...frozenSettings(started, loaded), ...loaded.notices];
      log.info({ notices }, 'the configuration was read anew');
      return notices;
    } catch (error) {
      throw refusalOf(error);
    } finally {
      seen = next;
    }
  }

  function reload(): Promise<readonly string[]> {
    const mine = turn.then(reloadNow);
    turn = mine.catch(() => undefined);
    return mine;
  }

  async function reloadAnyway(): Promise<void> {
    try {
      await reload();
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      log.error({ mistakes: error.message }, 'the configuration could not be read anew; the old one still holds');
    }
  }

  return {
    reload,
    reloadAnyway,
    async reloadIfChanged() {
      if (files.fingerprint() !== seen) await reloadAnyway();
    },
  };
}

function refusalOf(error: unknown): unknown {
  if (error instanceof GatewayConfigError) {
    return new GatewayError('not-acceptable', { message: describeMistakes(error), cause: error });
  }
  return error instanceof CliError
    ? new GatewayError('not-acceptable', { message: error.message, cause: error })
    : error;
}

/** What a running process cannot change, and was asked to. */
function frozenSettings({ config: before, run: ran }: LoadedConfig, { config: after, run }: LoadedConfig): string[] {
  const differs = (pick: (config: GatewayConfig) => unknown): boolean =>
    JSON.stringify(pick(before)) !== JSON.stringify(pick(after));
  const names = [
    differs(({ host, port }) => [host, port]) ? 'the address to listen on' : '',
    ran.workers === run.workers ? '' : 'the number of workers',
    differs(({ ledger }) => ledger) ? 'the place of the ledger' : '',
    differs(({ recordings }) => recordings) ? 'the place of recordings' : '',
    differs(({ cache }) => [cache.place, cache.url, cache.exact.maxEntries]) ? 'the place or size of the cache' : '',
    differs(({ telemetry }) => telemetry) ? 'where telemetry goes' : '',
    differs(({ recording }) => recording) ? 'how long recordings are kept' : '',
  ].filter((name) => name !== '');
  return names.map((name) => `A new start is needed to change ${name}.`);
}
