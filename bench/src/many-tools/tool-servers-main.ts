import { once } from 'node:events';
import { createServer } from 'node:http';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';

/** Serves MCP servers with so many tools each at `/<number>`, and one that never answers at `/silent`; prints the port. Arguments: tools of each server. */
const [toolCount = '50'] = process.argv.slice(2);

const inputSchema = fromJsonSchema({
  type: 'object',
  properties: {
    query: { type: 'string', description: 'What to look for, in plain words.' },
    limit: { type: 'integer', minimum: 1, maximum: 100, description: 'How many results at most.' },
    filter: {
      type: 'object',
      properties: { before: { type: 'string', format: 'date' }, owner: { type: 'string' } },
      additionalProperties: false,
    },
  },
  required: ['query'],
});

function makeServer(name: string): McpServer {
  const server = new McpServer({ name, version: '1.0.0' });
  for (let index = 0; index < Number(toolCount); index += 1) {
    server.registerTool(
      `tool_${index}`,
      {
        description: `Tool ${index} of ${name}: looks up records and answers them as text, newest first, page by page.`,
        inputSchema,
        annotations: { readOnlyHint: true },
      },
      () => ({ content: [{ type: 'text', text: 'done' }] }),
    );
  }
  return server;
}

const listener = createServer((request, response) => {
  // One that takes requests and never answers.
  if (request.url === '/silent') return;
  const transport = new NodeStreamableHTTPServerTransport();
  response.once('close', () => void transport.close());
  void makeServer(`server${request.url?.replaceAll(/\D/g, '') ?? ''}`)
    .connect(transport)
    .then(() => transport.handleRequest(request, response));
});
listener.listen(0, '127.0.0.1');
await once(listener, 'listening');
const address = listener.address();
process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
