import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { freePort } from '../world/free-port.ts';
import { installRoot } from '../world/install-root.ts';
import { runProcess } from '../world/run-process.ts';
import type { RunningProcess } from '../world/run-process.ts';
import { startReference } from './bench-processes.ts';
import type { Upstream } from './bench-processes.ts';
import { clientKey, gatewayYaml, modelFor } from './parley-settings.ts';
import type { Asking, Question, Subject, SubjectName } from './subject.ts';

const startPatience = 10_000;
const production = { NODE_ENV: 'production' };

/** Starts one subject in front of the upstream and resolves when it is well. `workers` is for parley alone. */
export async function startSubject(name: SubjectName, upstream: Upstream, workers?: number): Promise<Subject> {
  if (name === 'direct') return direct(upstream);
  if (name === 'R') return await reference(upstream);
  return name === 'parley' ? await parley(upstream, workers) : await portkey(upstream);
}

function direct({ pid, port }: Upstream): Subject {
  const origin = `http://127.0.0.1:${port}`;
  return {
    name: 'direct',
    pid,
    origin,
    startMs: 0,
    passesBytes: true,
    asking: passedOn,
    output: () => '',
    close: () => Promise.resolve(),
  };
}

async function reference({ port }: Upstream): Promise<Subject> {
  const startedAt = performance.now();
  const { running, port: own } = await startReference(port);
  const origin = `http://127.0.0.1:${own}`;
  return subjectOf('R', running, {
    origin,
    startMs: performance.now() - startedAt,
    passesBytes: true,
    asking: passedOn,
  });
}

/** Whoever only passes on is asked in the provider's own dialect. */
function passedOn({ kind, upstream }: Question): Asking {
  const route = upstream === 'chat' ? '/v1/chat/completions' : '/v1/messages';
  return { path: route, model: `bench-${kind}`, headers: { authorization: 'Bearer upstream' } };
}

async function parley(upstream: Upstream, workers: number | undefined): Promise<Subject> {
  const folder = mkdtempSync(path.join(tmpdir(), 'parley-bench-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  writeFileSync(path.join(folder, 'gateway.yaml'), gatewayYaml(upstream.port));
  const port = await freePort();
  const cli = path.join(installRoot, 'packages/gateway/src/cli.ts');
  const parameters = [cli, 'start', '--port', String(port), ...(workers ? ['--workers', String(workers)] : [])];
  const startedAt = performance.now();
  const running = runProcess(process.execPath, parameters, {
    folder,
    variables: { ...production, OLLAMA_ENDPOINT: 'off' },
  });
  const origin = `http://127.0.0.1:${port}`;
  await untilWell(running, 'parley', `${origin}/health`).catch((error: unknown) => {
    removeFolder();
    throw error;
  });
  const startMs = performance.now() - startedAt;
  const subject = subjectOf('parley', running, { origin, startMs, passesBytes: true, asking: asGoverned });
  return {
    ...subject,
    async close() {
      await subject.close();
      removeFolder();
    },
  };
}

function asGoverned(question: Question): Asking {
  const headers = { authorization: `Bearer ${clientKey}` };
  return { path: '/v1/chat/completions', model: modelFor(question), headers };
}

async function portkey(upstream: Upstream): Promise<Subject> {
  const manifest = fileURLToPath(import.meta.resolve('@portkey-ai/gateway/package.json'));
  const port = await freePort();
  const parameters = ['build/start-server.js', '--headless', `--port=${port}`];
  const startedAt = performance.now();
  const running = runProcess(process.execPath, parameters, { folder: path.dirname(manifest), variables: production });
  const origin = `http://127.0.0.1:${port}`;
  await untilWell(running, 'portkey', `${origin}/`);
  const startMs = performance.now() - startedAt;
  const asking = ({ kind, upstream: dialect }: Question): Asking => ({
    path: '/v1/chat/completions',
    model: `bench-${kind}`,
    headers: {
      authorization: 'Bearer upstream',
      'x-portkey-provider': dialect === 'chat' ? 'openai' : 'anthropic',
      'x-portkey-custom-host': `http://127.0.0.1:${upstream.port}/v1`,
    },
  });
  return subjectOf('portkey', running, { origin, startMs, passesBytes: false, asking });
}

function subjectOf(
  name: SubjectName,
  running: RunningProcess,
  rest: Pick<Subject, 'origin' | 'startMs' | 'passesBytes' | 'asking'>,
): Subject {
  const close = () => running.end('SIGTERM', 3_000);
  return { name, pid: running.pid, output: () => running.output(), close, ...rest };
}

/** Asks every few milliseconds, so that the time until it is well is known that exactly. */
async function untilWell(running: RunningProcess, name: string, address: string): Promise<void> {
  const deadline = performance.now() + startPatience;
  while (!(await isWell(address))) {
    if (running.isRunning() && performance.now() < deadline) await delay(3);
    else {
      await running.end('SIGKILL');
      throw new Error(`${name} did not get well:\n${running.output()}`);
    }
  }
}

async function isWell(address: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(address, { signal: AbortSignal.timeout(2_000), reset: true });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}
