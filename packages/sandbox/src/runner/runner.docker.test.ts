import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CallableTool, RunPorts, SandboxRunner, ToolAnswer, ToolCall } from '../core/run.ts';
import { createRemoteRunner } from '../server/create-remote-runner.ts';
import { serveRunner } from '../server/serve-runner.ts';
import { openRealEngine, whyNoRealEngine } from '../testing/real-engine.ts';
import { createKeptFiles, failureOf, runProgram } from '../testing/run-program.ts';
import { createRunner } from './create-runner.ts';

const whyNot = await whyNoRealEngine('python', 'node');
const token = 'a token of thirty-two characters or more';
const answering = (result: unknown) =>
  vi.fn<NonNullable<RunPorts['callTool']>>().mockResolvedValue({ result, isError: false });
const tool = (name: string): CallableTool => ({ name, description: '', parameters: {} });

describe.skipIf(whyNot !== undefined).each(['embedded', 'remote'])('The %s runner on a real engine', (kind) => {
  const real = openRealEngine();
  const closings: (() => Promise<void>)[] = [];
  let runner: SandboxRunner;

  beforeAll(async () => {
    const embedded = createRunner({ engine: real.engine, limits: real.limits, warm: {} });
    closings.push(() => embedded.close());
    runner = embedded;
    if (kind === 'embedded') return;
    const server = await serveRunner({ runner: embedded, token, host: '127.0.0.1', port: 0 });
    const remote = createRemoteRunner({ url: server.url, token });
    runner = remote;
    closings.unshift(
      () => remote.close(),
      () => server.close(),
    );
  });

  afterAll(async () => {
    for (const close of closings) await close();
    const left = await real.containers();
    if (left.length > 0) throw new Error(`These containers are left: ${left.join(', ')}`);
  });

  async function killAll(except: readonly string[]): Promise<void> {
    const others = (await real.containers()).filter((id) => !except.includes(id));
    for (const id of others) await real.docker.getContainer(id).kill();
  }

  test('gives the second turn what the first one wrote, in the same container', async () => {
    const files = createKeptFiles({ 'data.csv': 'a,b\n1,2\n3,4\n' });
    const read = 'import pandas as pd\nprint(pd.read_csv("data.csv").sum().to_dict())\n';
    const write = 'import os\nos.makedirs("plots")\nopen("plots/é.bin", "wb").write(bytes(range(256)))\n';
    const first = await runProgram(runner, { workspace: 'turns', code: read + write }, { files });
    expect(first.result).toMatchObject({ exitCode: 0, stdout: "{'a': 4, 'b': 6}\n", skipped: [] });
    expect([...(files.bytes.get('plots/é.bin') ?? [])]).toEqual([...Array(256).keys()]);
    const again = 'print(len(open("plots/é.bin", "rb").read()), open("data.csv").read())';
    const second = await runProgram(runner, { workspace: 'turns', code: again }, { files });
    expect(second.result).toMatchObject({ stdout: '256 a,b\n1,2\n3,4\n\n', box: 'sticky' });
    expect(files.reads).toEqual(['data.csv']);
  });

  test('runs a file again in a new container, as after a restart', async () => {
    const files = createKeptFiles();
    await runProgram(runner, { workspace: 'before', code: 'open("a.txt", "w").write("kept")' }, { files });
    await runner.closeWorkspace('ada', 'before');
    const again = await runProgram(runner, { workspace: 'before', code: 'print(open("a.txt").read())' }, { files });
    expect(again.result).toMatchObject({ box: 'cold', stdout: 'kept\n' });
  });

  test('lets Python call tools, many at once, and raises their errors', async () => {
    const calls: ToolCall[] = [];
    const code = [
      'import asyncio',
      'results = await asyncio.gather(*[weather(city=str(i), note="x" * 5000) for i in range(30)])',
      'print(sum(r["degrees"] for r in results))',
      'try:',
      '    await weather(city="Atlantis")',
      'except ToolError as error:',
      '    print("error:", error)',
      'async def main():',
      '    return (await weather(city="7"))["degrees"]',
      'print(await main())',
    ].join('\n');
    const { result } = await runProgram(
      runner,
      { workspace: 'tools', code, tools: [tool('weather'), tool('other')] },
      {
        callTool: async (call) => {
          calls.push(call);
          const { city } = call.input;
          return city === 'Atlantis'
            ? { result: 'no such city', isError: true }
            : { result: { degrees: Number(city) }, isError: false };
        },
      },
    );
    expect(result).toMatchObject({ stderr: '', stdout: '435\nerror: no such city\n7\n', exitCode: 0, reason: 'ok' });
    expect(calls).toHaveLength(32);
  });

  test('shows a mistake in a program with tools as Python does, and its own exit code', async () => {
    const request = { workspace: 'tools', tools: [tool('weather')] };
    const callTool = answering(null);
    const { result } = await runProgram(
      runner,
      { ...request, code: 'def f():\n    raise ValueError("bad")\nf()' },
      { callTool },
    );
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toMatch(/^Traceback.*\n  File "main.py", line 3, in <module>\n    f\(\)\n/);
    expect(result.stderr).toMatch(/ValueError: bad\n$/);
    const left = await runProgram(
      runner,
      { ...request, code: 'import sys\nawait weather()\nsys.exit(4)' },
      { callTool },
    );
    expect(left.result).toMatchObject({ exitCode: 4, box: 'sticky' });
  });

  test('survives programs that misuse the pipes of their tools', async () => {
    const code = [
      'import glob, os, json',
      'folder = glob.glob("/tmp/parley-tools-*")[0]',
      'for act in (lambda: os.remove(folder + "/calls"), lambda: os.rename(folder, "/tmp/x"), lambda: os.chmod(folder, 0o777)):',
      '    try:',
      '        act()',
      '        print("possible")',
      '    except OSError:',
      '        pass',
      'out = os.open(folder + "/calls", os.O_WRONLY)',
      'for line in (b"nonsense\\n", b"[]\\n", b"{}\\n", b"\\xff\\xfe\\n", json.dumps({"id": "a", "name": "erase", "input": {}}).encode() + b"\\n"):',
      '    os.write(out, line)',
      'print((await weather())["fine"])',
    ].join('\n');
    const callTool = answering({ fine: true });
    const { result } = await runProgram(runner, { workspace: 'misuse', code, tools: [tool('weather')] }, { callTool });
    expect(result).toMatchObject({ stderr: '', stdout: 'True\n' });
    expect(callTool).toHaveBeenCalledTimes(1);
    expect((await runProgram(runner, { workspace: 'misuse', code: 'print(1)' })).result.box).toBe('sticky');
  });

  test('is stopped at once, and nothing is left of the container', async () => {
    const before = await real.containers();
    const stop = new AbortController();
    const printed = Promise.withResolvers<void>();
    const failure = failureOf(
      runProgram(
        runner,
        { workspace: 'stopped', code: 'import time\nprint("on")\ntime.sleep(60)' },
        { signal: stop.signal },
        (event) => {
          if (event.type === 'stdout') printed.resolve();
        },
      ),
    );
    await printed.promise;
    stop.abort(new Error('Stopped by Ada'));
    expect(await failure).toMatchObject({ message: 'Stopped by Ada' });
    expect(await real.containers()).toEqual(before);
  });

  test('says so when the container is killed from outside, and goes on in a new one', async () => {
    const files = createKeptFiles({ a: 'still here' });
    const before = await real.containers();
    const program = { workspace: 'killed', code: 'import time\nprint("on")\ntime.sleep(60)' };
    const failure = failureOf(
      runProgram(runner, program, { files }, (event) => {
        if (event.type === 'stdout') void killAll(before);
      }),
    );
    expect(await failure).toMatchObject({ name: 'SandboxError', code: 'engine' });
    const next = await runProgram(runner, { workspace: 'killed', code: 'print(open("a").read())' }, { files });
    expect(next.result).toMatchObject({ box: 'cold', stdout: 'still here\n' });
  });

  test('ends what prints without end, shows what is no text, and goes on', async () => {
    const endless = await runProgram(runner, { workspace: 'output', code: 'while True: print("x" * 1000)' });
    expect(endless.result).toMatchObject({ reason: 'output_limit', truncated: true });
    expect(endless.result.durationMs).toBeLessThan(20_000);
    const code = 'import sys\nsys.stdout.buffer.write(b"\\xff\\x00\\xe2\\x82\\xac\\xe2\\x82")';
    const binary = await runProgram(runner, { workspace: 'output', code });
    expect(binary.result).toMatchObject({ stdout: '\uFFFD\0€\uFFFD', reason: 'ok' });
  });

  test('gives no file to the next run that was left out of this one', async () => {
    const files = createKeptFiles();
    const code = 'import os\nos.symlink("/etc/passwd", "link")\nopen("good", "w").write("1")';
    const { result } = await runProgram(runner, { workspace: 'links', code }, { files });
    expect(result.skipped.map(({ name }) => name)).toEqual(['link']);
    const next = await runProgram(runner, { workspace: 'links', code: 'import os\nprint(os.listdir("."))' }, { files });
    expect(next.result).toMatchObject({ box: 'cold', stdout: "['good']\n" });
  });

  test('runs two programs of one workspace one after the other', async () => {
    const code = 'import time\nopen("mark", "x")\ntime.sleep(0.3)\nimport os\nos.remove("mark")\nprint("alone")';
    const both = await Promise.all([1, 2].map(() => runProgram(runner, { workspace: 'both', code })));
    expect(both.map(({ result }) => result.stdout)).toEqual(['alone\n', 'alone\n']);
    expect(both.map(({ result }) => result.box).toSorted()).toEqual(['cold', 'sticky']);
  });
});

test.skipIf(whyNot !== undefined)(
  'A program with tools has the time of others for itself, and its files are kept',
  async () => {
    const own = openRealEngine({ runSeconds: 3 });
    const runner = createRunner({ engine: own.engine, limits: own.limits, warm: {} });
    const files = createKeptFiles();
    const code = 'open("kept", "w").write("1")\nawait slow()\nprint("on")\nwhile True: pass';
    const { result } = await runProgram(runner, { code, tools: [tool('slow')] }, { files, callTool: answeringLate });
    expect(result).toMatchObject({ reason: 'timeout', signal: 'SIGKILL', stdout: 'on\n', skipped: [] });
    expect(result.durationMs).toBeGreaterThan(6_900);
    expect([...files.bytes.keys()]).toEqual(['kept']);
    await runner.close();
    expect(await own.containers()).toEqual([]);
  },
);

async function answeringLate(): Promise<ToolAnswer> {
  await delay(4_000);
  return { result: 1, isError: false };
}
