import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import type { McpServerConfig } from '../../config/mcp-config.ts';
import { startLoopback } from '../../mcp/__fixtures__/loopback.ts';

interface ManyToolsServer {
  /** As the operator's file would have it. */
  readonly config: McpServerConfig;
  /** `host:port`, as allow-lists name it. */
  readonly host: string;
  close(): Promise<void>;
}

/** An MCP server with 60 tools and two more: `tell_story` says more than a message may hold, `draw` gives a picture. */
export async function startManyToolsServer(): Promise<ManyToolsServer> {
  const handler = createMcpHandler(createServer);
  const answer = toNodeHandler(handler);
  const loopback = await startLoopback(() => (request, response) => {
    const { method = 'GET', url = '/' } = request;
    void answer(Object.assign(request, { method, url }), response);
  });
  return {
    config: {
      name: 'many',
      title: 'Many',
      description: '',
      transport: { type: 'streamable-http', url: `${loopback.origin}/mcp`, headers: {} },
      connectTimeoutMs: 10_000,
      callTimeoutMs: 10_000,
      variables: [],
      auth: 'none',
      inChatMenu: true,
      connectsAtStart: true,
      instructions: false,
    },
    host: loopback.host,
    async close() {
      await handler.close();
      await loopback.close();
    },
  };
}

function createServer(): McpServer {
  const server = new McpServer({ name: 'many', version: '1.0.0' });
  for (let index = 0; index < 60; index += 1) {
    server.registerTool(`tool_${index}`, { description: `Does thing ${index}.` }, () => ({ content: [] }));
  }
  server.registerTool('tell_story', { description: 'Tells a long story.' }, () => ({
    content: [{ type: 'text', text: `Once upon a time. ${'And then. '.repeat(10_000)}The end.` }],
  }));
  server.registerTool('draw', { description: 'Draws.', annotations: { readOnlyHint: true } }, () => ({
    content: [{ type: 'image', mimeType: 'image/png', data: Buffer.from('png').toString('base64') }],
  }));
  return server;
}
