import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';

/** A program whose tools live, die in the middle of a call, or never come to an end. */
const server = new McpServer({ name: 'dying', version: '1.0.0' });
server.registerTool('live', {}, () => ({ content: [{ type: 'text', text: 'alive' }] }));
server.registerTool('die', {}, () => process.exit(1));
server.registerTool('wait', {}, () => new Promise(() => undefined));
await server.connect(new StdioServerTransport());
