import { readFileSync } from 'node:fs';
import { defaultModelSettings } from '../config/default-settings.ts';
import type { Dialect } from '../core/model-request.ts';
import { startScriptedUpstream } from './scripted-upstream.ts';
import type { ScriptedUpstream, UpstreamScript } from './scripted-upstream.ts';
import { startTestGateway } from './start-test-gateway.ts';
import type { TestGateway } from './start-test-gateway.ts';

/** The recorded answer `name` of a dialect that streams server-sent events. */
export function recordedStream(dialect: Dialect, name: string): Buffer {
  return readFileSync(new URL(`../dialects/${dialect}/__fixtures__/${name}.sse`, import.meta.url));
}

/** Streams the recorded answer of `dialect` that the model is called like. */
export function playStories(dialect: Dialect): UpstreamScript {
  return ({ body, response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(recordedStream(dialect, JSON.parse(body).model));
  };
}

/** A gateway before one provider called `up`, at `baseUrl`, whose key is `upstream-key`. */
function startGatewayBefore(dialect: Dialect, baseUrl: string): Promise<TestGateway> {
  const timeouts = { connect: 2000, headers: 5000, content: 5000, idle: 5000 };
  const common = { presence: 'configured', preferred: {}, isPreferenceExplicit: true } as const;
  return startTestGateway({}, [], undefined, {
    providers: [{ name: 'up', label: 'Upstream', dialect, baseUrl, keys: ['upstream-key'], timeouts, ...common }],
    modelDefaults: { ...defaultModelSettings, fallback: false },
  });
}

export interface DialectGateway {
  readonly gateway: TestGateway;
  readonly upstream: ScriptedUpstream;
  /** What the upstream was asked last. */
  lastBody(): ReturnType<typeof JSON.parse>;
  close(): Promise<void>;
}

/** A gateway before an upstream of `dialect` that plays its recorded answers, or as `script` says. */
export async function startDialectGateway(
  dialect: Dialect,
  script: UpstreamScript = playStories(dialect),
): Promise<DialectGateway> {
  const upstream = await startScriptedUpstream(script);
  const gateway = await startGatewayBefore(dialect, upstream.baseUrl);
  return {
    gateway,
    upstream,
    lastBody: () => JSON.parse(upstream.exchanges.at(-1)?.body ?? '{}'),
    close: async () => {
      await gateway.close();
      await upstream.close();
    },
  };
}
