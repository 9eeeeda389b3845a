import type { ClientOptions, Transport, VersionNegotiationMode } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/client';
import type { McpServerInfo } from '../core/mcp-hub.ts';
import type { McpLimits } from '../core/mcp-limits.ts';
import type { McpError } from '../core/mcp-error.ts';
import { answerQuestions } from './answer-questions.ts';
import { callScopes } from './call-scope.ts';
import type { CallScope } from './call-scope.ts';
import type { Connection, ConnectionListener } from './connection.ts';
import { followLists } from './follow-lists.ts';
import { watchTransport } from './watch-transport.ts';

interface OpenClientOptions {
  readonly inner: Transport;
  readonly exchangesEach: boolean;
  readonly mode: VersionNegotiationMode;
  readonly isShared: boolean;
  readonly clientInfo: { readonly name: string; readonly version: string };
  readonly showsApps: boolean;
  readonly limits: McpLimits;
  readonly timeoutMs: number;
  readonly listener: ConnectionListener;
  /** Says goodbye on the wire where the protocol has a word for it. */
  readonly farewell?: () => Promise<void>;
}

const longestInstructions = 32 * 1024;
const longestName = 200;

/** MCP Apps: what a host that shows them can show. */
const extensions = { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html;profile=mcp-app'] } };
const capabilities = { sampling: {}, elicitation: { form: { applyDefaults: true }, url: {} } };

/** Schemas of servers are not run in this process, where one could hang everything: what a tool returns is passed on. */
const neverAsked: NonNullable<ClientOptions['jsonSchemaValidator']> = {
  getValidator: () => () => ({ valid: false, data: undefined, errorMessage: 'Results are not validated here.' }),
};

/** Shakes hands over a transport and gives the connection, or throws what the SDK threw with the transport closed. */
export async function openClient(options: OpenClientOptions, signal: AbortSignal): Promise<Connection> {
  const { inner, exchangesEach, mode, isShared, clientInfo, showsApps, limits, timeoutMs, listener, farewell } =
    options;
  const scopes = new Set<CallScope>();
  let lostWith: McpError | undefined;
  let isOpen = false;
  let isClosing = false;

  const client = new Client(clientInfo, {
    capabilities: { ...capabilities, ...(showsApps && { extensions }) },
    versionNegotiation: { mode, probe: { timeoutMs: timeoutMs / 2 } },
    inputRequired: { maxRounds: limits.inputRounds },
    jsonSchemaValidator: neverAsked,
  });
  answerQuestions(client, (question) => onlyScope([...scopes].filter((scope) => scope[question] !== undefined)));

  const transport = watchTransport({
    inner,
    exchangesEach,
    mostUnasked: limits.unaskedMessages,
    onLost: (error) => {
      lostWith ??= error;
      for (const scope of scopes) scope.failure ??= error;
      void client.close();
    },
  });

  function onlyScope(candidates: CallScope[]): CallScope | undefined {
    return candidates.length > 1 && isShared ? undefined : candidates.at(-1);
  }

  const following = followLists(client, (lists) => isOpen && listener.listChanged(lists));
  Object.assign(client, {
    onclose: () => {
      following.stop();
      if (isOpen && !isClosing) listener.lost();
      isOpen = false;
    },
  } satisfies Pick<Client, 'onclose'>);

  const close = async (): Promise<void> => {
    isClosing = true;
    following.stop();
    if (isOpen) await farewell?.();
    await client.close();
    await inner.close();
  };

  try {
    // What the connection does by itself belongs to no call, not even to the one it is opened for.
    await callScopes.run(undefined, () =>
      withSignal(client.connect(transport, { timeout: timeoutMs, signal }), signal),
    );
  } catch (error) {
    await close();
    throw lostWith ?? error;
  }
  isOpen = true;
  callScopes.run(undefined, () => following.start());
  return { client, info: readInfo(client), scopes, close };
}

/** Settles with the promise, or rejects when the signal ends: some waits of the SDK do not know signals. */
async function withSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function readInfo(client: Client): McpServerInfo {
  const { name = '', title, version = '' } = client.getServerVersion() ?? {};
  const instructions = client.getInstructions()?.slice(0, longestInstructions);
  const offered = client.getServerCapabilities();
  return {
    name: name.slice(0, longestName),
    version: version.slice(0, longestName),
    revision: client.getNegotiatedProtocolVersion() ?? '',
    ...(title !== undefined && { title: title.slice(0, longestName) }),
    ...(instructions !== undefined && instructions !== '' && { instructions }),
    capabilities: {
      tools: offered?.tools !== undefined,
      resources: offered?.resources !== undefined,
      prompts: offered?.prompts !== undefined,
      completions: offered?.completions !== undefined,
      logging: offered?.logging !== undefined,
    },
  };
}
