import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A gateway in a process of its own, in front of one provider whose models are called `openai/…`. */
export interface GatewayProcess {
  /** Its base URL, which stays. */
  readonly baseUrl: string;
  /** Ends it with SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again at the same address; it has forgotten everything. */
  restart(): Promise<void>;
}

const cli = path.join(import.meta.dirname, '../../../../packages/gateway/src/cli.ts');

/** Starts one for the provider at a base URL. */
export async function startGatewayProcess(providerUrl: string): Promise<GatewayProcess> {
  let child: ChildProcess;

  async function begin(port: string): Promise<string> {
    const gateway = spawn(process.execPath, [cli, 'start', '--port', port], {
      cwd: import.meta.dirname,
      env: { OLLAMA_ENDPOINT: 'off', OPENAI_API_KEY: 'scripted', OPENAI_BASE_URL: providerUrl },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child = gateway;
    for await (const line of createInterface(gateway.stdout)) {
      const url = /http:\S+\/v1$/.exec(line)?.[0];
      if (url === undefined) continue;
      // Nobody reads on; a full pipe would stop it.
      gateway.stdout.resume();
      return url;
    }
    throw new Error('The gateway ended before it was ready.');
  }

  const baseUrl = await begin('0');
  return {
    baseUrl,
    async kill() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    async restart() {
      await begin(new URL(baseUrl).port);
    },
  };
}
