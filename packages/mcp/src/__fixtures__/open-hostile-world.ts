import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { McpError } from '../core/mcp-error.ts';
import type { McpHub } from '../core/mcp-hub.ts';
import type { McpTarget } from '../core/mcp-server.ts';
import { httpTarget, openHub } from './open-hub.ts';
import { startRawServer } from './start-raw-server.ts';
import type { RawServer } from './start-raw-server.ts';

type More = Parameters<typeof httpTarget>[1];

/** A hub among servers that mean it ill. */
export interface HostileWorld {
  readonly hub: McpHub;
  readonly signal: AbortSignal;
  start(answers: Parameters<typeof startRawServer>[0]): Promise<RawServer>;
  target(server: RawServer, more?: More): McpTarget;
  /** What a call of the server's tool fails with. */
  failureOf(server: RawServer, more?: More): Promise<McpError>;
  /** Whatever happened: another server's calls work, and nothing stays open when the hub is closed. Ends everything. */
  close(): Promise<void>;
}

function target(server: RawServer, more: More = {}): McpTarget {
  return httpTarget(server.url, { id: 'hostile', ...more });
}

export async function openHostileWorld(options: Parameters<typeof openHub>[0] = {}): Promise<HostileWorld> {
  const hub = openHub(options);
  const signal = AbortSignal.timeout(60_000);
  const healthy = await startRawServer();
  const servers = [healthy];

  return {
    hub,
    signal,
    target,
    async start(answers) {
      const server = await startRawServer(answers);
      servers.push(server);
      return server;
    },
    async failureOf(server, more) {
      const used = target(server, more);
      await hub.tools(used, signal);
      try {
        await hub.callTool(used, { name: 'poke', arguments: {} }, signal);
      } catch (error) {
        if (error instanceof McpError) return error;
        throw error;
      }
      throw new Error('The call did not fail.');
    },
    async close() {
      const { content } = await hub.callTool(target(healthy, { id: 'healthy' }), { name: 'poke', arguments: {} }, signal);
      assert.deepEqual(content, [{ type: 'text', text: 'poked' }]);
      await hub.close();
      for (const server of servers) {
        for (let tries = 0; tries < 200 && server.openRequests() > 0; tries += 1) await delay(50);
        assert.equal(server.openRequests(), 0);
        await server.close();
      }
    },
  };
}
