import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { RunEvent, RunRequest, RunResult } from '../core/run.ts';
import { createRunner } from '../runner/create-runner.ts';
import { openRealEngine, whyNoRealEngine } from '../testing/real-engine.ts';

const missing = await whyNoRealEngine('python');

interface Told extends RunResult {
  readonly events: readonly RunEvent[];
}

describe.skipIf(missing !== undefined)('a runner that is given nonsense', () => {
  const { engine, limits, docker, ...real } = openRealEngine({ runSeconds: 8 });
  const runner = createRunner({ engine, limits, warm: {} });

  afterAll(async () => {
    await runner.close();
    await engine.close();
    const left = await real.containers();
    if (left.length > 0) throw new Error(`${left.length} containers were left behind.`);
  });

  const run = async (
    code: string,
    changes: Partial<RunRequest> = {},
    signal = AbortSignal.timeout(60_000),
  ): Promise<Told> => {
    const workspace = randomUUID();
    const ids = { runId: randomUUID(), owner: 'somebody', workspace, language: 'python' } as const;
    const request: RunRequest = { ...ids, code, args: [], stdin: '', files: [], ...changes };
    const events: RunEvent[] = [];
    const running = runner.run(request, { signal, read: nothing });
    for (let step = await running.next(); ; step = await running.next()) {
      if (step.done === true) return { ...step.value, events };
      events.push(step.value);
    }
  };

  it('refuses code of 5 MB, no code, a language nobody knows, and names that are none', async () => {
    await expect(run('#'.repeat(5 << 20))).rejects.toMatchObject({ name: 'SandboxError', code: 'invalid' });
    await expect(run(' ')).rejects.toMatchObject({ code: 'invalid' });
    await expect(run('1', { language: 'cobol' as 'python' })).rejects.toMatchObject({ code: 'invalid' });
    const files = [{ name: '../../etc/passwd', size: 1, sha256: '0'.repeat(64) }];
    await expect(run('1', { files })).rejects.toMatchObject({ code: 'invalid' });
  });

  it('passes on what is printed in any bytes as text', async () => {
    const binary = await run('import os; os.write(1, bytes(range(256)) * 4); os.write(2, b"\\xff\\xfe")');
    expect(binary).toMatchObject({ exitCode: 0, reason: 'ok', stderr: '\uFFFD\uFFFD' });
    expect(binary.stdout).toContain(' !"#$%&');
    const split = await run(
      'import os, time\nfor byte in "ü€😀".encode(): os.write(1, bytes([byte])); time.sleep(0.01)',
    );
    expect(split.stdout).toBe('ü€😀');
    const markup = await run('print("<script>alert(1)</script>\\x1b[2J\\r\\0")');
    expect(markup.stdout).toBe('<script>alert(1)</script>\u001B[2J\r\0\n');
  });

  it('takes code and arguments literally, whatever they mean elsewhere', async () => {
    const args = ['$(id)', '`id`', '; id', '--help', '-c', "'", '"', '*', '', 'two\nlines', 'ü'];
    const code =
      'import json, sys; print(json.dumps(sys.argv[1:], separators=(",", ":"), ensure_ascii=False)); print(sys.stdin.read())';
    const { stdout } = await run(code, { args, stdin: "$(id)\n'; id\0" });
    expect(stdout).toBe(`${JSON.stringify(args)}\n$(id)\n'; id\0\n`);
    expect(await run('print("a")\0')).toMatchObject({ exitCode: 1 });
    expect((await run('\uFEFFprint("marked")\r\n')).stdout).toBe('marked\n');
  });

  it('cuts a flood, keeping its beginning and its end, and the next run is fine', async () => {
    const workspace = randomUUID();
    const flood = await run('print("first")\nfor n in range(10**7): print(n)', { workspace });
    expect(flood).toMatchObject({ reason: 'output_limit', truncated: true });
    expect(flood.stdout).toMatch(/^first\n/);
    expect(flood.stdout.length).toBeLessThan(2 * limits.shownBytes + 1_000);
    const long = await run('print("first")\nfor n in range(40_000): print(n)\nprint("last")', { workspace });
    expect(long).toMatchObject({ reason: 'ok', truncated: true });
    expect(long.stdout).toMatch(/^first\n[^]*\nlast\n$/);
    expect(await run('print("fine")', { workspace })).toMatchObject({ stdout: 'fine\n', truncated: false });
  });

  it('keeps fifty of ten thousand files and says so in a few lines', async () => {
    const told = await run('for n in range(10_000): open(f"{n:05}.txt", "w").write("x")');
    expect(told.events.filter(({ type }) => type === 'file')).toHaveLength(limits.newFiles);
    expect(told.skipped.length).toBeLessThan(10);
  });

  it('runs two programs of one conversation one after the other, and both see its files', async () => {
    const workspace = randomUUID();
    const code =
      'import os, time\nprint(os.path.exists("lock"))\nopen("lock", "w").close(); time.sleep(0.5); os.remove("lock")';
    const both = await Promise.all([run(code, { workspace }), run(code, { workspace })]);
    expect(both.map(({ stdout }) => stdout)).toEqual(['False\n', 'False\n']);
  });

  it('ends a run whose caller is gone, with its container', async () => {
    const leaving = new AbortController();
    const before = await real.containers();
    const running = run('import time; print("up", flush=True); time.sleep(60)', {}, leaving.signal);
    await vi.waitFor(async () => expect((await real.containers()).length).toBeGreaterThan(before.length), {
      timeout: 20_000,
    });
    leaving.abort(new Error('Gone.'));
    await expect(running).rejects.toThrow('Gone.');
    await vi.waitFor(async () => expect((await real.containers()).length).toBeLessThanOrEqual(before.length), {
      timeout: 20_000,
    });
  });

  it('says that a run failed whose container was taken away, and the next one is fine', async () => {
    const workspace = randomUUID();
    const before = new Set(await real.containers());
    const running = run('import time; print("up", flush=True); time.sleep(60)', { workspace });
    const ended = Promise.allSettled([running]);
    const lost = await vi.waitFor(
      async () => {
        const id = (await real.containers()).find((each) => !before.has(each));
        if (id === undefined) throw new Error('Not yet.');
        return id;
      },
      { timeout: 20_000 },
    );
    await vi.waitFor(async () => await docker.getContainer(lost).kill(), { timeout: 10_000 });
    expect(await ended).toMatchObject([{ status: 'rejected', reason: { name: 'SandboxError', code: 'engine' } }]);
    expect(await run('print("fine")', { workspace })).toMatchObject({ stdout: 'fine\n', reason: 'ok' });
  });
});

async function* nothing(): AsyncGenerator<Uint8Array> {
  yield await Promise.reject(new Error('There are no files.'));
}
