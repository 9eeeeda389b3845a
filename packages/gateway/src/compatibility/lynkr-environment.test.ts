import Anthropic from '@anthropic-ai/sdk';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runCli, startCli } from '../testing/cli-process.ts';
import type { CliServer } from '../testing/cli-process.ts';
import { startCompatibleUpstream } from './testing/compatible-upstream.ts';
import type { CompatibleUpstream } from './testing/compatible-upstream.ts';

// Each test starts a process of its own.
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
let cloud: CompatibleUpstream;
let ollama: CompatibleUpstream;
let server: CliServer | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-lynkr-'));
  cloud = await startCompatibleUpstream();
  ollama = await startCompatibleUpstream('Hello from here', ['qwen2.5-coder:7b']);
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  await cloud.close();
  await ollama.close();
  await rm(folder, { recursive: true });
});

/** Starts the gateway where a Lynkr of that `.env` was, without a word on the command line besides the port. */
async function startWith(env: string): Promise<CliServer> {
  await writeFile(join(folder, '.env'), env);
  // What startCli sets for other tests is left to the file here.
  server = await startCli(folder, [], { OLLAMA_ENDPOINT: ollama.origin });
  return server;
}

const codingTools: Anthropic.Tool[] = ['Bash', 'Read', 'Edit', 'Grep', 'Glob'].map((name) => ({
  name,
  description: `The tool ${name}`,
  input_schema: { type: 'object', properties: { argument: { type: 'string' } } },
}));

/** What claude-code sends: its own model name, a system prompt in blocks, tools, cache marks, betas and metadata. */
function askLikeClaudeCode({ url }: CliServer, text: string): Promise<Anthropic.Message> {
  const client = new Anthropic({
    authToken: 'dummy',
    apiKey: null,
    baseURL: url,
    maxRetries: 0,
    defaultHeaders: {
      'anthropic-beta': 'claude-code-20250219,interleaved-thinking-2025-05-14',
      'x-claude-session-id': 'session-1',
    },
  });
  return client.messages
    .stream({
      model: 'claude-opus-5',
      max_tokens: 32_000,
      system: [
        { type: 'text', text: 'You are Claude Code.', cache_control: { type: 'ephemeral' } },
        { type: 'text', text: 'Be short.' },
      ],
      metadata: { user_id: 'user_1' },
      tools: codingTools,
      messages: [{ role: 'user', content: [{ type: 'text', text, cache_control: { type: 'ephemeral' } }] }],
    })
    .finalMessage();
}

const textOf = ({ content }: Anthropic.Message): string =>
  content.map((block) => (block.type === 'text' ? block.text : '')).join('');

