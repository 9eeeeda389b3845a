import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import * as z from 'zod/mini';
import type { EndpointConfig } from '../../config/app-config.ts';

const message = z.looseObject({ role: z.string(), content: z.optional(z.unknown()) });
const requestSchema = z.object({
  messages: z.array(message),
  tools: z.optional(z.array(z.object({ function: z.object({ name: z.string() }) }))),
});
type ChatRequest = z.infer<typeof requestSchema>;

/** An OpenAI-compatible model that calls the tools its prompt names, and then says what they gave. */
export interface CallingUpstream {
  readonly endpoint: EndpointConfig;
  readonly requests: readonly ChatRequest[];
  close(): Promise<void>;
}

/** A prompt that makes the model call these tools at once. */
export function promptToCall(...calls: readonly { readonly name: string; readonly input: object }[]): string {
  return JSON.stringify(calls);
}

const callsSchema = z.array(z.object({ name: z.string(), input: z.unknown() }));

export async function startCallingUpstream(): Promise<CallingUpstream> {
  const requests: ChatRequest[] = [];
  const server = createServer((request, response) => {
    answer(request, response, requests).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: {
      name: 'Scripted',
      label: 'Scripted',
      type: 'custom',
      baseUrl: `http://127.0.0.1:${port}/v1`,
      apiKey: 'key',
      models: { default: ['scripted-1'], fetch: false },
      headers: {},
      titleConvo: false,
    },
    requests,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, requests: ChatRequest[]): Promise<void> {
  const asked = requestSchema.parse(JSON.parse(await readText(request)));
  requests.push(asked);
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  const send = (delta: object, reason: string | null = null): void => {
    const choices = [{ index: 0, delta, finish_reason: reason }];
    const chunk = { id: 'c', object: 'chat.completion.chunk', created: 0, model: 'm', choices };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  const last = asked.messages.at(-1);
  if (last?.role === 'user') {
    const calls = callsSchema.parse(JSON.parse(String(last.content)));
    for (const [index, { name, input }] of calls.entries()) {
      const call = { name, arguments: JSON.stringify(input) };
      send({ tool_calls: [{ index, id: `call_${index}`, type: 'function', function: call }] });
    }
    send({}, 'tool_calls');
  } else {
    const results = asked.messages.filter(({ role }) => role === 'tool').map(({ content }) => String(content));
    send({ content: results.join('\n') });
    send({}, 'stop');
  }
  response.end('data: [DONE]\n\n');
}
