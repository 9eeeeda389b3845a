import type { JSONRPCMessage, RequestId, Transport } from '@modelcontextprotocol/client';
import {
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
} from '@modelcontextprotocol/client';
import { McpError } from '../core/mcp-error.ts';
import { callScopes } from './call-scope.ts';
import type { CallScope } from './call-scope.ts';
import { exchanges } from './exchange.ts';
import type { Exchange } from './exchange.ts';

interface WatchOptions {
  readonly inner: Transport;
  /** Each message has an exchange of its own (Streamable HTTP), which ends when its answer was read. */
  readonly exchangesEach: boolean;
  /** Messages nobody asked for, in ten seconds, before the connection is given up. */
  readonly mostUnasked: number;
  /** The connection is no use any more. */
  readonly onLost: (error: McpError) => void;
}

interface OpenRequest {
  readonly scope: CallScope | undefined;
  readonly exchange: Exchange;
  readonly controller: AbortController;
  /** The SDK waits for the end of this stream itself. */
  readonly endsBySdk: boolean;
}

const windowMs = 10_000;
const streamEndMs = 1000;

/**
 * The transport with what the SDK's leaves open: a request whose stream ends without an answer fails at once, a
 * cancelled one lets go of its socket, answers reach the call they belong to, and a flood ends the connection.
 */
export function watchTransport({ inner, exchangesEach, mostUnasked, onLost }: WatchOptions): Transport {
  const open = new Map<RequestId, OpenRequest>();
  const endings = new Set<NodeJS.Timeout>();
  let unasked = 0;
  let windowStart = performance.now();

  const outer: Transport = {
    ...(inner.hasPerRequestStream !== undefined && { hasPerRequestStream: inner.hasPerRequestStream }),
    // By these two the SDK knows a local pipe, where silence means an old server rather than an outage.
    ...('pid' in inner && { pid: inner.pid, stderr: '' }),
    get sessionId() {
      return inner.sessionId;
    },
    setProtocolVersion: (version) => inner.setProtocolVersion?.(version),
    start: () => inner.start(),
    async close() {
      for (const timer of endings) clearTimeout(timer);
      endings.clear();
      await inner.close();
    },
    async send(message, options) {
      const cancelled = isJSONRPCNotification(message) ? cancelledRequest(message) : undefined;
      try {
        if (isJSONRPCRequest(message)) await sendRequest(message.id, message, options);
        else await exchanges.run(undefined, () => inner.send(message, options));
      } finally {
        if (cancelled !== undefined) letGo(cancelled);
      }
    },
  };

  Object.assign(inner, {
    onclose: () => outer.onclose?.(),
    onerror: (error: Error) => {
      const exchange = exchanges.getStore();
      if (exchange !== undefined && isUnreadable(error)) exchange.failure ??= malformed(error);
      if (error instanceof McpError && error.code === 'too-large') onLost(error);
      else if (exchange === undefined) countUnasked();
      outer.onerror?.(error);
    },
    onmessage: (message: JSONRPCMessage) => {
      if (isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message)) return deliverAnswer(message);
      countUnasked();
      try {
        return outer.onmessage?.(message);
      } catch (error) {
        // Event sources have nobody to throw it to.
        return outer.onerror?.(malformed(error));
      }
    },
  } satisfies Pick<Transport, 'onclose' | 'onerror' | 'onmessage'>);

  async function sendRequest(
    id: RequestId,
    message: JSONRPCMessage,
    options: Parameters<Transport['send']>[1],
  ): Promise<void> {
    const controller = new AbortController();
    const request: OpenRequest = {
      scope: callScopes.getStore(),
      exchange: { streamed: false, failure: undefined },
      controller,
      endsBySdk: options?.onRequestStreamEnd !== undefined,
    };
    open.set(id, request);
    options?.requestSignal?.addEventListener('abort', () => letGo(id), { once: true });
    try {
      await exchanges.run(exchangesEach ? request.exchange : undefined, () =>
        inner.send(message, {
          ...options,
          requestSignal: controller.signal,
          onRequestStreamEnd: () => {
            options?.onRequestStreamEnd?.();
            endUnanswered(id);
          },
        }),
      );
    } catch (error) {
      open.delete(id);
      throw error;
    }
    if (exchangesEach && !request.exchange.streamed && open.has(id)) {
      request.exchange.failure ??= malformed(undefined);
      endUnanswered(id);
    }
  }

  function deliverAnswer(message: JSONRPCMessage & { readonly id?: RequestId | undefined }): void {
    const request = message.id === undefined ? undefined : open.get(message.id);
    if (message.id === undefined || request === undefined) return countUnasked();
    open.delete(message.id);
    if (request.exchange.streamed) endSoon(request.controller);
    // The SDK handles notifications in a microtask: what was said before the answer is heard before it.
    queueMicrotask(() => {
      try {
        callScopes.run(request.scope, () => outer.onmessage?.(message));
      } catch (error) {
        // Nesting without end breaks whoever looks at it.
        fail(request, message.id, malformed(error));
      }
    });
  }

  function endUnanswered(id: RequestId): void {
    const request = open.get(id);
    if (request === undefined) return;
    open.delete(id);
    if (!request.endsBySdk) fail(request, id, request.exchange.failure ?? lostError());
  }

  function fail({ scope }: OpenRequest, id: RequestId | undefined, error: McpError): void {
    if (scope !== undefined) scope.failure ??= error;
    if (id !== undefined) outer.onmessage?.({ jsonrpc: '2.0', id, error: { code: -32000, message: error.message } });
  }

  function letGo(id: RequestId): void {
    open.get(id)?.controller.abort();
    open.delete(id);
  }

  /** The stream of an answered request should end by itself; one that does not is cut. */
  function endSoon(controller: AbortController): void {
    const timer = setTimeout(() => {
      endings.delete(timer);
      controller.abort();
    }, streamEndMs);
    timer.unref();
    endings.add(timer);
  }

  function countUnasked(): void {
    const now = performance.now();
    if (now - windowStart > windowMs) {
      windowStart = now;
      unasked = 0;
    }
    unasked += 1;
    if (unasked === mostUnasked + 1) onLost(new McpError('too-large', 'The server floods us with messages.'));
  }

  return outer;
}

function cancelledRequest(message: JSONRPCMessage): RequestId | undefined {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined;
  const id = message.params?.['requestId'];
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}

function isUnreadable(error: Error): boolean {
  return error instanceof SyntaxError || error.name === 'ZodError' || error.name === '$ZodError';
}

function malformed(cause: unknown): McpError {
  return new McpError('malformed', 'The server’s answer is not a message of the protocol.', {
    mayHaveRun: true,
    cause,
  });
}

function lostError(): McpError {
  return new McpError('connection-lost', 'The server ended the connection before it answered.', {
    retryable: true,
    mayHaveRun: true,
  });
}