describe('who comes from Lynkr changes the command', () => {
  test('with OpenRouter', async () => {
    const started = await startWith(`
PORT=8081
MODEL_PROVIDER=openrouter
OPENROUTER_API_KEY=sk-or-test
OPENROUTER_ENDPOINT=${cloud.origin}/v1/chat/completions
OPENROUTER_MODEL=small
LOG_LEVEL=info
`);
    expect(textOf(await askLikeClaudeCode(started, 'Hello'))).toBe('Hello, world');
    const [asked] = cloud.asked();
    expect(asked).toMatchObject({ path: '/v1/chat/completions', key: 'sk-or-test', model: 'small' });
    expect(asked?.body['tools']).toHaveLength(codingTools.length);
    expect(JSON.stringify(asked?.body['messages'])).toMatch(/You are Claude Code\..*Be short\./);

    const openai = new OpenAI({ apiKey: 'dummy', baseURL: `${started.url}/v1`, maxRetries: 0 });
    const completion = await openai.chat.completions.create({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'Hello' }],
    });
    expect(completion.choices[0]?.message.content).toBe('Hello, world');
    expect(cloud.asked().at(-1)?.model).toBe('small');
  });

  test('with OpenAI at another address', async () => {
    const started = await startWith(
      `MODEL_PROVIDER=openai\nOPENAI_API_KEY=sk-test\nOPENAI_ENDPOINT=${cloud.origin}/v1/chat/completions\nOPENAI_MODEL=large\n`,
    );
    expect(textOf(await askLikeClaudeCode(started, 'Hello'))).toBe('Hello, world');
    expect(cloud.asked()).toMatchObject([{ key: 'sk-test', model: 'large' }]);
    expect(started.err()).toContain('PORT is not set');
  });

  test('with Ollama alone', async () => {
    const started = await startWith(
      `MODEL_PROVIDER=ollama\nOLLAMA_ENDPOINT=${ollama.origin}\nOLLAMA_MODEL=qwen2.5-coder:7b\nOLLAMA_TIMEOUT_MS=60000\n`,
    );
    expect(textOf(await askLikeClaudeCode(started, 'Hello'))).toBe('Hello from here');
    expect(ollama.asked()).toMatchObject([{ model: 'qwen2.5-coder:7b' }]);
  });

  test('with tiers: easy questions stay here, hard ones go to the cloud', async () => {
    const started = await startWith(`
MODEL_PROVIDER=ollama
OLLAMA_ENDPOINT=${ollama.origin}
OPENROUTER_API_KEY=sk-or-test
OPENROUTER_ENDPOINT=${cloud.origin}/v1
TIER_SIMPLE=ollama:qwen2.5-coder:7b
TIER_MEDIUM=ollama:qwen2.5-coder:7b
TIER_COMPLEX=openrouter:large
TIER_REASONING=openrouter:large
LYNKR_STICKY_SESSIONS=false
`);
    const openai = new OpenAI({ apiKey: 'dummy', baseURL: `${started.url}/v1`, maxRetries: 0 });
    const ask = async (content: string) =>
      openai.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content }] }).withResponse();
    const easy = await ask('Hello');
    expect(easy.data.choices[0]?.message.content).toBe('Hello from here');
    expect(easy.response.headers.get('x-lynkr-tier')).toBe('simple');
    const hard = await ask(
      'Prove step by step why this distributed consensus algorithm is correct, analyse every race condition, ' +
        'refactor the architecture and compare trade-offs in depth. '.repeat(20),
    );
    expect(hard.data.choices[0]?.message.content).toBe('Hello, world');
    expect(['complex', 'reasoning']).toContain(hard.response.headers.get('x-lynkr-tier'));
    expect(hard.response.headers.get('x-lynkr-provider')).toBe('openrouter');
  });

  test('with a fallback to the cloud when Ollama fails', async () => {
    await ollama.close();
    const started = await startWith(`
MODEL_PROVIDER=ollama
OLLAMA_ENDPOINT=${ollama.origin}
OLLAMA_MODEL=qwen2.5-coder:7b
FALLBACK_ENABLED=true
FALLBACK_PROVIDER=openrouter
OPENROUTER_API_KEY=sk-or-test
OPENROUTER_ENDPOINT=${cloud.origin}/v1
OPENROUTER_MODEL=small
`);
    expect(textOf(await askLikeClaudeCode(started, 'Hello'))).toBe('Hello, world');
    expect(cloud.asked()).toMatchObject([{ model: 'small' }]);
  });

  test('with more tools than a small model bears', async () => {
    const started = await startWith(`
MODEL_PROVIDER=ollama
OLLAMA_ENDPOINT=${ollama.origin}
OLLAMA_MODEL=qwen2.5-coder:7b
OLLAMA_MAX_TOOLS_FOR_ROUTING=3
OPENROUTER_API_KEY=sk-or-test
OPENROUTER_ENDPOINT=${cloud.origin}/v1
OPENROUTER_MODEL=small
`);
    expect(textOf(await askLikeClaudeCode(started, 'Hello'))).toBe('Hello, world');
    const few = await started.post('gpt-4o', 'Hello');
    expect([few.headers.get('x-lynkr-provider'), await few.text()]).toEqual([
      'ollama',
      expect.stringContaining('Hello from here'),
    ]);
  });

  test('with its cache and its limit', async () => {
    const started = await startWith(`
MODEL_PROVIDER=openrouter
OPENROUTER_API_KEY=sk-or-test
OPENROUTER_ENDPOINT=${cloud.origin}/v1
OPENROUTER_MODEL=small
PROMPT_CACHE_ENABLED=true
RATE_LIMIT_ENABLED=true
RATE_LIMIT_MAX=3
RATE_LIMIT_WINDOW_MS=60000
`);
    const answers: Response[] = [];
    for (let turn = 0; turn < 4; turn += 1) answers.push(await started.post('gpt-4o', 'Hello'));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers.slice(0, 3).map(({ headers }) => headers.get('x-cache'))).toEqual(['miss', 'hit', 'hit']);
    expect(Number(answers[3]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(cloud.asked()).toHaveLength(1);
  });

  test('and is told in a line each what has no effect, of the whole sample of Lynkr', async () => {
    await writeFile(
      join(folder, '.env'),
      `MODEL_PROVIDER=openrouter
OPENROUTER_API_KEY=sk-or-test
OPENROUTER_ENDPOINT=${cloud.origin}/v1
PORT=8081
PROMPT_CACHE_ENABLED=true
SEMANTIC_CACHE_ENABLED=false
RATE_LIMIT_ENABLED=true
LOAD_SHEDDING_ENABLED=true
CIRCUIT_BREAKER_FAILURE_THRESHOLD=5
MEMORY_ENABLED=true
MCP_SERVER_MANIFEST=./mcp.json
HEADROOM_ENABLED=true
TOKEN_BUDGET_MAX=180000
LYNKR_NO_SUCH_THING=1
POLICY_MAX_STEPS=8
`,
    );
    const { code, err, out } = await runCli(folder, ['check'], { OLLAMA_ENDPOINT: 'off' });
    expect(code).toBe(0);
    const idle = ['HEADROOM_ENABLED', 'MEMORY_ENABLED', 'MCP_SERVER_MANIFEST', 'TOKEN_BUDGET_MAX', 'POLICY_MAX_STEPS'];
    const told = err
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(told).toHaveLength(idle.length + 1);
    expect(told).toEqual(expect.arrayContaining([...idle, 'LYNKR_NO_SUCH_THING']));
    expect(out).not.toContain('sk-or-test');
  });

  test('unknown providers are refused with the list of known ones', async () => {
    const { code, err } = await runCli(folder, ['start'], { MODEL_PROVIDER: 'skynet' });
    expect(code).toBe(1);
    expect(err).toMatch(/MODEL_PROVIDER.*skynet.*openrouter.*ollama/);
  });
});
