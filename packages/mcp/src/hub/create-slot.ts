import { ProtocolError, SdkHttpError } from '@modelcontextprotocol/client';
import type { Connection, ListName } from '../connect/connection.ts';
import { openConnection } from '../connect/open-connection.ts';
import type { ConnectOptions } from '../connect/open-connection.ts';
import { signInAnswer } from '../connect/sign-in-answer.ts';
import { McpError } from '../core/mcp-error.ts';
import type { McpStatus } from '../core/mcp-hub.ts';
import type { McpTarget } from '../core/mcp-server.ts';
import { createHealth } from './create-health.ts';
import { createSharedTask } from './create-shared-task.ts';

interface SlotOptions {
  readonly target: McpTarget;
  readonly connect: ConnectOptions;
  readonly now: () => number;
  /** Waits until there is room for one more connection, or throws. */
  readonly makeRoom: () => Promise<void>;
  readonly onStatus: () => void;
  readonly onListsChanged: (lists: readonly ListName[]) => void;
}

/** One (server, holder, definition): at most one connection that new work goes to, and how it has been doing. */
export interface Slot {
  readonly target: McpTarget;
  readonly isOpen: boolean;
  readonly isConnecting: boolean;
  /** Nothing runs on it. */
  readonly isUnused: boolean;
  readonly lastUsed: number;
  status(): McpStatus;
  /** Runs something on an open connection, connecting first when there is none. */
  use<T>(signal: AbortSignal, operation: (connection: Connection) => Promise<T>): Promise<T>;
  /** Connects even while the server is left alone. */
  connectNow(signal: AbortSignal): Promise<Connection>;
  /** What was done on the connection says that it is no use; the next one opens another. */
  failed(error: McpError): void;
  /** Closes the connection and keeps the rest. */
  rest(): Promise<void>;
  /** For good: what runs ends, and nothing begins. */
  close(): Promise<void>;
}

interface Lease {
  readonly connection: Connection;
  readonly openedAt: number;
  users: number;
  isRetired: boolean;
}

/** A slot without a connection. */
export function createSlot({ target, connect, now, makeRoom, onStatus, onListsChanged }: SlotOptions): Slot {
  const { server, holder } = target;
  const { log, limits, signIn } = connect;
  const health = createHealth(now, limits);
  const closings = new Set<Promise<void>>();
  let lease: Lease | undefined;
  let lastUsed = now();
  let isClosed = false;
  const connecting = createSharedTask(open, cancelled, onStatus);

  async function open(signal: AbortSignal): Promise<Lease> {
    onStatus();
    let opened: Lease | undefined;
    const lost = (): void => {
      if (opened === undefined) return;
      if (lease === opened) health.lost(now() - opened.openedAt);
      log('warn', 'MCP connection lost', { serverId: server.id, holder });
      retire(opened);
      onStatus();
    };
    try {
      await makeRoom();
      const connection = await openConnection(target, connect, { lost, listChanged: onListsChanged }, signal);
      opened = { connection, openedAt: now(), users: 0, isRetired: false };
      if (isClosed || signal.aborted) {
        retire(opened);
        throw cancelled();
      }
      lease = opened;
      health.succeeded();
      log('info', 'MCP connection opened', { serverId: server.id, holder, revision: connection.info.revision });
      return opened;
    } catch (error) {
      if (!(error instanceof McpError)) throw error;
      health.failed(error);
      if (error.code !== 'cancelled')
        log('warn', 'MCP connection failed', { serverId: server.id, holder, code: error.code });
      throw error;
    }
  }

  async function acquire(signal: AbortSignal): Promise<Lease> {
    if (isClosed) throw new McpError('connection-lost', 'The connection was closed.', { retryable: true });
    if (lease !== undefined) return lease;
    health.check();
    if (health.needsSignIn && signIn !== undefined) {
      const token = await signInAnswer(signIn.token(target, signal));
      if (token === undefined) throw new McpError('sign-in-needed', 'Sign in to use this server.');
    }
    return await connecting.join(signal);
  }

  function retire(retired: Lease): void {
    retired.isRetired = true;
    if (lease === retired) lease = undefined;
    if (retired.users === 0) void end(retired);
  }

  async function end({ connection }: Lease): Promise<void> {
    const closing = connection.close().catch((error: unknown) => {
      log('warn', 'MCP connection did not close cleanly', { serverId: server.id, reason: String(error) });
    });
    closings.add(closing);
    await closing;
    closings.delete(closing);
  }

  async function useOnce<T>(signal: AbortSignal, operation: (connection: Connection) => Promise<T>): Promise<T> {
    let held = await acquire(signal);
    // It may have been closed to make room before we got to use it.
    if (held.isRetired) held = await acquire(signal);
    held.users += 1;
    lastUsed = now();
    try {
      const result = await operation(held.connection);
      if (health.needsSignIn) health.succeeded();
      return result;
    } catch (error) {
      if (error instanceof McpError) noteFailure(error, held);
      throw error;
    } finally {
      held.users -= 1;
      lastUsed = now();
      if (held.isRetired && held.users === 0) void end(held);
    }
  }

  function noteFailure(error: McpError, held: Lease): void {
    if (error.code === 'sign-in-needed' || error.code === 'insufficient-scope') {
      health.failed(error);
      onStatus();
    }
    if (error.code === 'connection-lost' || error.code === 'unreachable' || forgotSession(error, held)) {
      retire(held);
      onStatus();
    }
  }

  return {
    target,
    get isOpen() {
      return lease !== undefined;
    },
    get isConnecting() {
      return connecting.isRunning;
    },
    get isUnused() {
      return !connecting.isRunning && (lease === undefined || lease.users === 0);
    },
    get lastUsed() {
      return lastUsed;
    },
    status() {
      if (lease !== undefined && !health.needsSignIn) return { state: 'connected' };
      if (connecting.isRunning) return { state: 'connecting' };
      if (health.needsSignIn) return { state: 'sign-in-needed' };
      if (health.failure === undefined) return { state: 'idle' };
      const { error, retryAt } = health.failure;
      return { state: 'failing', code: error.code, message: error.message, retryAt: new Date(retryAt) };
    },
    async use(signal, operation) {
      const held = lease;
      try {
        return await useOnce(signal, operation);
      } catch (error) {
        if (!(error instanceof McpError) || held === undefined || !forgotSession(error, held)) throw error;
        return await useOnce(signal, operation);
      }
    },
    async connectNow(signal) {
      if (isClosed) throw new McpError('connection-lost', 'The connection was closed.', { retryable: true });
      return (lease ?? (await connecting.join(signal))).connection;
    },
    failed(error) {
      health.failed(error);
      if (lease !== undefined) retire(lease);
      onStatus();
    },
    async rest() {
      if (lease !== undefined) retire(lease);
      await Promise.all(closings);
      onStatus();
    },
    async close() {
      isClosed = true;
      connecting.abort(cancelled());
      const held = lease;
      lease = undefined;
      if (held !== undefined) {
        held.isRetired = true;
        await end(held);
      }
      await Promise.all(closings);
    },
  };
}

function cancelled(): McpError {
  return new McpError('cancelled', 'Connecting was cancelled.', { retryable: true });
}

/** Whether a server of the 2025 era no longer knows our session: it did nothing, and a new session may do it. */
function forgotSession(error: McpError, { connection }: Lease): boolean {
  const { cause } = error;
  if (connection.client.transport?.sessionId === undefined || cause instanceof ProtocolError) return false;
  return cause instanceof SdkHttpError && (cause.status === 404 || cause.status === 400);
}
