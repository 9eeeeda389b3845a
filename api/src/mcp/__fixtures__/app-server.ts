import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { startLoopback } from './loopback.ts';

const appType = 'text/html;profile=mcp-app';
const csp = { resourceDomains: ['https://cdn.example.com', 'https://evil.example'], connectDomains: ['https://API.example.com/'] };

type Page = { readonly mimeType: string; readonly _meta?: Record<string, unknown> } & (
  | { readonly text: string }
  | { readonly blob: string }
);

/** Pages of apps by their address: good ones, and such that must not be shown. */
const pages: Readonly<Record<string, Page>> = {
  'ui://apps/board': { mimeType: appType, text: '<p>Board</p>', _meta: { ui: { csp } } },
  'ui://apps/encoded': { mimeType: 'Text/HTML; profile="mcp-app"', blob: Buffer.from('<p>Grüße</p>').toString('base64') },
  'ui://apps/plain': { mimeType: 'text/html', text: '<p>Plain</p>' },
  'ui://apps/large': { mimeType: appType, text: 'x'.repeat(5_000_000) },
  'ui://apps/odd-meta': { mimeType: appType, text: '<p>Odd</p>', _meta: { ui: { csp: { resourceDomains: 7 } } } },
};

/** An MCP server that has pages for apps, and a page that never comes. Close it in `afterAll`. */
export async function startAppServer() {
  const never = new Promise<never>(() => undefined);
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'apps', version: '1.0.0' });
    for (const [uri, page] of Object.entries(pages)) {
      server.registerResource(uri, uri, {}, () => ({ contents: [{ uri, ...page }] }));
    }
    server.registerResource('slow', 'ui://apps/slow', {}, () => never);
    return server;
  });
  const answer = toNodeHandler(handler);
  const loopback = await startLoopback(() => (request, response) => {
    const { method = 'GET', url = '/' } = request;
    void answer(Object.assign(request, { method, url }), response);
  });
  return {
    url: `${loopback.origin}/mcp`,
    async close() {
      await handler.close();
      await loopback.close();
    },
  };
}
