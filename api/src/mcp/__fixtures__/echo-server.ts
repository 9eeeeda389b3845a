import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, inputRequired, inputResponse, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { startLoopback } from './loopback.ts';

/** An MCP server on the official SDK that tells who asks. */
export interface EchoServer {
  readonly url: string;
  /** `host:port`, as allow-lists name it. */
  readonly host: string;
  /** Headers of every request so far. */
  readonly requests: readonly IncomingHttpHeaders[];
  close(): Promise<void>;
}

interface EchoOptions {
  /** Answers what is no request for the server itself, or refuses one; returns whether it did. */
  readonly before?: (origin: string) => (...args: Parameters<RequestListener>) => boolean;
}

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

/** Starts it on a free port. Close it in `afterAll`. */
export async function startEchoServer({ before }: EchoOptions = {}): Promise<EchoServer> {
  const requests: IncomingHttpHeaders[] = [];
  const handler = createMcpHandler(({ requestInfo }) => createEcho(requestInfo?.headers ?? new Headers()));
  const answer = toNodeHandler(handler);
  const loopback = await startLoopback((origin) => {
    const isAnswered = before?.(origin);
    return (request, response) => {
      requests.push(request.headers);
      if (isAnswered?.(request, response) === true) return;
      const { method = 'GET', url = '/' } = request;
      void answer(Object.assign(request, { method, url }), response);
    };
  });
  return {
    url: `${loopback.origin}/mcp`,
    host: loopback.host,
    requests,
    async close() {
      await handler.close();
      await loopback.close();
    },
  };
}

function createEcho(headers: Headers): McpServer {
  const server = new McpServer({ name: 'echo', version: '1.2.3' }, { instructions: 'Ask me who you are.' });
  server.registerTool(
    'who',
    { title: 'Who am I?', description: 'Tells what was sent along.', annotations: { readOnlyHint: true } },
    () => text(JSON.stringify(Object.fromEntries(headers))),
  );
  server.registerTool('say', { inputSchema: z.object({ words: z.string() }) }, ({ words }) => text(words));
  server.registerTool('fail', {}, () => ({ ...text('It did not work.'), isError: true }));
  server.registerTool('weather', { outputSchema: z.object({ celsius: z.number() }) }, () => ({
    content: [],
    structuredContent: { celsius: 21 },
  }));
  server.registerTool('show', {}, () => ({
    content: [
      { type: 'text', text: 'Look:' },
      { type: 'image', mimeType: 'image/png', data: Buffer.from('png').toString('base64') },
      { type: 'audio', mimeType: 'audio/wav', data: Buffer.from('wav').toString('base64') },
      { type: 'resource', resource: { uri: 'file:///notes/today.txt', mimeType: 'text/plain', text: 'Buy milk' } },
      {
        type: 'resource',
        resource: {
          uri: 'file:///notes/plan.pdf',
          mimeType: 'application/pdf',
          blob: Buffer.from('pdf').toString('base64'),
        },
      },
      { type: 'resource_link', uri: 'file:///notes', name: 'All notes' },
    ],
  }));
  server.registerTool('book', { description: 'Books a table.', inputSchema: z.object({}) }, (_given, { mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'guests');
    if (answer.kind === 'elicit') return text(JSON.stringify(answer));
    const requestedSchema = z.object({ guests: z.number() });
    return inputRequired({ inputRequests: { guests: inputRequired.elicit({ message: 'How many?', requestedSchema }) } });
  });
  server.registerTool('think', { inputSchema: z.object({}) }, (_given, { mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'thought');
    if (answer.kind === 'sampling') return text(JSON.stringify(answer.result.content));
    const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: 'What is the answer?' } }];
    return inputRequired({ inputRequests: { thought: inputRequired.createMessage({ messages, maxTokens: 10 }) } });
  });
  server.registerTool('pay', { inputSchema: z.object({}) }, (_given, { mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'page');
    if (answer.kind === 'elicit') return text(answer.action);
    const page = inputRequired.elicitUrl({ message: 'Pay here', url: 'https://pay.example/1' });
    return inputRequired({ inputRequests: { page } });
  });
  return server;
}
