import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  createGateway,
  createModelCosts,
  GatewayConfigError,
  GatewayError,
  GatewayServerError,
  loadGatewayConfig,
  loadGuideDocuments,
  openSqliteLedger,
  startGatewayServer,
} from '@parley/gateway';
import type {
  Gateway,
  GatewayConfig,
  GatewayDescription,
  GatewayServer,
  LedgerStore,
  ModelCosts,
} from '@parley/gateway';
import type { Logger } from 'pino';
import type { AppConfig } from '../config/app-config.ts';
import { StartError } from '../start-error.ts';
import { gatewaySettingsNotices } from './gateway-settings-notices.ts';
import { openGatewayRecordings } from './gateway-recordings.ts';

/** Milliseconds that people wait for the sign-in page while providers are being asked who they are. */
const describeDeadline = 1_500;
/** Milliseconds that calls of other programs are given to end. */
const closeGrace = 1_000;

export interface EmbeddedGateway {
  /** Whether only the built-in guide would answer; no, while that is not known yet. */
  isGuideOnly(): Promise<boolean>;
  /** What models cost, by the operator's prices and then the vendors'. */
  readonly costs: ModelCosts;
  /** The `provider/model` that a logical name stands for now; any other name is its own meaning. Never takes long. */
  meaningOf(model: string): Promise<string>;
  close(): Promise<void>;
}

const ledgerName = 'gateway-ledger.sqlite';

/**
 * Starts the gateway beside the api, on an address of its own, with its recordings in the data folder, which must
 * exist. It works by the environment and by its `gateway.yaml`, where there is one. Throws a `StartError` when that holds
 * mistakes or when it cannot listen.
 */
export async function startEmbeddedGateway(
  app: Pick<AppConfig, 'installRoot' | 'dataDir' | 'gateway' | 'endpoints'>,
  log: Logger,
): Promise<EmbeddedGateway> {
  const { installRoot, dataDir, gateway: settings } = app;
  const { host, port } = settings;
  const read = await readConfig(installRoot, settings, log);
  for (const notice of gatewaySettingsNotices(read, app)) log.warn(`Gateway: ${notice}`);
  const config = { ...read, host, port };
  const recordings = config.recordings.kind === 'off' ? undefined : openGatewayRecordings(dataDir);
  const ledger = await openLedger(config, dataDir, log);
  const gateway = createGateway({
    config,
    log,
    ...(recordings && { recordings: recordings.store }),
    ...(ledger && { ledger }),
  });
  const close = async (): Promise<void> => {
    await gateway.close();
    await recordings?.close();
    await ledger?.close();
  };
  const server = await listen(gateway, close, host, port);
  return {
    isGuideOnly: () => isGuideOnly(gateway),
    costs: createModelCosts(config.prices),
    async meaningOf(model) {
      const meanings = (await description(gateway))?.logicalModels;
      const found = new Map(Object.entries(meanings ?? {})).get(model);
      return found === undefined || found === null ? model : `${found.provider}/${found.model}`;
    },
    async close() {
      await server.close(closeGrace);
      await close();
    },
  };
}

async function readConfig(
  installRoot: string,
  { configFile, environment }: AppConfig['gateway'],
  log: Logger,
): Promise<GatewayConfig> {
  const text = readIfThere(configFile);
  try {
    const { config, notices } = await loadGatewayConfig({
      variables: environment,
      guideDocuments: await loadGuideDocuments(installRoot),
      face: 'embedded',
      ...(text === undefined ? {} : { yaml: { text, file: path.basename(configFile) } }),
    });
    for (const notice of notices) log.warn(`Gateway: ${notice}`);
    return config;
  } catch (error) {
    if (!(error instanceof GatewayConfigError)) throw error;
    const lines = error.mistakes.map(({ variable, message, place }) => `  ${place ?? '.env'} ${variable}: ${message}`);
    throw new StartError(`The gateway cannot be configured:\n${lines.join('\n')}`, { cause: error });
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Budgets outlive the process; without any there is nothing to keep. */
async function openLedger(
  { keys, budgets = [], ledger }: GatewayConfig,
  dataDir: string,
  log: Logger,
): Promise<LedgerStore | undefined> {
  if (keys.length === 0 && budgets.length === 0) return undefined;
  if (ledger.kind !== 'memory') {
    log.warn(`Gateway: ledger has no effect beside the app: budgets are kept in ${path.join(dataDir, ledgerName)}.`);
  }
  return openSqliteLedger(path.join(dataDir, ledgerName));
}

async function listen(
  gateway: Gateway,
  close: () => Promise<void>,
  host: string,
  port: number,
): Promise<GatewayServer> {
  try {
    return await startGatewayServer({ gateway, host, port });
  } catch (error) {
    await close();
    if (!(error instanceof GatewayServerError)) throw error;
    const hint = error.code === 'port-taken' ? ' The endpoint in librechat.yaml must then name the same port.' : '';
    throw new StartError(error.message + hint, { cause: error });
  }
}

async function isGuideOnly(gateway: Gateway): Promise<boolean> {
  return (await description(gateway))?.guideOnly ?? false;
}

/** Who serves what; `undefined` while that is not known. */
async function description(gateway: Gateway): Promise<GatewayDescription | undefined> {
  try {
    return await gateway.describe(AbortSignal.timeout(describeDeadline));
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'cancelled') return undefined;
    throw error;
  }
}
