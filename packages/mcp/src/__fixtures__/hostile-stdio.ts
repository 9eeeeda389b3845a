import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as z from 'zod/mini';

/** A stdio server of the 2025 era by hand, with one tool `poke`; the argument names how it goes wrong. */
const mode = process.argv[2] ?? '';

const messageShape = z.object({ id: z.optional(z.union([z.number(), z.string()])), method: z.optional(z.string()) });
type Message = z.infer<typeof messageShape>;

const write = (text: string): boolean => process.stdout.write(text);
const send = (message: object): boolean => write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

const calls: Record<string, (id: Message['id']) => void> = {
  'hang-in-call': () => undefined,
  'die-in-call': () => process.kill(process.pid, 'SIGKILL'),
  'exit-in-call': () => process.exit(3),
  'half-answer': () => write('{"jsonrpc":"2.0","id":') && process.kill(process.pid, 'SIGKILL'),
  'huge-answer': (id) => send({ id, result: { content: [{ type: 'text', text: 'x'.repeat(50 * 1024 * 1024) }] } }),
  'endless-line': () => setInterval(() => write('x'.repeat(1024 * 1024)), 1),
  flood: () => setInterval(() => write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'spam' } })}\n`.repeat(1000)), 1),
  garbage: () => setInterval(() => write('what?\n'.repeat(1000)), 1),
  'wrong-ids': (id) => {
    send({ id: 4711, result: {} });
    send({ id: String(id), result: {} });
    write('not json\n[1,2]\n{"jsonrpc":"1.0"}\n');
    send({ id, result: { content: [{ type: 'text', text: 'poked' }] } });
  },
  nested: (id) => write(`{"jsonrpc":"2.0","id":${id},"result":{"content":[],"structuredContent":{"a":${'['.repeat(1e6)}${']'.repeat(1e6)}}}}\n`),
  environment: (id) => send({ id, result: { content: [{ type: 'text', text: JSON.stringify(process.env) }] } }),
  family: (id) => {
    // A grandchild that ignores polite signals and keeps our standard output open.
    const script = "process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000); console.error('ready')";
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'inherit', 'pipe'] });
    child.stderr.once('data', () => send({ id, result: { content: [{ type: 'text', text: String(child.pid) }] } }));
  },
};

function answer({ id, method }: Message): void {
  if (mode === 'hang-at-connect') return;
  if (mode === 'exit-at-probe' && method === 'server/discover') process.exit(1);
  if (id === undefined) return;
  switch (method) {
    case 'initialize':
      send({
        id,
        result: { protocolVersion: '2025-11-25', serverInfo: { name: mode, version: '1.0.0' }, capabilities: { tools: {} } },
      });
      return;
    case 'tools/list':
      send({ id, result: { tools: [{ name: 'poke', inputSchema: { type: 'object' } }] } });
      return;
    case 'tools/call':
      (calls[mode] ?? ((callId) => send({ id: callId, result: { content: [{ type: 'text', text: 'poked' }] } })))(id);
      return;
    default:
      send({ id, error: { code: -32601, message: 'Method not found' } });
  }
}

if (mode === 'stubborn') process.on('SIGTERM', () => undefined);
if (mode === 'chatty') process.stderr.write('x'.repeat(1024 * 1024));
if (mode === 'exit-at-once') process.exit(1);
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => answer(messageShape.parse(JSON.parse(line))));
lines.on('close', () => mode === 'stubborn' || process.exit(0));
if (mode === 'stubborn') setInterval(() => undefined, 1000);
