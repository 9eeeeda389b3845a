import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import * as z from 'zod/mini';
import { chunk, doneMark, usageChunk } from '../../testing/scripted-upstream.ts';
import { createRandom, planFault } from './fault-plan.ts';
import type { Fault, FaultPlan } from './fault-plan.ts';

export interface FaultyUpstream {
  readonly baseUrl: string;
  readonly calls: number;
  /** Answers that were neither ended nor closed. */
  readonly unfinished: number;
  readonly connections: number;
  /** Beginnings it was given that are not the beginning of the true answer. */
  readonly wrongBeginnings: number;
  close(): Promise<void>;
}

const contentSchema = z.union([z.string(), z.array(z.looseObject({ text: z.optional(z.string()) }))]);
const requestSchema = z.object({
  stream: z.optional(z.boolean()),
  messages: z.array(z.looseObject({ role: z.string(), content: z.nullish(contentSchema) })),
});

function textOf(content: z.infer<typeof contentSchema> | null | undefined): string {
  return typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text).join('');
}

/** A target that gives the true answer of the question's plan, and does to its bytes what the plan says for `name`. */
export async function startFaultyUpstream(name: string): Promise<FaultyUpstream> {
  const sockets = new Set<Socket>();
  let calls = 0;
  let unfinished = 0;
  let wrongBeginnings = 0;

  function answer(body: string, response: ServerResponse): void {
    calls += 1;
    unfinished += 1;
    response.once('close', () => (unfinished -= 1));
    const { messages, stream } = requestSchema.parse(JSON.parse(body));
    const plan = planFault(Number(textOf(messages[0]?.content)));
    const fault = plan.faults[name] ?? { kind: 'none', at: 0, repeats: 0, seed: 0 };
    const last = messages.at(-1);
    const begun = last?.role === 'assistant' ? textOf(last.content) : '';
    if (!plan.text.startsWith(begun)) wrongBeginnings += 1;
    const { frames, harmAt } = framesOf(plan, fault, begun);
    if (stream === true) void play(response, frames, harmAt, fault);
    else sendWhole(response, plan, fault);
  }

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    if (request.method === 'GET') {
      response.end('{"data":[]}');
      return;
    }
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => (body += text));
    request.on('end', () => answer(body, response));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  return {
    baseUrl: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/v1`,
    get calls() {
      return calls;
    },
    get unfinished() {
      return unfinished;
    },
    get connections() {
      return sockets.size;
    },
    get wrongBeginnings() {
      return wrongBeginnings;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** The bytes of the answer, and where in them the harm is done. */
function framesOf(plan: FaultPlan, fault: Fault, begun: string): { frames: Buffer; harmAt: number } {
  const random = createRandom(fault.seed);
  const frames: string[] = [chunk({ role: 'assistant', content: '' })];
  if (plan.hasReasoning && begun === '')
    frames.push(chunk({ reasoning_content: 'Hm, ' }), chunk({ reasoning_content: 'so.' }));
  const from = begun.length > fault.repeats ? begun.length - fault.repeats : begun.length;
  frames.push(...piecesOf(plan.text.slice(from), random).map((content) => chunk({ content })));
  if (plan.toolInput !== undefined) {
    const named = { index: 0, id: 'call_1', type: 'function', function: { name: 'look', arguments: '' } };
    frames.push(chunk({ tool_calls: [named] }));
    for (const input of piecesOf(plan.toolInput, random)) {
      frames.push(chunk({ tool_calls: [{ index: 0, function: { arguments: input } }] }));
    }
  }
  frames.push(chunk({}, plan.toolInput === undefined ? 'stop' : 'tool_calls'));
  if (fault.kind !== 'no-usage') frames.push(usageChunk);
  if (fault.kind !== 'no-end-marker') frames.push(doneMark);
  // An error or a bad line stands between two events; everything else happens at any byte.
  const border = Math.floor(fault.at * frames.length);
  const bytes = Buffer.from(frames.join(''));
  const atBorder = Buffer.byteLength(frames.slice(0, border).join(''));
  const isBetween = fault.kind === 'bad-line' || fault.kind.startsWith('error-event');
  return { frames: bytes, harmAt: isBetween ? atBorder : Math.floor(fault.at * bytes.length) };
}

function piecesOf(text: string, random: () => number): string[] {
  const characters = Array.from(text);
  const pieces: string[] = [];
  for (let at = 0; at < characters.length;) {
    const length = 1 + Math.floor(random() * 14);
    pieces.push(characters.slice(at, at + length).join(''));
    at += length;
  }
  return pieces;
}

const errorEvent =
  'data: {"error":{"message":"The model is overloaded.","code":"overloaded","type":"server_error"}}\n\n';

/** Sends the bytes in pieces of any length, and does the harm on the way. */
async function play(response: ServerResponse, frames: Buffer, harmAt: number, fault: Fault): Promise<void> {
  const random = createRandom(fault.seed + 1);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = async (from: number, to: number): Promise<void> => {
    for (let at = from; at < to && !response.destroyed;) {
      const end = Math.min(to, at + 1 + Math.floor(random() * 900));
      response.write(frames.subarray(at, end));
      at = end;
      if (random() < 0.4) await new Promise(setImmediate);
    }
  };
  await send(0, harmAt);
  if (response.destroyed) return;
  switch (fault.kind) {
    case 'none':
    case 'no-end-marker':
    case 'no-usage':
      break;
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, 60));
      break;
    case 'drip':
      for (let at = harmAt; at < Math.min(frames.length, harmAt + 40); at += 1) {
        response.write(frames.subarray(at, at + 1));
        await new Promise(setImmediate);
      }
      await send(Math.min(frames.length, harmAt + 40), frames.length);
      response.end();
      return;
    case 'bad-line':
      response.write('data: {"choices":[{"delta":{"content":"never\n\n');
      break;
    case 'cut':
      flushThen(response, () => response.socket?.destroy());
      return;
    case 'half-close':
      flushThen(response, () => response.socket?.end());
      return;
    case 'reset':
      flushThen(response, () => response.socket?.resetAndDestroy());
      return;
    case 'end':
      response.end();
      return;
    case 'stall':
      return;
    case 'error-event':
      response.end(errorEvent);
      return;
    case 'error-event-and-silence':
      response.write(errorEvent);
      return;
    case 'garbage':
      response.end(Buffer.from([0, 255, 254, 10, 10, 123, 10, 13, 10, 10, 200, 10, 10]));
      return;
    default:
      fault.kind satisfies never;
  }
  await send(harmAt, frames.length);
  response.end();
}

/** What was written before shall arrive first, as far as a network can promise it. */
function flushThen(response: ServerResponse, harm: () => void): void {
  response.write('', () => setImmediate(harm));
}

const harmless: ReadonlySet<string> = new Set(['none', 'bad-line', 'no-end-marker', 'no-usage', 'delay', 'drip']);

/** An answer in one piece: broken ones are cut in the middle of their body. */
function sendWhole(response: ServerResponse, { text, toolInput }: FaultPlan, fault: Fault): void {
  const call = { id: 'call_1', type: 'function', function: { name: 'look', arguments: toolInput } };
  const body = JSON.stringify({
    id: 'chatcmpl-9',
    object: 'chat.completion',
    created: 1,
    model: 'up',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text, ...(toolInput === undefined ? {} : { tool_calls: [call] }) },
        finish_reason: toolInput === undefined ? 'stop' : 'tool_calls',
      },
    ],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  });
  const isHarmless = harmless.has(fault.kind);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  if (isHarmless) response.end(body);
  else {
    response.write(body.slice(0, Math.floor(fault.at * body.length)));
    if (fault.kind !== 'stall') flushThen(response, () => response.socket?.destroy());
  }
}
