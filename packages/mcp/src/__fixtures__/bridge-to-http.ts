import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

export interface Bridge {
  readonly url: string;
  close(): Promise<void>;
}

/** Puts a program that speaks MCP over stdio behind Streamable HTTP, message by message: one session of the older era. */
export async function bridgeToHttp(args: readonly string[], env: Record<string, string> = {}): Promise<Bridge> {
  const program = new StdioClientTransport({
    command: process.execPath,
    args: [...args],
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stderr: 'ignore',
  });
  const face = new StreamableHTTPServerTransport({ sessionIdGenerator: () => randomUUID() });
  Object.assign(program, { onmessage: (message: JSONRPCMessage) => void face.send(message) });
  Object.assign(face, { onmessage: (message: JSONRPCMessage) => void program.send(message) });
  await program.start();
  const server = createServer((request, response) => void face.handleRequest(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/mcp`,
    async close() {
      await face.close();
      await program.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
