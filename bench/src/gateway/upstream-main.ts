import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerKinds, paceMsOf, streamPieces, tokensOf, wholeChatBody } from './mock-answers.ts';
import type { AnswerKind, StreamPieces } from './mock-answers.ts';

/**
 * The model provider of the bench: OpenAI chat completions and Anthropic messages. The model's name says how it
 * answers (`bench-burst`). Tells its port as a message, and on each message how many answers are under way.
 */
const body = wholeChatBody();
const pieces = {
  chat: streamPieces('chat', tokensOf.burst),
  messages: streamPieces('messages', tokensOf.burst),
} as const;
const keepAliveMs = 120_000;
let inFlight = 0;

const server = createServer((request, response) => {
  if (request.method !== 'POST') {
    response.end(JSON.stringify({ object: 'list', data: answerKinds.map((kind) => ({ id: `bench-${kind}` })) }));
    return;
  }
  inFlight += 1;
  response.once('close', () => (inFlight -= 1));
  readText(request, (text) => answer(request, response, text));
});

function readText(request: IncomingMessage, onText: (text: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => onText(Buffer.concat(chunks).toString('latin1')));
}

function answer(request: IncomingMessage, response: ServerResponse, text: string): void {
  const kind = answerKinds.find((candidate) => text.includes(`bench-${candidate}`));
  const dialect = request.url?.endsWith('/messages') === true ? 'messages' : 'chat';
  if (kind === undefined) response.writeHead(404).end('{"error":{"message":"There is no such model."}}');
  else if (kind === 'whole')
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
  else stream(response, kind, { ...pieces[dialect], isUsageAsked: text.includes('"include_usage":true') });
}

function stream(
  response: ServerResponse,
  kind: AnswerKind,
  { opening, tokens, isUsageAsked, ...ends }: StreamPieces & { readonly isUsageAsked: boolean },
): void {
  const closing = isUsageAsked ? ends.closing : ends.closingWithoutUsage;
  const [count, paceMs] = [tokensOf[kind], paceMsOf[kind]];
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  response.write(opening);
  if (paceMs === 0) {
    for (const piece of tokens.slice(0, count)) response.write(piece);
    response.end(closing);
    return;
  }
  let next = 0;
  const writeNext = (): void => {
    response.write(tokens[next]);
    next += 1;
    if (next < count) return;
    clearInterval(ticking);
    response.end(closing);
  };
  const ticking = setInterval(writeNext, paceMs);
  if (kind === 'first') writeNext();
  response.once('close', () => clearInterval(ticking));
}

server.keepAliveTimeout = keepAliveMs;
server.listen(0, '127.0.0.1', 4_096);
await once(server, 'listening');
const address = server.address();
process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 });
process.on('message', () => process.send?.({ inFlight }));
