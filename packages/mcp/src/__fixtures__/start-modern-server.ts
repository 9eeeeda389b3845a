import type { IncomingMessage } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import type { NodeIncomingMessageLike } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { startLoopbackServer } from '../oauth/__fixtures__/start-loopback-server.ts';
import { createModernServer } from './create-modern-server.ts';

/** A server of the 2026 era, written on the official SDK, that asks its questions by `input_required`. */
export interface ModernServer {
  readonly url: string;
  /** Requests for lists of tools so far. */
  readonly listings: () => number;
  /** Adds a tool `added` and tells who listens. */
  addTool(): void;
  close(): Promise<void>;
}

/** The request is what the adapter wants, which its type for strict optional properties does not say. */
function isNodeRequest(request: IncomingMessage): request is IncomingMessage & NodeIncomingMessageLike {
  return request.url !== undefined;
}

/** Starts it on a free port. */
export async function startModernServer(): Promise<ModernServer> {
  const http = await startLoopbackServer();
  let listings = 0;
  let hasAdded = false;

  const handler = createMcpHandler(() => createModernServer({ hasAdded }), { legacy: 'reject' });
  const answer = toNodeHandler(handler);
  http.answer((request, response) => {
    if (request.headers['mcp-method'] === 'tools/list') listings += 1;
    if (isNodeRequest(request)) void answer(request, response);
  });
  return {
    url: `${http.origin}/mcp`,
    listings: () => listings,
    addTool() {
      hasAdded = true;
      handler.notify.toolsChanged();
    },
    async close() {
      await handler.close();
      await http.close();
    },
  };
}
