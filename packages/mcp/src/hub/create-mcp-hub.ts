import type { RequestOptions } from '@modelcontextprotocol/client';
import type { ConnectOptions } from '../connect/open-connection.ts';
import type { Connection, ListName } from '../connect/connection.ts';
import { McpError } from '../core/mcp-error.ts';
import type { McpHub } from '../core/mcp-hub.ts';
import { defaultLimits } from '../core/mcp-limits.ts';
import type { McpLimits } from '../core/mcp-limits.ts';
import type { McpLog } from '../core/mcp-log.ts';
import type { McpTarget } from '../core/mcp-server.ts';
import type { McpSignIn } from '../oauth/mcp-sign-in.ts';
import { complete, getPrompt, readResource } from '../requests/read-server.ts';
import { runRequest } from '../requests/run-request.ts';
import { createServerLists } from './create-server-lists.ts';
import type { ServerLists } from './create-server-lists.ts';
import { createSlot } from './create-slot.ts';
import type { Slot } from './create-slot.ts';
import { callListedTool } from './call-listed-tool.ts';
import { targetKey } from './target-key.ts';

/** What a hub is made of. */
export interface McpHubOptions {
  /** The only way to the network; guards against addresses that must not be asked. */
  readonly fetch: typeof fetch;
  /** Absent: no server gets a token. */
  readonly signIn?: McpSignIn;
  readonly clientInfo: { readonly name: string; readonly version: string };
  /** Whether the pages of apps (MCP Apps) can be shown, which servers are told; not so unless said. */
  readonly showsApps?: boolean;
  /** Of this, stdio servers see PATH, HOME and LANG, besides what their definitions name. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly log: McpLog;
  readonly limits?: Partial<McpLimits>;
}

interface Place {
  readonly slot: Slot;
  readonly lists: ServerLists;
}

const inherited = ['PATH', 'HOME', 'LANG'];
const longestSweepMs = 30_000;
/** Lists are kept of so many more servers than connections may be open. */
const placesPerConnection = 4;

/** A hub without connections. */
export function createMcpHub(options: McpHubOptions): McpHub {
  const { now } = options;
  const limits: McpLimits = { ...defaultLimits, ...options.limits };
  const connect: ConnectOptions = {
    fetch: options.fetch,
    signIn: options.signIn,
    clientInfo: options.clientInfo,
    showsApps: options.showsApps ?? false,
    environment: Object.fromEntries(
      inherited.flatMap((name) => {
        const value = options.environment[name];
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    limits,
    log: options.log,
  };
  const places = new Map<string, Place>();
  const listeners = new Set<(serverId: string, holder: string) => void>();
  let sweepTimer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function placeFor(target: McpTarget): Place {
    if (isClosed) throw new McpError('connection-lost', 'The connections are closed.');
    const key = targetKey(target);
    const found = places.get(key);
    if (found !== undefined) {
      // The order of the map is the order of use.
      places.delete(key);
      places.set(key, found);
      return found;
    }
    const changed = (): void => {
      for (const listener of listeners) listener(target.server.id, target.holder);
    };
    const slot = createSlot({
      target,
      connect,
      now,
      makeRoom,
      onStatus: () => {
        sweepLater();
        changed();
      },
      onListsChanged: (names: readonly ListName[]) => {
        if (lists.markStale(names)) changed();
      },
    });
    const lists = createServerLists({ slot, limits, now, onChanged: changed });
    const place = { slot, lists };
    places.set(key, place);
    forgetUnused();
    return place;
  }

  function forgetUnused(): void {
    for (const [key, { slot }] of places) {
      if (places.size <= limits.connections * placesPerConnection) return;
      if (!slot.isOpen && slot.isUnused) places.delete(key);
    }
  }

  async function makeRoom(): Promise<void> {
    const busy = [...places.values()]
      .map(({ slot }) => slot)
      .filter(({ isOpen, isConnecting }) => isOpen || isConnecting);
    // The one that asks is connecting.
    if (busy.length <= limits.connections) return;
    const longestUnused = busy.find(({ isUnused }) => isUnused);
    if (longestUnused === undefined) {
      throw new McpError('backing-off', 'Too many servers are in use at once. Try again soon.', { retryable: true });
    }
    await longestUnused.rest();
  }

  function sweepLater(): void {
    if (sweepTimer !== undefined || isClosed) return;
    sweepTimer = setTimeout(sweep, Math.min(limits.idleMs, longestSweepMs));
    sweepTimer.unref();
  }

  function sweep(): void {
    sweepTimer = undefined;
    for (const { slot } of places.values()) {
      if (slot.isOpen && slot.isUnused && now() - slot.lastUsed >= limits.idleMs) void slot.rest();
    }
    if ([...places.values()].some(({ slot }) => slot.isOpen)) sweepLater();
  }

  async function request<T>(
    target: McpTarget,
    signal: AbortSignal,
    operation: (connection: Connection, options: RequestOptions) => Promise<T>,
  ): Promise<T> {
    const timeoutMs = target.server.callTimeoutMs;
    return await placeFor(target).slot.use(signal, (connection) =>
      runRequest({ connection, timeoutMs, signal }, (requestOptions) => operation(connection, requestOptions)),
    );
  }

  return {
    tools: async (target, signal) => await placeFor(target).lists.get('tools', signal),
    knownTools: (target) => places.get(targetKey(target))?.lists.known('tools'),
    resources: async (target, signal) => await placeFor(target).lists.get('resources', signal),
    resourceTemplates: async (target, signal) => await placeFor(target).lists.get('templates', signal),
    prompts: async (target, signal) => await placeFor(target).lists.get('prompts', signal),
    callTool: async (target, call, signal) => await callListedTool({ ...placeFor(target), limits }, call, signal),
    readResource: async (target, uri, signal) =>
      await request(target, signal, (connection, requestOptions) => readResource(connection, uri, requestOptions)),
    getPrompt: async (target, name, given, signal) =>
      await request(target, signal, (connection, requestOptions) => getPrompt(connection, name, given, requestOptions)),
    complete: async (target, wanted, signal) =>
      await request(target, signal, (connection, requestOptions) => complete(connection, wanted, requestOptions)),
    status: (target) => places.get(targetKey(target))?.slot.status() ?? { state: 'idle' },
    connect: async (target, signal) => {
      const { slot } = placeFor(target);
      if (slot.isOpen && slot.isUnused) await slot.rest();
      return (await slot.connectNow(signal)).info;
    },
    async disconnect(serverId, holder) {
      const ended = [...places].filter(
        ([, { slot }]) => slot.target.server.id === serverId && (holder === undefined || slot.target.holder === holder),
      );
      for (const [key] of ended) places.delete(key);
      await Promise.all(ended.map(([, { slot }]) => slot.close()));
      for (const ownHolder of new Set(ended.map(([, { slot }]) => slot.target.holder))) {
        for (const listener of listeners) listener(serverId, ownHolder);
      }
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      isClosed = true;
      clearTimeout(sweepTimer);
      const all = [...places.values()];
      places.clear();
      await Promise.all(all.map(({ slot }) => slot.close()));
      listeners.clear();
    },
  };
}
