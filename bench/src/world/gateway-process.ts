import path from 'node:path';
import { freePort } from './free-port.ts';
import { installRoot } from './install-root.ts';
import { runProcess } from './run-process.ts';
import { answers, untilReady } from './until-ready.ts';

/** `parley-gateway` as a process of its own. */
export interface GatewayProcess {
  /** Base URL with `/v1`. */
  readonly url: string;
  output(): string;
  end(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port, with the same folder. */
  start(): Promise<void>;
}

interface GatewayOptions {
  readonly folder: string;
  /** Of the one provider behind it. */
  readonly providerUrl: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** The variables that lead a gateway to the scripted provider. */
export function gatewayVariables(providerUrl: string): Record<string, string> {
  return {
    OPENAI_REVERSE_PROXY: providerUrl,
    OPENAI_API_KEY: 'scripted',
    OPENAI_MODEL: 'scripted-1',
    OLLAMA_ENDPOINT: 'off',
  };
}

export async function startGatewayProcess({ folder, providerUrl, variables }: GatewayOptions): Promise<GatewayProcess> {
  const port = await freePort();
  const cli = path.join(installRoot, 'packages/gateway/src/cli.ts');
  const environment = { ...gatewayVariables(providerUrl), PARLEY_DATA_DIR: folder, ...variables };

  async function start() {
    const parameters = [cli, 'start', '--port', String(port)];
    const started = runProcess(process.execPath, parameters, { folder, variables: environment });
    await untilReady(started, 'The gateway', () => answers(`http://127.0.0.1:${port}/health`));
    return started;
  }

  let running = await start();
  return {
    url: `http://127.0.0.1:${port}/v1`,
    output: () => running.output(),
    end: (signal) => running.end(signal),
    async start() {
      running = await start();
    },
  };
}
