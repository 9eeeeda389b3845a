import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import express from 'express';
import * as z from 'zod/mini';

/**
 * The same way from a provider to a client without a log: an Express handler that reads the provider's stream and
 * writes each delta to the socket as the api would. The provider's base URL is the first argument; it says its address.
 */
const providerUrl = process.argv[2] ?? '';

const chunkSchema = z.object({
  choices: z.array(z.object({ delta: z.object({ content: z.optional(z.string()) }) })),
});
const questionSchema = z.object({ text: z.string() });

async function ask(text: string): Promise<IncomingMessage> {
  const url = `${providerUrl}/chat/completions`;
  const request = httpRequest(url, { method: 'POST', headers: { 'Content-Type': 'application/json' } });
  request.end(JSON.stringify({ model: 'scripted-1', stream: true, messages: [{ role: 'user', content: text }] }));
  const [response]: IncomingMessage[] = await once(request, 'response');
  if (response === undefined) throw new Error('The provider did not answer.');
  return response;
}

const app = express().use(express.json());
app.post('/', async (request, response) => {
  const upstream = await ask(questionSchema.parse(request.body).text);
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  let n = 0;
  let start = 0;
  const parser = createParser({
    onEvent({ data }) {
      if (data === '[DONE]') return;
      const text = chunkSchema.parse(JSON.parse(data)).choices[0]?.delta.content ?? '';
      if (text === '') return;
      const event = { type: 'text-delta', n, step: 0, part: 0, start, text };
      response.write(`event: data\ndata: ${JSON.stringify([event])}\n\n`);
      n += 1;
      start += text.length;
    },
  });
  for await (const chunk of upstream.setEncoding('utf8')) parser.feed(String(chunk));
  response.end(`event: end\ndata: "${randomUUID()}"\n\n`);
});

const server = createServer(app).listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
process.send?.({ url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}` });
