import {
  configFromEnvironment,
  createGateway,
  GatewayError,
  GatewayServerError,
  loadGuideDocuments,
  startGatewayServer,
} from '@parley/gateway';
import type { Gateway, GatewayServer } from '@parley/gateway';
import type { Logger } from 'pino';
import type { AppConfig } from '../config/app-config.ts';
import { StartError } from '../start-error.ts';
import { openGatewayRecordings } from './gateway-recordings.ts';
import type { GatewayRecordings } from './gateway-recordings.ts';

/** Milliseconds that people wait for the sign-in page while providers are being asked who they are. */
const describeDeadline = 1_500;
/** Milliseconds that calls of other programs are given to end. */
const closeGrace = 1_000;

export interface EmbeddedGateway {
  /** Whether only the built-in guide would answer; no, while that is not known yet. */
  isGuideOnly(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Starts the gateway beside the api, on an address of its own, with its recordings in the data folder, which must
 * exist. Throws a `StartError` when it cannot listen there.
 */
export async function startEmbeddedGateway(
  { installRoot, dataDir, gateway: settings }: Pick<AppConfig, 'installRoot' | 'dataDir' | 'gateway'>,
  log: Logger,
): Promise<EmbeddedGateway> {
  const { environment, host, port } = settings;
  const guideDocuments = await loadGuideDocuments(installRoot);
  const config = { ...configFromEnvironment(environment, { guideDocuments }), host, port };
  const recordings = config.recordings.kind === 'off' ? undefined : openGatewayRecordings(dataDir);
  const gateway = createGateway({ config, log, ...(recordings && { recordings: recordings.store }) });
  const server = await listen(gateway, recordings, host, port);
  return {
    isGuideOnly: () => isGuideOnly(gateway),
    async close() {
      await server.close(closeGrace);
      await gateway.close();
      await recordings?.close();
    },
  };
}

async function listen(
  gateway: Gateway,
  recordings: GatewayRecordings | undefined,
  host: string,
  port: number,
): Promise<GatewayServer> {
  try {
    return await startGatewayServer({ gateway, host, port });
  } catch (error) {
    await gateway.close();
    await recordings?.close();
    if (!(error instanceof GatewayServerError)) throw error;
    const hint = error.code === 'port-taken' ? ' The endpoint in librechat.yaml must then name the same port.' : '';
    throw new StartError(error.message + hint, { cause: error });
  }
}

async function isGuideOnly(gateway: Gateway): Promise<boolean> {
  try {
    return (await gateway.describe(AbortSignal.timeout(describeDeadline))).guideOnly;
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'cancelled') return false;
    throw error;
  }
}
