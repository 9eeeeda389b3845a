import type { GatewayConfig } from '../core/gateway-config.ts';
import type { GuideDocument } from '../dialects/guide/guide-document.ts';
import { defaultSettings } from './default-settings.ts';
import type { Environment, EnvironmentReader } from './environment/environment-reader.ts';
import { readEnvironment } from './environment/read-environment.ts';
import { GatewayConfigError } from './gateway-config-error.ts';
import type { ConfigMistake } from './gateway-config-error.ts';
import type { GatewayFace } from './lynkr/apply-lynkr-variables.ts';
import type { RunSettings } from './run-settings.ts';
import type { YamlFile } from './yaml/read-gateway-yaml.ts';

/** What the command line says; it wins over everything else. */
export interface ConfigFlags {
  readonly host?: string;
  readonly port?: number;
  readonly workers?: number | 'auto';
}

export interface LoadConfigOptions {
  readonly variables: Environment;
  readonly yaml?: YamlFile;
  readonly flags?: ConfigFlags;
  readonly guideDocuments: readonly GuideDocument[];
  /** `standalone` unless told. */
  readonly face?: GatewayFace;
}

export interface LoadedConfig {
  readonly config: GatewayConfig;
  readonly run: RunSettings;
  /** What the operator should know that does not stop the start, a line each. */
  readonly notices: readonly string[];
  /** Variables that speak to the program around the gateway (memory, MCP, files). */
  readonly forHost: Readonly<Record<string, string>>;
}

/**
 * The configuration from flags, `gateway.yaml` and variables, where the first of them that says something counts.
 * Reads nothing itself. Rejects with one `GatewayConfigError` that holds every mistake of all of them.
 */
export async function loadGatewayConfig({
  variables,
  yaml,
  flags = {},
  guideDocuments,
  face = 'standalone',
}: LoadConfigOptions): Promise<LoadedConfig> {
  // What reads YAML is loaded where there is some: every start would pay for it otherwise.
  const file = yaml && { yaml, ...(await import('./yaml/read-gateway-yaml.ts')) };
  const elsewhere = file?.providersNamedIn(file.yaml) ?? new Set();
  const { settings, forHost, read } = readEnvironment(variables, { guideDocuments, face, elsewhere });
  const fromFile = file?.readGatewayYaml(file.yaml, settings, variables);
  const mistakes = [...read.mistakes, ...(fromFile?.mistakes ?? [])];
  if (mistakes.length > 0) throw new GatewayConfigError(mistakes);
  const { config, run } = fromFile?.settings ?? settings;
  const { host = config.host, port = config.port, workers = run.workers } = flags;
  const isShared = face === 'standalone' && workers !== 1;
  if (isShared && config.recordings.kind === 'sqlite') throw new GatewayConfigError([sharedFile]);
  const isLimited = hasLimits(config) || (config.rateLimit.isOn && workers !== 1);
  const ledger = face === 'standalone' && isLimited ? lastingLedger(config) : config.ledger;
  return {
    config: { ...config, providers: inOrder(config, read), ledger, host, port },
    run: { ...run, workers },
    notices: [
      ...read.notes.map(({ variable, message }) => `${variable} ${message}${message.endsWith('?') ? '' : '.'}`),
      ...(isShared && config.recordings.kind === 'memory' ? [ownMemory] : []),
    ],
    forHost,
  };
}

const sharedFile: ConfigMistake = {
  variable: 'recordings',
  message: 'in a file are those of one process; with workers take redis://…, memory or off',
};
const ownMemory =
  'Each worker keeps recordings and stored responses to itself: a repeated request may meet another one. recordings: redis://… shares them.';

/** `MODEL_PROVIDER` may put a provider of the file first. */
function inOrder({ providers }: GatewayConfig, read: EnvironmentReader): GatewayConfig['providers'] {
  const first = read.text('MODEL_PROVIDER') ?? '';
  if (!read.elsewhere.has(first)) return providers;
  return providers.toSorted((a, b) => Number(b.name === first) - Number(a.name === first));
}

function hasLimits({ keys, budgets: rules = [] }: GatewayConfig): boolean {
  if (rules.length > 0) return true;
  return keys.some(
    ({ budgets, requestsPerMinute, tokensPerMinute }) =>
      budgets.length > 0 || requestsPerMinute !== undefined || tokensPerMinute !== undefined,
  );
}

/** Budgets outlive the process and are the same in all workers, unless the operator says where they are kept. */
function lastingLedger({ ledger }: GatewayConfig): GatewayConfig['ledger'] {
  return ledger === defaultSettings.ledger ? { kind: 'sqlite', path: 'gateway-ledger.sqlite' } : ledger;
}
