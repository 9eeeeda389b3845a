import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort } from './free-port.ts';
import { gatewayVariables } from './gateway-process.ts';
import { installRoot } from './install-root.ts';
import { runProcess } from './run-process.ts';
import { answers, untilReady } from './until-ready.ts';

/** One api process, started as an operator starts it. */
export interface ApiReplica {
  readonly url: string;
  readonly pid: number;
  readonly child: ChildProcess;
  isRunning(): boolean;
  /** The newest of what it has printed. */
  output(): string;
  end(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same ports, with the same data. */
  start(): Promise<void>;
}

export interface ApiReplicaOptions {
  /** Of its own; holds its data and its `librechat.yaml`. */
  readonly folder: string;
  readonly providerUrl: string;
  /** Where its endpoint leads: its own gateway, the provider itself, or the base URL of another gateway. */
  readonly endpoint: 'embedded-gateway' | 'provider' | { readonly gatewayUrl: string };
  readonly variables: Readonly<Record<string, string>>;
  /** A module that is loaded before the api, such as a probe. */
  readonly preload: string | undefined;
  /** What its `librechat.yaml` says beside its endpoint, as YAML. */
  readonly settings?: string | undefined;
}

/** What the bench asks for in every turn. */
export const benchEndpoint = 'Bench';
export const benchModel = 'chat-fast';

const day = 86_400_000;
/** Replicas of one world share keys; none of these guards anything. */
const keys = {
  JWT_SECRET: 'bench-'.repeat(8),
  JWT_REFRESH_SECRET: 'refresh-'.repeat(6),
  CREDS_KEY: 'credential-'.repeat(5),
};

export async function startApiReplica(options: ApiReplicaOptions): Promise<ApiReplica> {
  const { folder, providerUrl, endpoint } = options;
  const [port, gatewayPort] = [await freePort(), await freePort()];
  const hasGateway = endpoint === 'embedded-gateway';
  mkdirSync(folder, { recursive: true });
  const configPath = path.join(folder, 'librechat.yaml');
  writeFileSync(configPath, librechatFile(baseUrlOf(options, gatewayPort)) + (options.settings ?? ''));
  const variables = {
    ...keys,
    ...gatewayVariables(providerUrl),
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    PORT: String(port),
    APP_FRAME_PORT: 'off',
    GATEWAY_ENABLED: String(hasGateway),
    GATEWAY_PORT: String(gatewayPort),
    PARLEY_DATA_DIR: path.join(folder, 'data'),
    CODE_INTERPRETER: 'false',
    CONFIG_PATH: configPath,
    SESSION_EXPIRY: String(day),
    LOGIN_MAX: '100000',
    REGISTER_MAX: '100000',
    ...options.variables,
  };
  const preload = options.preload === undefined ? [] : ['--import', pathToFileURL(options.preload).href];

  async function start() {
    const parameters = [...preload, path.join(installRoot, 'api/src/main.ts')];
    const started = runProcess(process.execPath, parameters, {
      variables,
      folder: installRoot,
      ...(options.preload === undefined ? {} : { channel: 'ipc' }),
    });
    await untilReady(started, 'The api', () => answers(`http://127.0.0.1:${port}/readyz`));
    return started;
  }

  let running = await start();
  return {
    url: `http://127.0.0.1:${port}`,
    get pid() {
      return running.pid;
    },
    get child() {
      return running.child;
    },
    isRunning: () => running.isRunning(),
    output: () => running.output(),
    end: (signal) => running.end(signal),
    async start() {
      running = await start();
    },
  };
}

function baseUrlOf({ endpoint, providerUrl }: ApiReplicaOptions, gatewayPort: number): string {
  if (endpoint === 'embedded-gateway') return `http://127.0.0.1:${gatewayPort}/v1`;
  return endpoint === 'provider' ? providerUrl : endpoint.gatewayUrl;
}

function librechatFile(baseUrl: string): string {
  return `version: '1.3.17'
endpoints:
  custom:
    - name: '${benchEndpoint}'
      apiKey: 'bench'
      baseURL: '${baseUrl}'
      models:
        default: ['${benchModel}']
        fetch: false
      titleConvo: false
`;
}
