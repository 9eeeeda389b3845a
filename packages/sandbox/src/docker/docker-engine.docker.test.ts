import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { SandboxError } from '../core/sandbox-error.ts';
import type { Box, BoxCommand, BoxEnd, Collected } from '../engine/sandbox-engine.ts';
import { openRealEngine, whyNoRealEngine } from '../testing/real-engine.ts';
import { createBoxContainer } from './box-container.ts';
import { labelsFor } from './box-labels.ts';
import { createDockerEngine } from './docker-engine.ts';

const why = await whyNoRealEngine('python', 'node');
const runSeconds = 4;
const real = openRealEngine({ runSeconds, compileSeconds: 10 });
const { engine, docker } = real;
const never = new AbortController().signal;
const megabyte = 1024 * 1024;

const open = async (image: 'python' | 'node' = 'python', signal = never): Promise<Box> =>
  await engine.open({ image, memoryBytes: 256 * megabyte }, signal);

interface Run {
  readonly end: BoxEnd;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  box: Box,
  code: string,
  { most = megabyte, signal = never, ...rest }: RunOptions = {},
): Promise<Run> {
  const printed = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  let bytes = 0;
  const command: BoxCommand = { language: 'python', code, args: [], stdin: '', ...rest };
  const end = await box.exec(
    command,
    (stream, piece) => {
      printed[stream].push(Buffer.from(piece));
      bytes += piece.byteLength;
      return bytes <= most;
    },
    signal,
  );
  const text = (stream: 'stdout' | 'stderr') => Buffer.concat(printed[stream]).toString();
  return { end, stdout: text('stdout'), stderr: text('stderr') };
}

type RunOptions = Partial<BoxCommand> & { readonly most?: number; readonly signal?: AbortSignal };

const failureOf = async (work: Promise<unknown>): Promise<SandboxError> =>
  await work.then(
    () => {
      throw new Error('It did not fail.');
    },
    (error: SandboxError) => error,
  );

afterAll(async () => {
  await engine.close();
});

describe.skipIf(why !== undefined)('a Docker engine', () => {
  test('is usable when its boxes passed their test, and names the versions of languages', async () => {
    const status = await engine.status(never);
    expect(status).toMatchObject({ usable: true, engine: { name: 'Docker' } });
    expect(status.images.get('python')?.versions['python']).toMatch(/^3\./);
  });

  test('gives boxes that are gone after close, for whoever looks from outside', async () => {
    const box = await open();
    expect(box.isAlive()).toBe(true);
    expect(await real.containers()).toContain(box.id);
    await box.close();
    await box.close();
    expect(box.isAlive()).toBe(false);
    expect(await real.containers()).not.toContain(box.id);
  });

  test('knows that a box is dead when somebody else has killed it, and fails what runs in it', async () => {
    const box = await open();
    const running = failureOf(run(box, 'import time; print("here", flush=True); time.sleep(30)'));
    await docker.getContainer(box.id).kill();
    expect(await running).toMatchObject({ name: 'SandboxError', code: 'engine' });
    expect(box.isAlive()).toBe(false);
    expect(await failureOf(run(box, 'print(1)'))).toMatchObject({ code: 'engine' });
  });

  test('makes no box of an image that is not there', async () => {
    const image = 'parley-sandbox-python:not-built';
    const labels = labelsFor({ instance: real.instance, runner: 'test' }, Date.now(), 60);
    const making = createBoxContainer({ docker, image, hostConfig: {}, labels, lifeSeconds: 60 });
    expect(await failureOf(making)).toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching('is not built'),
    });
  });

  test('leaves nothing behind when opening is given up', async () => {
    const before = await real.containers();
    const controller = new AbortController();
    const opening = failureOf(open('python', controller.signal));
    const reason = new Error('Not wanted any more.');
    controller.abort(reason);
    expect(await opening).toBe(reason);
    // Others may go meanwhile; none may have come.
    await vi.waitFor(async () => {
      expect((await real.containers()).filter((id) => !before.includes(id))).toEqual([]);
    }, 20_000);
  });

  test('removes everything when it is closed, and opens nothing after that', async () => {
    const own = openRealEngine();
    const box = await own.engine.open({ image: 'python', memoryBytes: 64 * megabyte }, never);
    const opening = failureOf(own.engine.open({ image: 'python', memoryBytes: 64 * megabyte }, never));
    await own.engine.close();
    expect(await opening).toMatchObject({ code: 'engine' });
    expect(box.isAlive()).toBe(false);
    expect(await own.containers()).toEqual([]);
    expect(await failureOf(own.engine.open({ image: 'python', memoryBytes: 64 * megabyte }, never))).toBeDefined();
  });
});

