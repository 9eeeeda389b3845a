import { Agent } from 'undici';
import { configFromEnvironment } from '../../config/config-from-environment.ts';
import { defaultModelSettings } from '../../config/default-settings.ts';
import { createGateway } from '../../core/create-gateway.ts';
import type { GatewayConfig, ModelRow, ModelSettings, Provider, TargetSettings } from '../../core/gateway-config.ts';
import type { Capabilities, Timeouts } from '../../core/provider-strategy.ts';
import { startGatewayServer } from '../../server/start-gateway-server.ts';

/** A gateway in front of upstreams that misbehave. */
export interface FailureGateway {
  readonly url: string;
  readonly logged: readonly LoggedLine[];
  /** Upstream calls that run, or wait for a connection, at this moment. */
  occupancy(): number;
  close(): Promise<void>;
}

export interface LoggedLine {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface FailureTarget {
  readonly baseUrl: string;
  readonly keys?: readonly string[];
  readonly capabilities?: Capabilities;
  readonly maxConcurrent?: number;
  readonly maxQueued?: number;
}

export interface FailureGatewayOptions {
  /** By the provider's name; each serves the model `<name>-model`. */
  readonly targets: Readonly<Record<string, FailureTarget>>;
  /** Logical models over all targets, in order; one called `quick` unless told. */
  readonly models?: Readonly<Record<string, Partial<ModelSettings>>>;
  readonly timeouts?: Partial<Timeouts>;
  readonly config?: Partial<GatewayConfig>;
}

const shortTimeouts: Timeouts = { connect: 1000, headers: 5000, content: 5000, idle: 5000 };

/** Listens on a free port of loopback. Retries come quickly; everything else is as by default. */
export async function startFailureGateway({
  targets,
  models = { quick: {} },
  timeouts = {},
  config: overrides = {},
}: FailureGatewayOptions): Promise<FailureGateway> {
  const defaults = configFromEnvironment({ OLLAMA_ENDPOINT: 'off' }, { guideDocuments: [] });
  const config: GatewayConfig = {
    ...defaults,
    retry: { ...defaults.retry, initialDelayMs: 5 },
    ...overrides,
    providers: Object.entries(targets).map(([name, target]) =>
      providerOf(name, target, { ...shortTimeouts, ...timeouts }),
    ),
    models: Object.entries(models).map(([name, settings]) => modelOf(name, settings, targets)),
  };
  const logged: LoggedLine[] = [];
  const note = (fields: object, message: string): void => void logged.push({ message, fields: { ...fields } });
  const dispatcher = new Agent({ allowH2: false });
  const gateway = createGateway({ config, dispatcher, log: { info: note, warn: note, error: note } });
  const server = await startGatewayServer({ gateway, host: '127.0.0.1', port: 0 });
  return {
    url: server.url,
    logged,
    occupancy: () => Object.values(dispatcher.stats).reduce((sum, { running, pending }) => sum + running + pending, 0),
    close: async () => {
      await server.close(0);
      await gateway.close();
    },
  };
}

function providerOf(
  name: string,
  { baseUrl, keys = ['key-1'], maxConcurrent, maxQueued }: FailureTarget,
  timeouts: Timeouts,
): Provider {
  return {
    name,
    label: name,
    dialect: 'openai-chat',
    baseUrl,
    keys,
    timeouts,
    presence: 'configured',
    preferred: {},
    isPreferenceExplicit: true,
    ...(maxConcurrent === undefined ? {} : { maxConcurrent }),
    ...(maxQueued === undefined ? {} : { maxQueued }),
  };
}

function modelOf(name: string, settings: Partial<ModelSettings>, targets: FailureGatewayOptions['targets']): ModelRow {
  const rows = Object.entries(targets).map(([provider, { capabilities }]): TargetSettings => ({
    provider,
    model: `${provider}-model`,
    weight: 1,
    ...(capabilities === undefined ? {} : { capabilities }),
  }));
  return { name, targets: rows, settings: { ...defaultModelSettings, ...settings } };
}
