import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import { providerScriptSchema, richWord } from './provider-script.ts';
import type { ProviderScript } from './provider-script.ts';

/** One token as it left the provider. */
export interface Sending {
  readonly index: number;
  /** Milliseconds, as `performance.now()` has them. */
  readonly at: number;
}

/** An OpenAI-compatible server on loopback that does what prompts tell it, and remembers what it did. */
export interface ScriptedProvider {
  /** Base URL with `/v1`. */
  readonly url: string;
  /** How often the answer to a script was asked for. */
  calls(scriptId: string): number;
  /** Every token that was sent for a script, by all its calls, in order of time. */
  sendings(scriptId: string): readonly Sending[];
  /** Resolves when a script's token of that index has been sent for the first time; rejects after a minute. */
  whenSent(scriptId: string, index: number): Promise<void>;
  /** Lets all answers begin that are held under a name, and those that come later. */
  release(name: string): void;
  close(): Promise<void>;
}

const requestSchema = z.object({
  messages: z.array(z.looseObject({ role: z.string(), content: z.optional(z.unknown()) })),
});
const patience = 60_000;

/** Starts one. `remembers` can be switched to counting calls alone, where thousands of answers are written. */
export async function startScriptedProvider(remembers: 'tokens' | 'calls' = 'tokens'): Promise<ScriptedProvider> {
  const calls = new Map<string, number>();
  const sent = new Map<string, Sending[]>();
  const gates = new Map<string, PromiseWithResolvers<void>>();

  function note(scriptId: string, index: number): void {
    if (remembers === 'calls') return;
    const list = sent.get(scriptId) ?? [];
    list.push({ index, at: performance.now() });
    sent.set(scriptId, list);
  }

  function gateOf(name: string): PromiseWithResolvers<void> {
    const gate = gates.get(name) ?? Promise.withResolvers<void>();
    gates.set(name, gate);
    return gate;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.endsWith('/models') === true) {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'scripted-1', object: 'model', created: 0 }] }));
      return;
    }
    const script = scriptOf(await readText(request));
    const call = (calls.get(script.id) ?? 0) + 1;
    calls.set(script.id, call);
    if (script.heldAs !== undefined) {
      startEvents(response);
      await gateOf(script.heldAs).promise;
    }
    await follow(script, call, response, (index) => note(script.id, index));
  }

  const server = createServer({ noDelay: true }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1', 4_096);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    url: `http://127.0.0.1:${port}/v1`,
    calls: (scriptId) => calls.get(scriptId) ?? 0,
    sendings: (scriptId) => sent.get(scriptId) ?? [],
    async whenSent(scriptId, index) {
      const deadline = performance.now() + patience;
      while (!sent.get(scriptId)?.some((sending) => sending.index >= index)) {
        if (performance.now() > deadline) throw new Error(`The provider was never asked for token ${index}.`);
        await delay(2);
      }
    },
    release: (name) => gateOf(name).resolve(),
    async close() {
      for (const gate of gates.values()) gate.resolve();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function follow(
  script: ProviderScript,
  call: number,
  response: ServerResponse,
  note: (index: number) => void,
): Promise<void> {
  const { tokens, paceMs, stamped, rich } = script;
  const fault = script.fault !== undefined && call <= script.fault.calls ? script.fault : undefined;
  if (fault?.kind === 'status') {
    response.writeHead(500, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ error: { message: 'The model fell over.', type: 'server_error' } }));
    return;
  }
  startEvents(response);
  const end = fault === undefined ? tokens : Math.min(fault.after, tokens);
  const startedAt = performance.now();
  for (let index = 0; index < end; index += 1) {
    const wait = startedAt + index * paceMs - performance.now();
    if (wait > 0) await delay(wait);
    if (response.destroyed) return;
    const stamp = stamped === true ? `@${process.hrtime.bigint()}` : '';
    sendChunk(response, { content: rich === true ? richWord(index) : `w${index}${stamp} ` });
    note(index);
  }
  if (fault === undefined) finish(response);
  else if (fault.kind === 'error')
    response.end(`data: ${JSON.stringify({ error: { message: 'The model fell over.' } })}\n\n`);
  // What was sent must arrive before the connection breaks.
  else if (fault.kind === 'cut') response.write(': cut\n\n', () => response.socket?.end());
}

function startEvents(response: ServerResponse): void {
  if (response.headersSent) return;
  response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
}

const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model: 'scripted-1' };

function sendChunk(response: ServerResponse, delta: object, reason: string | null = null): void {
  response.write(`data: ${JSON.stringify({ ...chunk, choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`);
}

function finish(response: ServerResponse): void {
  sendChunk(response, {}, 'stop');
  const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
  response.write(`data: ${JSON.stringify({ ...chunk, choices: [], usage })}\n\n`);
  response.end('data: [DONE]\n\n');
}

function scriptOf(body: string): ProviderScript {
  const { messages } = requestSchema.parse(JSON.parse(body));
  const content = messages.findLast(({ role }) => role === 'user')?.content;
  return providerScriptSchema.parse(JSON.parse(typeof content === 'string' ? content : ''));
}