describe.skipIf(why !== undefined)('a program in a box', () => {
  let box: Box;
  beforeAll(async () => {
    box = await open();
  });
  const fresh = async (): Promise<Box> => {
    if (!box.isAlive()) box = await open();
    return box;
  };

  test('prints, reads its input and arguments, and ends with its exit code', async () => {
    const code = 'import sys\nprint(sys.stdin.read(), sys.argv[1:])\nprint("oh", file=sys.stderr)\nsys.exit(3)';
    const ran = await run(await fresh(), code, { stdin: 'héllo', args: ['-rf', '', 'a b', '$(id)'] });
    expect(ran).toMatchObject({ stdout: "héllo ['-rf', '', 'a b', '$(id)']\n", stderr: 'oh\n' });
    expect(ran.end).toMatchObject({ phase: 'run', exitCode: 3, reason: 'ok', isSpent: false });
  });

  test('gets its bytes out as they are', async () => {
    const code = 'import sys\nsys.stdout.buffer.write(bytes(range(256)) * 1000)';
    const printed: Uint8Array[] = [];
    const command: BoxCommand = { language: 'python', code, args: [], stdin: '' };
    await (await fresh()).exec(command, (_, bytes) => printed.push(Buffer.from(bytes)) > 0, never);
    expect(Buffer.concat(printed)).toEqual(
      Buffer.concat(Array.from({ length: 1000 }, () => Buffer.from(Array.from({ length: 256 }, (_, at) => at)))),
    );
  });

  test('may leave its input unread', async () => {
    const ran = await run(await fresh(), 'print("done" * 20_000)', { stdin: 'x'.repeat(3 * megabyte) });
    expect(ran.end).toMatchObject({ exitCode: 0, reason: 'ok' });
    expect(ran.stdout).toHaveLength(80_001);
  });

  test('that fails to compile did not run', async () => {
    const node = await open('node');
    const bad = await run(node, 'const x: number = ;', { language: 'typescript' });
    expect(bad.end).toMatchObject({ phase: 'compile', exitCode: 1, reason: 'ok' });
    expect(bad.stderr).toContain('Unexpected ";"');
    const good = await run(node, 'console.log(1 as number)', { language: 'typescript' });
    expect(good).toMatchObject({ stdout: '1\n', end: { phase: 'run', exitCode: 0 } });
    await node.close();
  });

  test('that crashes names its signal', async () => {
    const ran = await run(await fresh(), 'import ctypes; ctypes.string_at(0)');
    expect(ran.end).toMatchObject({ phase: 'run', exitCode: null, signal: 'SIGSEGV', reason: 'ok', isSpent: false });
  });

  test('is ended when its time is over, and its box is used again', async () => {
    const same = await fresh();
    const ran = await run(
      same,
      'import signal\nfor s in range(1, 32):\n  try: signal.signal(s, signal.SIG_IGN)\n  except OSError: pass\nwhile True: pass',
    );
    expect(ran.end).toMatchObject({
      phase: 'run',
      exitCode: null,
      signal: 'SIGKILL',
      reason: 'timeout',
      isSpent: false,
    });
    process.stdout.write(`timeout overshoot: ${ran.end.durationMs - runSeconds * 1000} ms\n`);
    expect((await run(same, 'print("again")')).stdout).toBe('again\n');
  });

  test('is ended with its container when it has stopped what would end it', async () => {
    const own = await open();
    const code = `import os, signal, time
for process in os.listdir("/proc"):
  if process.isdigit() and int(process) not in (1, os.getpid()):
    try: os.kill(int(process), signal.SIGSTOP)
    except OSError: pass
time.sleep(100)`;
    const ran = await run(own, code);
    expect(ran.end).toMatchObject({ reason: 'timeout', isSpent: true });
    expect(own.isAlive()).toBe(false);
  });

  test('leaves nothing running, whatever it starts', async () => {
    const same = await fresh();
    const code =
      'import subprocess\nsubprocess.Popen(["sh", "-c", "while :; do sleep 0.1; done"], start_new_session=True)';
    expect((await run(same, code)).end).toMatchObject({ exitCode: 0, reason: 'ok' });
    const listing =
      'import os\nprint(sorted(p for p in os.listdir("/proc") if p.isdigit() and b"while" in open(f"/proc/{p}/cmdline", "rb").read()))';
    expect((await run(same, listing)).stdout).toBe('[]\n');
  });

  test('that kills everything it can, kills nothing but itself', async () => {
    const same = await fresh();
    const ran = await run(same, 'import os, time\nos.kill(-1, 9)\nopen("/mnt/data/late", "w")\ntime.sleep(60)');
    expect(ran.end).toMatchObject({ exitCode: null, signal: 'SIGKILL', reason: 'ok' });
    expect((await run(same, 'print("alive")')).stdout).toBe('alive\n');
  });

  test('cannot make us wait by what it leaves behind', async () => {
    const same = await fresh();
    const code = 'import os, sys\nos.remove("/tmp/.parley/phase")\nos.mkfifo("/tmp/.parley/phase")\nsys.exit(1)';
    expect((await run(same, code)).end).toMatchObject({ exitCode: 1, reason: 'ok', isSpent: false });
    const lie = 'import sys\nopen("/tmp/.parley/phase", "wb").write(b"\\0\\n" * 10_000_000)\nsys.exit(1)';
    expect((await run(same, lie)).end).toMatchObject({ phase: 'run', exitCode: 1, isSpent: false });
  });

  test('that takes too much memory is told so, also when only its child did', async () => {
    const own = await open();
    const bomb = 'x = []\nwhile True: x.append(bytearray(10_000_000))';
    expect((await run(own, bomb)).end).toMatchObject({ signal: 'SIGKILL', reason: 'oom', isSpent: true });
    const child = `import subprocess, sys\nsys.exit(subprocess.run([sys.executable, "-c", ${JSON.stringify(bomb)}]).returncode and 1)`;
    expect((await run(own, child)).end).toMatchObject({ exitCode: 1, reason: 'oom' });
    // What was killed before is not held against the next.
    expect((await run(own, 'raise SystemExit(1)')).end).toMatchObject({ exitCode: 1, reason: 'ok', isSpent: false });
    await own.close();
  });

  test('that prints without end is ended at the word of who listens', async () => {
    const own = await open();
    const begin = performance.now();
    const ran = await run(own, 'while True: print("x" * 1000)', { most: 64 * 1024 });
    expect(ran.end).toMatchObject({ reason: 'output_limit', isSpent: true });
    expect(ran.stdout.length).toBeLessThan(megabyte);
    process.stdout.write(`output cut after ${Math.round(performance.now() - begin)} ms\n`);
    await own.close();
  });

  test('is gone with its box when it is given up', async () => {
    const own = await open();
    const controller = new AbortController();
    const reason = new Error('Stopped by somebody.');
    const command: BoxCommand = {
      language: 'python',
      code: 'import time\nprint(1, flush=True)\ntime.sleep(60)',
      args: [],
      stdin: '',
    };
    const running = own.exec(
      command,
      () => {
        controller.abort(reason);
        return true;
      },
      controller.signal,
    );
    expect(await failureOf(running)).toBe(reason);
    expect(own.isAlive()).toBe(false);
    expect(await real.containers()).not.toContain(own.id);
  });

  test('may run for longer than the engine takes to answer', { timeout: 60_000 }, async () => {
    const patient = openRealEngine({ runSeconds: 25 });
    const own = await patient.engine.open({ image: 'python', memoryBytes: 128 * megabyte }, never);
    const ran = await run(own, 'import time\ntime.sleep(17)\nprint("done")');
    expect(ran).toMatchObject({ stdout: 'done\n', end: { reason: 'ok' } });
    await patient.engine.close();
  });
});

