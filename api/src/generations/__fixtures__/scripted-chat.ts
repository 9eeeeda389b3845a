import type { EndpointConfig } from '../../config/app-config.ts';
import { startTestApp } from '../../test-app.ts';
import type { TestApp } from '../../test-app.ts';
import { startScriptedUpstream } from './scripted-upstream.ts';
import type { ScriptedUpstream } from './scripted-upstream.ts';

/** A whole Parley whose one endpoint is a provider that does as its prompts say. */
export interface ScriptedChat {
  readonly app: TestApp;
  readonly upstream: ScriptedUpstream;
  /** Stops both and removes all data. */
  readonly close: () => Promise<void>;
}

/** Starts one. `endpoints` may offer more than the scripted endpoint it is given. Close it in `afterAll`. */
export async function startScriptedChat(
  options: Partial<EndpointConfig> = {},
  endpoints: (scripted: EndpointConfig) => readonly EndpointConfig[] = (scripted) => [scripted],
): Promise<ScriptedChat> {
  const upstream = await startScriptedUpstream(options);
  const app = await startTestApp({ endpoints: endpoints(upstream.endpoint), gateway: false });
  return {
    app,
    upstream,
    async close() {
      await app.close();
      await upstream.close();
    },
  };
}
