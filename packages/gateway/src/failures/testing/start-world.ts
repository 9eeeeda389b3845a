import { chunk, sendStream, startScriptedUpstream, streamOf } from '../../testing/scripted-upstream.ts';
import type { ScriptedUpstream, UpstreamScript } from '../../testing/scripted-upstream.ts';
import type { Capabilities } from '../../core/provider-strategy.ts';
import { askChat } from './ask-chat.ts';
import type { ChatQuestion, Heard } from './ask-chat.ts';
import { startFailureGateway } from './start-failure-gateway.ts';
import type { FailureGateway, FailureGatewayOptions, FailureTarget } from './start-failure-gateway.ts';
import { refuse } from './upstream-faults.ts';

/** Real upstreams that do as told, and a real gateway in front of them. */
export interface World {
  readonly gateway: FailureGateway;
  /** How often a target was called. */
  readonly calls: (name: string) => number;
  /** Connections that an upstream holds. */
  readonly connections: (name: string) => number;
  readonly ask: (question?: ChatQuestion) => Promise<Heard>;
  close(): Promise<void>;
}

export type WorldOptions = Omit<FailureGatewayOptions, 'targets'> & {
  /** By target. */
  readonly capabilities?: Readonly<Record<string, Capabilities>>;
  readonly providers?: Readonly<Record<string, Omit<FailureTarget, 'baseUrl'>>>;
};

/** Starts a target for each script; they are asked in that order. */
export async function startWorld(
  scripts: Readonly<Record<string, UpstreamScript>>,
  { capabilities = {}, providers = {}, ...options }: WorldOptions = {},
): Promise<World> {
  const upstreams = new Map<string, ScriptedUpstream>();
  for (const [name, script] of Object.entries(scripts)) upstreams.set(name, await startCounting(script));
  const targets = Object.fromEntries(
    [...upstreams].map(([name, { baseUrl }]) => {
      const able = capabilities[name];
      return [name, { baseUrl, ...providers[name], ...(able === undefined ? {} : { capabilities: able }) }];
    }),
  );
  const gateway = await startFailureGateway({ targets, ...options });
  return {
    gateway,
    calls: (name) => upstreams.get(name)?.exchanges.filter(({ request }) => request.method === 'POST').length ?? 0,
    connections: (name) => upstreams.get(name)?.openSockets.size ?? 0,
    ask: (question) => askChat(gateway.url, question),
    close: async () => {
      await gateway.close();
      for (const upstream of upstreams.values()) await upstream.close();
    },
  };
}

function startCounting(script: UpstreamScript): Promise<ScriptedUpstream> {
  return startScriptedUpstream((exchange) => {
    // Lists of models are no calls.
    if (exchange.request.method === 'GET') exchange.response.end('{"data":[]}');
    else script(exchange);
  });
}

/** Answers "All well", streamed or whole, as it is asked. */
export const well: UpstreamScript = ({ response, body }) => {
  if (body.includes('"stream":true')) {
    sendStream(response, streamOf('All ', 'well'));
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      id: 'chatcmpl-9',
      object: 'chat.completion',
      created: 1,
      model: 'up',
      choices: [{ index: 0, message: { role: 'assistant', content: 'All well' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    }),
  );
};

/** The last words of an answer that somebody else began. */
export const saysTheRest: UpstreamScript = ({ response }) => sendStream(response, streamOf('answer.'));

/** Reports many tokens, and then an error before any content. */
export const wasteful: UpstreamScript = ({ response }) =>
  sendStream(
    response,
    `${chunk({ role: 'assistant' })}data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":999}}\n\ndata: {"error":{"message":"no","code":"server_error"}}\n\n`,
  );

/** Refuses requests that begin the answer. */
export const refusesPrefill: UpstreamScript = (exchange) =>
  exchange.body.includes('"assistant"') ? refuse(400, 'prefill_not_supported')(exchange) : well(exchange);
