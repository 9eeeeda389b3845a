import type { AppConfig } from '../../config/app-config.ts';
import { createTestClient } from '../../test-client.ts';
import type { TestClient } from '../../test-client.ts';
import { startApiProcess } from './start-api-process.ts';
import type { ApiProcess, ApiProcessOptions } from './start-api-process.ts';

/** An api in a process of its own, which its clients find again when another process has taken its place. */
export interface MortalApi extends TestClient, Pick<ApiProcess, 'url' | 'kill'> {
  /** Ends the process, and starts another one. */
  restart(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** Starts an api as `startApiProcess` does. */
export async function startMortalApi(config: AppConfig, options?: ApiProcessOptions): Promise<MortalApi> {
  let api = await startApiProcess(config, options);
  return {
    ...createTestClient(() => api.url),
    get url() {
      return api.url;
    },
    kill: (signal) => api.kill(signal),
    async restart(signal) {
      await api.kill(signal);
      api = await startApiProcess(config, options);
    },
  };
}
