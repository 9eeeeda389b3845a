import type { VersionNegotiationMode } from '@modelcontextprotocol/client';
import {
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  SSEClientTransport,
  SseError,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { McpError } from '../core/mcp-error.ts';
import type { McpLimits } from '../core/mcp-limits.ts';
import type { McpLog } from '../core/mcp-log.ts';
import type { McpHttpTransport, McpServer, McpStdioTransport, McpTarget } from '../core/mcp-server.ts';
import type { McpSignIn } from '../oauth/mcp-sign-in.ts';
import type { Connection, ConnectionListener } from './connection.ts';
import { createHttpFetch } from './create-http-fetch.ts';
import { openClient } from './open-client.ts';
import { createReconnectTimers } from './reconnect-timers.ts';
import { createStdioTransport } from './stdio-transport.ts';
import { translateError } from './translate-error.ts';

/** What every connection of a hub is made with. */
export interface ConnectOptions {
  readonly fetch: typeof fetch;
  readonly signIn: McpSignIn | undefined;
  readonly clientInfo: { readonly name: string; readonly version: string };
  readonly showsApps: boolean;
  /** What stdio servers inherit. */
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: McpLimits;
  readonly log: McpLog;
}

type Attempt = (mode: VersionNegotiationMode) => Promise<Connection>;

const farewellMs = 2000;

/** Opens a connection within the server's deadline, in the newest way it understands; throws `McpError` alone. */
export async function openConnection(
  target: McpTarget,
  options: ConnectOptions,
  listener: ConnectionListener,
  signal: AbortSignal,
): Promise<Connection> {
  const { server } = target;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), server.connectTimeoutMs);
  const either = AbortSignal.any([signal, deadline.signal]);
  const attempts = attemptsFor(target, options, listener, either);
  try {
    return await firstSuccess(attempts, server.revision);
  } catch (error) {
    if (signal.aborted) throw new McpError('cancelled', 'Connecting was cancelled.', { retryable: true });
    if (deadline.signal.aborted) {
      throw new McpError('timed-out', 'The server did not answer in time.', { retryable: true, cause: error });
    }
    throw notRun(translateError(error));
  } finally {
    clearTimeout(timer);
  }
}

function attemptsFor(
  target: McpTarget,
  options: ConnectOptions,
  listener: ConnectionListener,
  signal: AbortSignal,
): { readonly main: Attempt; readonly oldest?: Attempt } {
  const { server, holder } = target;
  const settings = {
    isShared: holder === 'shared',
    clientInfo: options.clientInfo,
    showsApps: options.showsApps,
    limits: options.limits,
    timeoutMs: server.connectTimeoutMs,
    listener,
  };
  const { transport } = server;
  if (transport.type === 'stdio') {
    return { main: (mode) => openStdio(transport, server, options, { ...settings, mode }, signal) };
  }
  const fetch = createHttpFetch({ target, fetch: options.fetch, signIn: options.signIn, limits: options.limits });
  const sse: Attempt = () => openSse(transport, fetch, { ...settings, mode: 'legacy' }, signal);
  if (transport.type === 'sse') return { main: sse };
  return { main: (mode) => openStreamable(transport, fetch, { ...settings, mode }, signal), oldest: sse };
}

/** Newest first: the probe for the 2026 era, the old handshake where the probe broke something, HTTP+SSE at last. */
async function firstSuccess(
  { main, oldest }: { readonly main: Attempt; readonly oldest?: Attempt },
  revision: McpServer['revision'],
): Promise<Connection> {
  if (revision === '2026-07-28') return await main({ pin: revision });
  let failure: unknown;
  for (const mode of revision === '2025-11-25' ? (['legacy'] as const) : (['auto', 'legacy'] as const)) {
    try {
      return await main(mode);
    } catch (error) {
      failure = error;
      if (!(mode === 'auto' && probeBrokeIt(error))) break;
    }
  }
  if (oldest === undefined || !knowsNoPost(failure)) throw failure;
  try {
    return await oldest('legacy');
  } catch {
    // The old way was a guess; how the one that is asked for failed says more.
    throw failure;
  }
}

function probeBrokeIt(error: unknown): boolean {
  if (!(error instanceof SdkError)) return false;
  if (error.code === SdkErrorCode.RequestTimeout) return true;
  if (error.code !== SdkErrorCode.EraNegotiationFailed) return false;
  return error instanceof SdkHttpError || !(error.cause instanceof TypeError || error.cause instanceof McpError);
}

function knowsNoPost(error: unknown): boolean {
  if (!(error instanceof SdkHttpError)) return false;
  return error.status >= 400 && error.status < 500 && ![401, 403, 408, 429].includes(error.status);
}

type ClientSettings = Omit<Parameters<typeof openClient>[0], 'inner' | 'exchangesEach' | 'farewell'>;

async function openStdio(
  program: McpStdioTransport,
  server: McpServer,
  { environment, limits, log }: ConnectOptions,
  settings: ClientSettings,
  signal: AbortSignal,
): Promise<Connection> {
  const inner = createStdioTransport({ program, environment, messageBytes: limits.stdioMessageBytes });
  try {
    return await openClient({ ...settings, inner, exchangesEach: false }, signal);
  } catch (error) {
    log('debug', 'MCP program did not connect', { serverId: server.id, stderr: inner.stderr });
    throw error;
  }
}

async function openStreamable(
  { url, headers }: McpHttpTransport,
  fetch: ReturnType<typeof createHttpFetch>,
  settings: ClientSettings,
  signal: AbortSignal,
): Promise<Connection> {
  const timers = createReconnectTimers();
  const inner = new StreamableHTTPClientTransport(new URL(url), {
    fetch,
    requestInit: { headers: { ...headers } },
    reconnectionScheduler: timers.schedule,
  });
  const farewell = async (): Promise<void> => {
    timers.stop();
    const left = Promise.withResolvers<void>();
    const timer = setTimeout(left.resolve, farewellMs);
    // Whether the server heard it makes no difference to us.
    await Promise.race([inner.terminateSession().catch(() => undefined), left.promise]);
    clearTimeout(timer);
  };
  try {
    return await openClient({ ...settings, inner, exchangesEach: true, farewell }, signal);
  } catch (error) {
    timers.stop();
    throw error;
  }
}

async function openSse(
  { url, headers }: McpHttpTransport,
  fetch: ReturnType<typeof createHttpFetch>,
  settings: ClientSettings,
  signal: AbortSignal,
): Promise<Connection> {
  let failure: unknown;
  const inner = new SSEClientTransport(new URL(url), {
    requestInit: { headers: { ...headers } },
    fetch: async (input, init) => {
      try {
        return await fetch(input, init);
      } catch (error) {
        // The event source keeps the reason to itself.
        failure = error;
        throw error;
      }
    },
  });
  try {
    const connection = await openClient({ ...settings, inner, exchangesEach: false }, signal);
    const { onerror } = inner;
    Object.assign(inner, {
      onerror: (error: Error) => {
        onerror?.(error);
        // A stream that comes back has forgotten the session.
        if (error instanceof SseError) void connection.client.close();
      },
    });
    return connection;
  } catch (error) {
    throw failure ?? error;
  }
}

/** Nothing runs on a server that we are not connected to. */
function notRun({ code, message, retryable, cause }: McpError): McpError {
  return new McpError(code, message, { retryable, ...(cause !== undefined && { cause }) });
}