describe.skipIf(why !== undefined)('the files of a box', () => {
  test('are there for the program, and what it wrote is there for us', async () => {
    const box = await open();
    const bytes = Buffer.from('a,b\n1,2\n');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const read = async function* () {
      yield bytes;
    };
    await box.put([{ name: 'in.csv', size: bytes.byteLength, sha256 }], read, never);
    await run(box, 'open("out.txt", "w").write(open("in.csv").read().upper())');
    const found: Collected[] = [];
    const limits = { fileBytes: megabyte, newBytes: megabyte, newFiles: 10 };
    for await (const one of box.collect(limits, never)) found.push(one);
    expect(found).toMatchObject([{ type: 'file', name: 'out.txt' }]);
    await box.remove(['in.csv'], never);
    expect((await run(box, 'import os; print(os.listdir("."))')).stdout).toBe("['out.txt']\n");
    await box.close();
  });
});

describe.skipIf(why !== undefined)('a bridge', () => {
  test('passes lines both ways while a program runs', async () => {
    const box = await open();
    const bridge = await box.openBridge('parley-tools-1', never);
    const lines = bridge.lines[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('ready');
    const code = `folder = "/tmp/parley-tools-1/"
open(folder + "calls", "w").write("ping\\n")
print(open(folder + "answers").readline(), end="")`;
    const running = run(box, code);
    expect((await lines.next()).value).toBe('ping');
    await bridge.send('pong');
    expect((await running).stdout).toBe('pong\n');
    await bridge.close();
    expect((await lines.next()).done).toBe(true);
    expect((await run(box, 'import os; print(os.listdir("/tmp"))')).stdout).not.toContain('tools');
    await box.close();
  });
});

describe('without an engine', () => {
  const absent = createDockerEngine({
    docker: { socketPath: '/nowhere/docker.sock' },
    instance: 'test',
    limits: real.limits,
  });

  test('says why code cannot be run, and what helps', async () => {
    const status = await absent.status(never);
    expect(status).toMatchObject({ usable: false, reason: expect.stringMatching('/nowhere/docker.sock') });
    expect(status.remedy).toBeDefined();
    expect(status.images.size).toBe(0);
  });

  test('opens nothing', async () => {
    const opening = absent.open({ image: 'python', memoryBytes: megabyte }, never);
    expect(await failureOf(opening)).toMatchObject({ code: 'unavailable' });
    await absent.close();
  });
});
