import { setTimeout as delay } from 'node:timers/promises';
import { codeRoutes, conversationRoutes } from '@parley/contracts';
import type { CodeRunResult, ConversationId, StartedGeneration, ToolCallPart } from '@parley/contracts';
import { createRunner } from '@parley/sandbox';
import { openRealEngine, whyNoRealEngine } from '@parley/sandbox/testing';
import type { RealEngine } from '@parley/sandbox/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { problemOf, read, savedAnswer, start, stop } from '../generations/__fixtures__/chat-client.ts';
import { startTestApp } from '../test-app.ts';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import { promptToCall, startCallingUpstream } from '../tools/__fixtures__/calling-upstream.ts';
import type { CallingUpstream } from '../tools/__fixtures__/calling-upstream.ts';
import { execute, follow, newRunId, resultOf } from './__fixtures__/code-client.ts';

const reason = await whyNoRealEngine('python', 'node');
const soon = { timeout: 20_000, interval: 50 };

describe.skipIf(reason !== undefined)('code on a real engine', () => {
  let real: RealEngine;
  let upstream: CallingUpstream;
  let app: TestApp;
  let user: TestUser;
  let conversationId: ConversationId;

  beforeAll(async () => {
    upstream = await startCallingUpstream();
    app = await startTestApp({
      endpoints: [upstream.endpoint],
      gateway: false,
      createSandbox() {
        real = openRealEngine({ runSeconds: 5 });
        return createRunner({ engine: real.engine, limits: real.limits, warm: {} });
      },
    });
    user = await app.register();
    await app.send(codeRoutes.check, {}, user);
  });
  beforeEach(async () => {
    ({ conversationId } = await start(app, user, { text: '[]' }));
  });
  afterAll(async () => {
    await app.close();
    await upstream.close();
    if ((await real.containers()).length > 0) throw new Error('Containers were left behind');
  });

  async function python(...lines: string[]): Promise<CodeRunResult> {
    return await resultOf(app, user, { conversationId, code: lines.join('\n') });
  }

  async function ask(code: string): Promise<StartedGeneration> {
    const text = promptToCall({ name: 'execute_code', input: { lang: 'py', code } });
    return await start(app, user, { text, conversation: conversationId, tools: ['code/interpreter'] });
  }

  async function callOf(started: StartedGeneration): Promise<ToolCallPart | undefined> {
    await read(app, user, started.generationId);
    const { parts } = await savedAnswer(app, user, started);
    return parts.find((part) => part.type === 'tool-call');
  }

  it('plots in one turn what the next one reads, also after a restart', async () => {
    const plot = 'import matplotlib.pyplot as plt\nplt.plot([1, 2, 4])\nplt.savefig("plot.png")\nprint("drawn")';
    const call = await callOf(await ask(plot));
    expect(call).toMatchObject({
      state: 'done',
      output: 'drawn\n\n[Files in /mnt/data, which the user is shown: plot.png (new)]',
      execution: { exitCode: 0, files: [{ name: 'plot.png', mimeType: 'image/png' }] },
    });
    const [file] = call?.execution?.files ?? [];
    await app.restart();
    const again = await callOf(
      await ask('import hashlib\nprint(hashlib.sha256(open("plot.png", "rb").read()).hexdigest())'),
    );
    expect(again?.output).toBe(`${file?.sha256}\n`);
    const kept = await fetch(app.url + codeRoutes.readFile.path.replace(':id', file?.id ?? ''), {
      headers: { Authorization: `Bearer ${user.accessToken}` },
    });
    expect((await kept.arrayBuffer()).byteLength).toBe(file?.size);
  });

  it('prints while it runs, and nothing runs any more when its answer is stopped', async () => {
    const started = await ask('import time\nprint("begun", flush=True)\nwhile True: time.sleep(1)');
    await read(app, user, started.generationId, {
      until: (events) => events.some((event) => event.type === 'tool-progress' && event.printed !== undefined),
    });
    const before = (await real.containers()).length;
    await stop(app, user, started.generationId);
    await vi.waitFor(async () => expect((await real.containers()).length).toBe(before - 1), soon);
  });

  it('hands foreign bytes and names through without harm', async () => {
    const result = await python(
      'import sys, os',
      'sys.stdout.buffer.write(bytes(range(256)) * 4 + b"\\xf0\\x9f\\x98")',
      'sys.stderr.buffer.write(b"\\xff\\xfe")',
      'open("<img src=x onerror=alert(1)>.html", "w").write("<script>")',
      'open("new\\nline.txt", "w").write("x")',
      'open("-rf", "w").write("x")',
      'os.symlink("/etc/passwd", "passwd.txt")',
      'open("binary.bin", "wb").write(bytes(range(256)))',
    );
    expect(result).toMatchObject({ exitCode: 0, reason: 'ok' });
    expect(result.stdout.isWellFormed()).toBe(true);
    expect(result.stderr).toBe('\ufffd\ufffd');
    expect(result.files.map(({ name }) => name).toSorted()).toEqual([
      '-rf',
      '<img src=x onerror=alert(1)>.html',
      'binary.bin',
    ]);
    expect(result.skipped.map(({ name }) => name)).toEqual(expect.arrayContaining(['passwd.txt']));
    expect(result.skipped).toHaveLength(2);
    expect((await python('import os', 'print(sorted(os.listdir(".")))')).stdout).toBe(
      "['-rf', '<img src=x onerror=alert(1)>.html', 'binary.bin']\n",
    );
  });

  it('keeps some of ten thousand files, and says how many it left', async () => {
    const result = await python('for i in range(10_000): open(f"f{i:05}.txt", "w").write("x")');
    expect(result.files).toHaveLength(50);
    expect(result.skipped.length).toBeLessThanOrEqual(100);
    expect(JSON.stringify(result.skipped)).toMatch(/\d more/);
    expect((await python('print("next")')).stdout).toBe('next\n');
  });

  it.each([
    ['print(1', { exitCode: 1, reason: 'ok', stderr: expect.stringContaining('SyntaxError') }],
    ['while True: pass', { reason: 'timeout' }],
    ['x = bytearray(2_000_000_000)', { reason: expect.stringMatching(/^(?:oom|ok)$/) }],
    ['while True: print("x" * 1000)', { reason: 'output_limit', truncated: true }],
    ['import os\nos.kill(os.getpid(), 11)', { exitCode: null, signal: 'SIGSEGV' }],
  ])('tells how it ended: %s', async (code, end) => {
    const result = await resultOf(app, user, { conversationId, code });
    expect({ ...result, exitCode: result.exitCode }).toMatchObject(end);
    expect((await python('print("fine")')).stdout).toBe('fine\n');
  });

  it('ends when its client leaves', async () => {
    const before = (await real.containers()).length;
    const run = await follow(app, user, { conversationId, code: 'import time\ntime.sleep(60)' });
    await run.next();
    expect((await real.containers()).length).toBe(before + 1);
    run.leave();
    await vi.waitFor(async () => expect((await real.containers()).length).toBe(before), soon);
    expect((await python('print("fine")')).stdout).toBe('fine\n');
  });

  it('fails clearly when its container is lost, and runs again', async () => {
    const runId = newRunId();
    const others = new Set(await real.containers());
    const failing = execute(app, user, { conversationId, runId, code: 'import time\ntime.sleep(4)\nprint("slept")' });
    const mine = await vi.waitFor(async () => {
      const found = (await real.containers()).find((id) => !others.has(id));
      expect(found).toBeDefined();
      return found ?? '';
    }, soon);
    await delay(300);
    await real.docker.getContainer(mine).kill();
    const response = await failing;
    expect([response.status, await problemOf(response)]).toMatchObject([503, { code: 'code-unavailable' }]);
    expect((await python('print("fine")')).stdout).toBe('fine\n');
  });

  it('gives the containers of a conversation back that is removed', async () => {
    const before = (await real.containers()).length;
    await python('print(1)');
    expect((await real.containers()).length).toBe(before + 1);
    await app.send(conversationRoutes.remove, { params: { id: conversationId } }, user);
    await vi.waitFor(async () => expect((await real.containers()).length).toBe(before), soon);
  });
});
