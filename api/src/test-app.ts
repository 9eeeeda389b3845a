import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '@parley/stream-log/conformance';
import type { SandboxRunner } from '@parley/sandbox';
import { pino } from 'pino';
import type { AppConfig, EndpointConfig } from './config/app-config.ts';
import { openOnTestServer } from './database/__fixtures__/open-test-store.ts';
import { startParley } from './start-parley.ts';
import { createTestClient } from './test-client.ts';
import type { TestClient } from './test-client.ts';

/** A whole Parley for tests: real HTTP, real store, real log, in a folder of its own. */
export interface TestApp extends TestClient {
  readonly url: string;
  readonly config: AppConfig;
  /** Stops and starts again with the same data. The address changes. */
  restart(): Promise<void>;
  /** Stops and removes all data. */
  close(): Promise<void>;
}

interface TestAppOptions {
  /** Instead of the one endpoint that leads to the embedded gateway. */
  readonly endpoints?: readonly EndpointConfig[];
  readonly auth?: Partial<AppConfig['auth']>;
  /** Variables for the embedded gateway. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether the embedded gateway runs; it does unless told otherwise. */
  readonly gateway?: boolean;
  readonly installRoot?: string;
  readonly redisUri?: string;
  /** A database that outlives the app, for several of them on one. */
  readonly mongoUri?: string;
  readonly logLevel?: AppConfig['logLevel'];
  readonly mcp?: Partial<AppConfig['mcp']>;
  readonly code?: AppConfig['code'];
  readonly answerers?: AppConfig['answerers'];
  readonly prompts?: AppConfig['prompts'];
  readonly feedback?: boolean;
  readonly sharedChats?: boolean;
  readonly sharedLinks?: AppConfig['sharedLinks'];
  /** Makes what runs code; without it none is run. */
  readonly createSandbox?: () => SandboxRunner;
}

/** Starts one on free ports. Close it in `afterAll`. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const store = options.mongoUri === undefined ? openOnTestServer() : undefined;
  const made = await createTestConfig(options);
  const config = store === undefined ? made : { ...made, mongoUri: store.uri };
  const log = pino({ level: config.logLevel ?? 'silent' });
  const { createSandbox } = options;
  let running = await startParley({ config, log, checkAnswers: true, createSandbox });

  const app: TestApp = {
    ...createTestClient(() => app.url),
    get url() {
      return running.url.replace('localhost', '127.0.0.1');
    },
    config,

    async restart() {
      await running.close();
      running = await startParley({ config, log, checkAnswers: true, createSandbox });
    },

    async close() {
      await running.close();
      await store?.close();
      await rm(config.dataDir, { recursive: true });
    },
  };
  return app;
}

/** The configuration of one, with a new data folder; for tests that start its process themselves. */
export async function createTestConfig(options: TestAppOptions): Promise<AppConfig> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-test-'));
  const gatewayPort = await freePort();
  const key = 'a key for tests that is long enough ';
  const unlimited = { max: 10_000, windowMs: 60_000 };
  return {
    version: '0.0.0-test',
    installRoot: options.installRoot ?? path.resolve(import.meta.dirname, '../..'),
    dataDir,
    appTitle: 'Parley under test',
    logLevel: options.logLevel ?? 'silent',
    http: { host: '127.0.0.1', port: 0, trustProxy: 0 },
    publicUrl: 'http://localhost:3080',
    actions: { allowedAddresses: ['127.0.0.1'] },
    mcp: {
      servers: [],
      forAdmins: { use: false, create: false },
      allowedAddresses: [],
      environment: {},
      ...options.mcp,
    },
    secrets: { accessTokenKey: `${key}1`, refreshTokenKey: `${key}2`, credentialsKey: `${key}3` },
    auth: {
      accessTokenMs: 15 * 60_000,
      refreshTokenMs: 60 * 60_000,
      allowRegistration: true,
      loginLimit: unlimited,
      registerLimit: unlimited,
      ...options.auth,
    },
    gateway: {
      enabled: options.gateway ?? true,
      host: '127.0.0.1',
      port: gatewayPort,
      configFile: path.join(dataDir, 'gateway.yaml'),
      environment: { OLLAMA_ENDPOINT: 'off', GUIDE_TOKEN_DELAY_MS: '0', ...options.environment },
    },
    ...(options.redisUri === undefined ? {} : { redisUri: options.redisUri }),
    ...(options.mongoUri === undefined ? {} : { mongoUri: options.mongoUri }),
    files: { kind: options.mongoUri === undefined ? 'local' : 'gridfs' },
    ...(options.code === undefined ? {} : { code: options.code }),
    ...(options.answerers === undefined ? {} : { answerers: options.answerers }),
    ...(options.prompts === undefined ? {} : { prompts: options.prompts }),
    ...(options.sharedLinks === undefined ? {} : { sharedLinks: options.sharedLinks }),
    ...(options.sharedChats === undefined ? {} : { sharedChats: options.sharedChats }),
    ...(options.feedback === undefined ? {} : { feedback: options.feedback }),
    endpoints: options.endpoints ?? [
      {
        name: 'Parley',
        label: 'Parley',
        type: 'custom',
        baseUrl: `http://127.0.0.1:${gatewayPort}/v1`,
        apiKey: 'parley',
        models: { default: ['chat-fast', 'chat-quality'], fetch: false },
        headers: {},
        titleConvo: false,
      },
    ],
  };
}
