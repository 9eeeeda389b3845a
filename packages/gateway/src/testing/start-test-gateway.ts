import OpenAI from 'openai';
import { Agent } from 'undici';
import { configFromEnvironment } from '../config/config-from-environment.ts';
import type { GatewayConfig } from '../core/gateway-config.ts';
import { createGateway } from '../core/create-gateway.ts';
import type { Gateway } from '../core/gateway.ts';
import type { GuideDocument } from '../dialects/guide/guide-document.ts';
import type { RecordingStore } from '../recordings/recording-log.ts';
import { startGatewayServer } from '../server/start-gateway-server.ts';

export interface TestGateway {
  readonly gateway: Gateway;
  readonly url: string;
  readonly openai: OpenAI;
  /** Upstream connections that serve a call at this moment, over all pools. */
  running(): number;
  readonly logged: string[];
  post(body: unknown, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** A gateway on a free port of loopback, configured by environment variables as an operator would. */
export async function startTestGateway(
  variables: Record<string, string>,
  guideDocuments: readonly GuideDocument[] = [],
  recordings?: RecordingStore,
  overrides: Partial<GatewayConfig> = {},
): Promise<TestGateway> {
  const fromVariables = configFromEnvironment(
    { OLLAMA_ENDPOINT: 'off', GUIDE_TOKEN_DELAY_MS: '0', ...variables },
    { guideDocuments },
  );
  const config = { ...fromVariables, ...overrides };
  const logged: string[] = [];
  const note = (fields: object, message: string): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const dispatcher = new Agent({ allowH2: false });
  const gateway = createGateway({
    config,
    dispatcher,
    log: { info: note, warn: note, error: note },
    ...(recordings && { recordings }),
  });
  const server = await startGatewayServer({ gateway, host: '127.0.0.1', port: 0 });
  return {
    gateway,
    url: server.url,
    openai: new OpenAI({ apiKey: 'any', baseURL: `${server.url}/v1`, maxRetries: 0 }),
    logged,
    running: () => Object.values(dispatcher.stats).reduce((sum, { running }) => sum + running, 0),
    post: (body, init) =>
      fetch(`${server.url}/v1/chat/completions`, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
      }),
    close: async () => {
      await server.close(0);
      await gateway.close();
    },
  };
}
