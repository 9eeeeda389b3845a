import { acceptedContent, completable, inputRequired, inputResponse, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

/** A server of the 2026 era, written on the official SDK, that asks its questions by `input_required`. */
export function createModernServer({ hasAdded = false }: { readonly hasAdded?: boolean } = {}): McpServer {
  const server = new McpServer(
    { name: 'modern', title: 'Modern', version: '1.0.0' },
    { instructions: 'Ask before you act.', capabilities: { logging: {}, tools: { listChanged: true } } },
  );
  server.registerTool('add', { inputSchema: z.object({ a: z.number(), b: z.number() }) }, ({ a, b }) => text(String(a + b)));
  server.registerTool(
    'book',
    { description: 'Books a table.', inputSchema: z.object({ place: z.string() }) },
    ({ place }, { mcpReq }) => {
      const answer = acceptedContent<{ guests: number }>(mcpReq.inputResponses, 'guests');
      if (answer !== undefined) return text(`${place} for ${answer.guests}`);
      if (inputResponse(mcpReq.inputResponses, 'guests').kind === 'elicit') return text('nothing booked');
      const requestedSchema = z.object({ guests: z.number() });
      return inputRequired({ inputRequests: { guests: inputRequired.elicit({ message: 'How many?', requestedSchema }) } });
    },
  );
  server.registerTool('visit', { inputSchema: z.object({}) }, (_given, { mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'page');
    if (answer.kind === 'elicit') return text(`visited: ${answer.action}`);
    const page = inputRequired.elicitUrl({ message: 'Pay here', url: 'https://pay.example/1' });
    return inputRequired({ inputRequests: { page } });
  });
  server.registerTool('summarise', { inputSchema: z.object({ what: z.string() }) }, ({ what }, { mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'answer');
    if (answer.kind === 'sampling') {
      const { content } = answer.result;
      return text(!Array.isArray(content) && content.type === 'text' ? content.text : '');
    }
    const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: what } }];
    return inputRequired({ inputRequests: { answer: inputRequired.createMessage({ messages, maxTokens: 10 }) } });
  });
  server.registerTool('never-enough', { inputSchema: z.object({}) }, () =>
    inputRequired({ inputRequests: { more: inputRequired.elicit({ message: 'More?', requestedSchema: z.object({}) }) } }),
  );
  server.registerTool('slow', { inputSchema: z.object({}) }, async (_given, { mcpReq }) => {
    const { _meta: meta } = mcpReq;
    const progressToken = meta?.progressToken ?? 0;
    for (const progress of [1, 2, 3]) {
      await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 3 } });
    }
    await mcpReq.log('info', 'almost there');
    return text('done');
  });
  server.registerTool('fail', { inputSchema: z.object({}) }, () => ({ ...text('It did not work.'), isError: true }));
  if (hasAdded) server.registerTool('added', { inputSchema: z.object({}) }, () => text('added'));
  server.registerResource('note', 'note://one', { mimeType: 'text/plain' }, () => ({
    contents: [{ uri: 'note://one', mimeType: 'text/plain', text: 'One.' }],
  }));
  server.registerPrompt(
    'greet',
    { argsSchema: z.object({ name: completable(z.string(), (value) => ['Ann', 'Bob'].filter((name) => name.startsWith(value))) }) },
    ({ name }) => ({ messages: [{ role: 'user', content: { type: 'text', text: `Greet ${name}.` } }] }),
  );
  return server;
}
