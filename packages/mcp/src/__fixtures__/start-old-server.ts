import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CreateMessageResultSchema, ElicitResultSchema, UrlElicitationRequiredError } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { startLoopbackServer } from '../oauth/__fixtures__/start-loopback-server.ts';

/** A server of the 2025 era, written on v1 of the official SDK, that asks its questions by requests of its own. */
export interface OldServer {
  readonly url: string;
  /** Session ids that are open now. */
  readonly sessions: () => readonly string[];
  /** As a restart would: every session is unknown from now on. */
  forgetSessions(): void;
  /** Adds a tool `added` in every session and says so; says so again when it is there. */
  addTool(): void;
  close(): Promise<void>;
}

interface Session {
  readonly transport: StreamableHTTPServerTransport | SSEServerTransport;
  readonly server: McpServer;
  hasAdded: boolean;
}

/** Starts it with sessions over Streamable HTTP, or with the HTTP+SSE of 2024, where POSTs to the URL are refused. */
export async function startOldServer(transport: 'streamable-http' | 'sse' = 'streamable-http'): Promise<OldServer> {
  const http = await startLoopbackServer();
  const sessions = new Map<string, Session>();

  async function answerStreamable(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? sessions.get(id)?.transport : undefined;
    if (known instanceof StreamableHTTPServerTransport) return await known.handleRequest(request, response);
    if (id !== undefined) return void response.writeHead(404).end();
    const server = createOldServer();
    const opened = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (sessionId) => void sessions.set(sessionId, { transport: opened, server, hasAdded: false }),
      onsessionclosed: (sessionId) => void sessions.delete(sessionId),
    });
    await server.connect(opened);
    await opened.handleRequest(request, response);
  }

  async function answerSse(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', http.origin);
    if (request.method === 'POST' && pathname === '/messages') {
      const known = sessions.get(searchParams.get('sessionId') ?? '')?.transport;
      if (known instanceof SSEServerTransport) return await known.handlePostMessage(request, response);
      return void response.writeHead(404).end();
    }
    if (request.method !== 'GET') return void response.writeHead(405).end();
    const server = createOldServer();
    const opened = new SSEServerTransport('/messages', response);
    sessions.set(opened.sessionId, { transport: opened, server, hasAdded: false });
    response.once('close', () => sessions.delete(opened.sessionId));
    await server.connect(opened);
  }

  http.answer((request, response) => {
    void (transport === 'sse' ? answerSse(request, response) : answerStreamable(request, response));
  });

  return {
    url: `${http.origin}/${transport === 'sse' ? 'sse' : 'mcp'}`,
    sessions: () => [...sessions.keys()],
    forgetSessions: () => sessions.clear(),
    addTool() {
      for (const session of sessions.values()) {
        if (session.hasAdded) session.server.sendToolListChanged();
        else session.server.registerTool('added', {}, () => ({ content: [{ type: 'text', text: 'added' }] }));
        session.hasAdded = true;
      }
    },
    async close() {
      await Promise.all([...sessions.values()].map(({ server }) => server.close()));
      await http.close();
    },
  };
}

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
const askGuests = (place: string) => ({
  method: 'elicitation/create' as const,
  params: {
    message: `How many at ${place}?`,
    requestedSchema: { type: 'object' as const, properties: { guests: { type: 'number' as const } } },
  },
});

function createOldServer(): McpServer {
  const server = new McpServer(
    { name: 'old', version: '1.0.0' },
    { instructions: 'Mind the gap.', capabilities: { logging: {} } },
  );
  server.registerTool('add', { inputSchema: { a: z.number(), b: z.number() } }, ({ a, b }) => text(String(a + b)));
  server.registerTool('book', { inputSchema: { place: z.string() } }, async ({ place }, { sendRequest }) => {
    const answer = await sendRequest(askGuests(place), ElicitResultSchema);
    return text(answer.action === 'accept' ? `${place} for ${String(answer.content?.['guests'])}` : 'nothing booked');
  });
  // As many servers do it: nothing says which call the question belongs to.
  server.registerTool('book-anyhow', { inputSchema: { place: z.string() } }, async ({ place }) => {
    const answer = await server.server.elicitInput(askGuests(place).params);
    return text(answer.action === 'accept' ? `${place} for ${String(answer.content?.['guests'])}` : 'nothing booked');
  });
  let visits = 0;
  server.registerTool('visit', {}, () => {
    visits += 1;
    if (visits > 1) return text('visited');
    throw new UrlElicitationRequiredError([
      { mode: 'url', message: 'Pay here', url: 'https://pay.example/1', elicitationId: '1' },
    ]);
  });
  server.registerTool('summarise', { inputSchema: { what: z.string() } }, async ({ what }, { sendRequest }) => {
    const { content } = await sendRequest(
      {
        method: 'sampling/createMessage',
        params: { messages: [{ role: 'user', content: { type: 'text', text: what } }], maxTokens: 10 },
      },
      CreateMessageResultSchema,
    );
    return text(content.type === 'text' ? content.text : '');
  });
  server.registerTool('wait', {}, async ({ signal }) => {
    waiting.push('wait');
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    cancelled.push('wait');
    return text('cancelled');
  });
  server.registerTool('slow', {}, async ({ _meta: meta, sendNotification }) => {
    const progressToken = meta?.progressToken ?? 0;
    for (const progress of [1, 2, 3]) {
      await sendNotification({ method: 'notifications/progress', params: { progressToken, progress, total: 3 } });
    }
    await sendNotification({ method: 'notifications/message', params: { level: 'info', data: 'almost there' } });
    return text('done');
  });
  server.registerResource('note', 'note://one', { mimeType: 'text/plain' }, () => ({
    contents: [{ uri: 'note://one', mimeType: 'text/plain', text: 'One.' }],
  }));
  server.registerPrompt('greet', { argsSchema: { name: z.string() } }, ({ name }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Greet ${name}.` } }],
  }));
  return server;
}

/** Calls that wait in old servers of this process. */
export const waiting: string[] = [];
/** Calls that old servers of this process ended because the client said so. */
export const cancelled: string[] = [];
