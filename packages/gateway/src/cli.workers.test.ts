import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runCli, startCli } from './testing/cli-process.ts';

// Every test starts three processes.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-workers-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (text: string): Promise<void> => writeFile(join(folder, 'gateway.yaml'), text);

test('workers share a port, learn of a new configuration, are replaced when they die, and stop together', async () => {
  await write('models: { one: guide }\n');
  const server = await startCli(folder, ['--workers', '2'], {
    HOT_RELOAD_DEBOUNCE_MS: '50',
    GUIDE_TOKEN_DELAY_MS: '10',
  });
  const statuses = async (model: string): Promise<Set<number>> => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        fetch(`${server.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { connection: 'close' },
          body: JSON.stringify({ model, messages: [{ role: 'user', content: 'count to 1' }] }),
        }),
      ),
    );
    return new Set(answers.map(({ status }) => status));
  };
  expect(server.out()).toContain('in 2 processes');
  expect(await statuses('one')).toEqual(new Set([200]));

  await write('models: { two: guide }\n');
  await vi.waitFor(async () => {
    expect(await statuses('two')).toEqual(new Set([200]));
    expect(await statuses('one')).toEqual(new Set([404]));
  }, 20_000);

  const { pid } = server.child;
  const children = await runningChildren(pid ?? 0);
  expect(children).toHaveLength(2);
  process.kill(children[0] ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(server.err()).toContain('a worker died and is replaced'), 20_000);
  await vi.waitFor(async () => expect(await runningChildren(pid ?? 0)).toHaveLength(2), 20_000);
  expect(await statuses('two')).toEqual(new Set([200]));

  const running = await server.post('two', 'count to 60', { stream: true });
  const stopped = server.stop();
  expect(await running.text()).toContain('[DONE]');
  expect(await stopped).toEqual([0, null]);
});

test('workers that cannot start are not started for ever', async () => {
  const first = await startCli(folder);
  const port = new URL(first.url).port;
  const { code, err } = await runCli(folder, ['start', '--port', port, '--workers', '2'], { OLLAMA_ENDPOINT: 'off' });
  expect(code).toBe(1);
  expect(err).toContain(`Port ${port}`);
  await first.stop();
});

test('workers share budgets exactly, and are counted together', async () => {
  const limit = 1500;
  await write(`keys: [{ key: let-me-in, budget: { tokens: ${limit}, per: day } }]\nadmin: { token: boss }\n`);
  const server = await startCli(folder, ['--workers', '2'], { GUIDE_TOKEN_DELAY_MS: '0' });
  const ask = async (): Promise<{ status: number; tokens: number }> => {
    const answer = await fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer let-me-in' },
      body: JSON.stringify({ model: 'guide', messages: [{ role: 'user', content: 'count to 20' }] }),
    });
    const tokens = /"total_tokens":(\d+)/.exec(await answer.text())?.[1] ?? '0';
    return { status: answer.status, tokens: Number(tokens) };
  };
  const answers = await Promise.all(Array.from({ length: 200 }, ask));
  const served = answers.filter(({ status }) => status === 200);
  const largest = Math.max(...served.map(({ tokens }) => tokens));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 402]));
  expect(served.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(limit + 2 * largest);

  for (let look = 0; look < 3; look += 1) {
    const metrics = await fetch(`${server.url}/metrics/prometheus`, { headers: { authorization: 'Bearer boss' } });
    const counts = [...(await metrics.text()).matchAll(/^parley_gateway_requests_total\{.*\} (\d+)$/gm)];
    expect(counts.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(answers.length);
  }
  expect(await server.stop()).toEqual([0, null]);
});

async function runningChildren(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').filter(Boolean).map(Number);
}
