import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import * as z from 'zod/mini';
import type { EndpointConfig } from '../../config/app-config.ts';

/** What the upstream is to do; sent as the prompt, so that every request says what its answer must be. */
export interface Script {
  /** The answer is `w0 w1 w2 …`, one delta each. */
  readonly tokens?: number;
  /** Waits for `release` after this many tokens. */
  readonly holdAfter?: number;
  /** What happens after the tokens; a regular end unless told. */
  readonly end?: 'finish' | 'cut' | 'garbage' | 'error' | 'tool-call';
  /** The calls that it ends with, when that is its end; one of `get_weather` unless told. */
  readonly calls?: readonly { readonly name: string; readonly input: object }[];
  /** Waits for `release` before it answers to the result of its tool call. */
  readonly holdAfterTools?: boolean;
  /** Answers this instead of a stream. */
  readonly instead?: 'status-500' | 'status-401' | 'html' | 'hang-up';
}

/** An OpenAI-compatible server on loopback that does what prompts tell it. */
export interface ScriptedUpstream {
  readonly endpoint: EndpointConfig;
  /** Bodies of all chat requests, titles aside. */
  readonly requests: readonly ChatRequest[];
  /** Answers that are being written at this moment. */
  openAnswers(): number;
  /** Lets the answers to a prompt go on, those that wait and those that come. */
  release(prompt: string): void;
  /** What it answers when asked for a title; until then it gives none. */
  titles: string | undefined;
  close(): Promise<void>;
}

const chatRequestSchema = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.optional(z.unknown()) })),
});
export type ChatRequest = z.infer<typeof chatRequestSchema>;

let prompts = 0;

/** A prompt that makes the upstream follow a script; no two are the same. */
export function promptFor(script: Script): string {
  prompts += 1;
  return JSON.stringify({ ...script, prompt: prompts });
}

/** The text of an answer of so many tokens. */
export function words(count: number): string {
  return Array.from({ length: count }, (_, index) => `w${index} `).join('');
}

export async function startScriptedUpstream(options: Partial<EndpointConfig> = {}): Promise<ScriptedUpstream> {
  const requests: ChatRequest[] = [];
  const gates = new Map<string, PromiseWithResolvers<void>>();
  let open = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = chatRequestSchema.parse(JSON.parse(await readText(request)));
    const prompt = promptOf(body);
    if (prompt.startsWith('Write a short title')) {
      writeAnswer(response, upstream.titles ?? '');
      return;
    }
    requests.push(body);
    open += 1;
    response.once('close', () => (open -= 1));
    await follow(scriptOf(body), response, () => gateOf(prompt).promise);
  }

  function gateOf(prompt: string): PromiseWithResolvers<void> {
    const gate = gates.get(prompt) ?? Promise.withResolvers<void>();
    gates.set(prompt, gate);
    return gate;
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const upstream: ScriptedUpstream = {
    endpoint: {
      name: 'Scripted',
      label: 'Scripted',
      type: 'custom',
      baseUrl: `http://127.0.0.1:${port}/v1`,
      apiKey: 'scripted',
      models: { default: ['scripted-1'], fetch: false },
      headers: {},
      titleConvo: false,
      ...options,
    },
    requests,
    openAnswers: () => open,
    release: (prompt) => gateOf(prompt).resolve(),
    titles: undefined,
    async close() {
      for (const gate of gates.values()) gate.resolve();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return upstream;
}

async function follow(script: Script, response: ServerResponse, released: () => Promise<void>): Promise<void> {
  const { tokens = 3, holdAfter, end = 'finish', instead, calls = [{ name: 'get_weather', input: {} }] } = script;
  switch (instead) {
    case 'status-500':
      return void response.writeHead(500).end(JSON.stringify({ error: { message: 'The model fell over.' } }));
    case 'status-401':
      return void response.writeHead(401).end(JSON.stringify({ error: { message: 'Wrong key.' } }));
    case 'html':
      return void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><p>Welcome to nginx');
    case 'hang-up':
      return void response.destroy();
    case undefined:
      break;
  }
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  for (let index = 0; index < tokens; index += 1) {
    if (index === holdAfter) await released();
    sendChunk(response, { content: `w${index} ` });
  }
  if (tokens === holdAfter) await released();
  switch (end) {
    case 'finish':
      return finish(response, 'stop');
    case 'tool-call':
      for (const [index, { name, input }] of calls.entries()) {
        const called = { name, arguments: JSON.stringify(input) };
        sendChunk(response, { tool_calls: [{ index, id: `call_${index + 1}`, type: 'function', function: called }] });
      }
      return finish(response, 'tool_calls');
    case 'error':
      return void response.end(`data: ${JSON.stringify({ error: { message: 'Out of memory.', code: 'oom' } })}\n\n`);
    case 'garbage':
      return void response.end('data: {"choices": [{"delta"\n\n');
    case 'cut':
      // What was sent must arrive before the connection breaks.
      response.write(': cut\n\n', () => response.socket?.end());
  }
}

function finish(response: ServerResponse, reason: string): void {
  sendChunk(response, {}, reason);
  const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
  response.write(`data: ${JSON.stringify({ ...chunk, choices: [], usage })}\n\n`);
  response.end('data: [DONE]\n\n');
}

function writeAnswer(response: ServerResponse, content: string): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  if (content !== '') sendChunk(response, { content });
  finish(response, 'stop');
}

const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model: 'scripted-1' };

function sendChunk(response: ServerResponse, delta: object, reason: string | null = null): void {
  const choices = [{ index: 0, delta, finish_reason: reason }];
  response.write(`data: ${JSON.stringify({ ...chunk, choices })}\n\n`);
}

/** After a tool's result the model answers in three words, whatever the prompt said. */
function scriptOf(body: ChatRequest): Script {
  const script = parseScript(promptOf(body));
  if (body.messages.at(-1)?.role !== 'tool') return script;
  return script.holdAfterTools === true ? { holdAfter: 0 } : {};
}

function parseScript(prompt: string): Script {
  try {
    return JSON.parse(prompt);
  } catch {
    return {};
  }
}

function promptOf({ messages }: ChatRequest): string {
  const content = messages.findLast(({ role }) => role === 'user')?.content;
  return typeof content === 'string' ? content : JSON.stringify(content);
}
