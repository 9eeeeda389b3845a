import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { whyNoRealEngine } from '../testing/real-engine.ts';
import { openAttackSite, type AttackBox } from './__fixtures__/attack-box.ts';

const missing = await whyNoRealEngine('python');

describe.skipIf(missing !== undefined)('a program that takes all it can get', () => {
  const site = openAttackSite({ runSeconds: 4 });
  const opened: AttackBox[] = [];
  const open = async () => {
    const attacker = await site.open();
    opened.push(attacker);
    return attacker;
  };

  afterEach(() => Promise.all(opened.splice(0).map(({ box }) => box.close())));
  afterAll(() => site.close());

  it('forks until it may not, and leaves a box that works', async () => {
    const attacker = await open();
    const bomb = `
import errno, os, time
count = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(60)
        count += 1
except OSError as error:
    print(errno.errorcode[error.errno], 90 < count < 128)`;
    expect(await attacker.run(bomb)).toMatchObject({ stdout: 'EAGAIN True\n', exitCode: 0, reason: 'ok' });
    await attacker.expectUsable();
  });

  it('multiplies in a shell, and ends at its time', async () => {
    const attacker = await open();
    const bomb = 'import os; os.execvp("sh", ["sh", "-c", "b() { b | b & }; b; while :; do b; done"])';
    const { reason, exitCode, durationMs, isSpent } = await attacker.run(bomb);
    expect({ reason, exitCode }).not.toEqual({ reason: 'ok', exitCode: 0 });
    expect(durationMs).toBeLessThan(15_000);
    await expectUsableUnlessSpent(attacker, isSpent);
  });

  it('eats memory until the kernel ends it, and the reason is told', async () => {
    const attacker = await open();
    const bomb = 'held = []\nwhile True: held.append(bytearray(16 << 20))';
    expect(await attacker.run(bomb)).toMatchObject({ reason: 'oom', exitCode: null, signal: 'SIGKILL', isSpent: true });
  });

  it('eats memory by files as well', async () => {
    const attacker = await open();
    const bomb = `
held = bytearray(380 << 20)
for n in range(9):
    open(f"/tmp/{n}", "wb").write(bytes(25 << 20))
for n in range(5):
    open(f"/mnt/data/{n}", "wb").write(bytes(25 << 20))
print("not ended")`;
    expect(await attacker.run(bomb)).toMatchObject({ reason: 'oom', stdout: '', isSpent: true });
  });

  it('fills both places to their brim, and the next program works', async () => {
    const attacker = await open();
    const fill = `
import errno
for folder in ["/mnt/data", "/tmp"]:
    size = 0
    try:
        for n in range(100):
            with open(f"{folder}/{n}", "wb", buffering=0) as file:
                size += file.write(bytes(8 << 20))
    except OSError as error:
        print(errno.errorcode[error.errno], size >> 20)`;
    const { stdout, exitCode } = await attacker.run(fill);
    expect({ stdout, exitCode }).toEqual({
      stdout: expect.stringMatching(/^ENOSPC 1[12]\d\nENOSPC 2[45]\d\n$/),
      exitCode: 0,
    });
    await attacker.expectUsable();
    expect((await attacker.collect()).filter(({ type }) => type === 'file').length).toBeGreaterThan(5);
  });

  it('makes as many files as there may be, and the next program works', async () => {
    const attacker = await open();
    const fill = `
import errno, os
for folder in ["/mnt/data/x", "/tmp/x"]:
    os.mkdir(folder)
    try:
        for n in range(200_000):
            os.close(os.open(f"{folder}/{n}", os.O_CREAT))
    except OSError as error:
        print(errno.errorcode[error.errno], n)`;
    const { stdout } = await attacker.run(fill);
    expect(stdout).toMatch(/^ENOSPC 6[45]\d{3}\nENOSPC 6[45]\d{3}\n$/);
    const found = await attacker.collect();
    expect(found.filter(({ type }) => type === 'file')).toHaveLength(site.limits.newFiles);
    expect(found.length).toBeLessThan(site.limits.newFiles + 10);
    await attacker.expectUsable();
  });

  it('leaves a labyrinth in the scratch folder, and the next program works', async () => {
    const attacker = await open();
    const code = `
import os
os.chdir("/tmp")
for n in range(2_000):
    os.mkdir("d"); os.chdir("d")
os.makedirs("/tmp/closed/inside/x"); open("/tmp/closed/inside/x/-rf", "w"); os.mkfifo("/tmp/.pipe"); os.symlink("/mnt/data", "/tmp/link")
open("/mnt/data/kept.txt", "w").write("kept")
for folder in ["/tmp/closed/inside/x", "/tmp/closed/inside", "/tmp/closed", "/tmp/home"]:
    os.chmod(folder, 0)`;
    expect(await attacker.run(code)).toMatchObject({ exitCode: 0 });
    await attacker.expectUsable();
    expect(await attacker.run('import os; print(os.listdir("/tmp"), os.listdir("."))')).toMatchObject({
      stdout: expect.stringMatching(/^\['(home|\.parley)', '(home|\.parley)'\] \['kept.txt'\]\n$/),
    });
  });

  it('writes no file beyond the largest, in one piece or by holes', async () => {
    const attacker = await open();
    const code = `
import os, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    os.truncate(os.open("/tmp/holes", os.O_CREAT | os.O_RDWR), 1 << 40)
except OSError as error:
    print(error.strerror)`;
    expect(await attacker.run(code)).toMatchObject({ stdout: 'File too large\n', exitCode: 0 });
  });

  it.each([
    ['stdout', 'import sys\nwhile True: sys.stdout.write("x" * 65536)'],
    ['stderr', 'import sys\nwhile True: sys.stderr.write("x" * 65536)'],
    ['a line each', 'while True: print("x" * 999)'],
    ['a child that holds on', 'import os, time\nos.fork() or time.sleep(60)\nwhile True: os.write(1, b"x" * 65536)'],
  ])('prints without end on %s, and is cut, and nothing of it is kept on the host', async (_, code) => {
    const attacker = await open();
    expect(await site.logOf(attacker.box.id)).toEqual({ kind: 'none', path: '' });
    const outcome = await attacker.run(code);
    expect(outcome).toMatchObject({ reason: 'output_limit' });
    expect(outcome.stdout.length + outcome.stderr.length).toBeLessThanOrEqual(site.limits.outputBytes);
    await expectUsableUnlessSpent(attacker, outcome.isSpent);
  });

  it.each([
    [
      'ignores all signals',
      'import signal\nfor n in range(1, 65):\n  try: signal.signal(n, signal.SIG_IGN)\n  except (OSError, ValueError): pass\nwhile True: pass',
    ],
    ['sleeps', 'import time; time.sleep(100)'],
    ['stops the one who watches it', 'import os, signal, time; os.kill(os.getppid(), signal.SIGSTOP); time.sleep(100)'],
    ['stops everybody', 'import os, signal\nos.kill(-1, signal.SIGSTOP)\nwhile True: pass'],
    ['ends the one who watches it', 'import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nwhile True: pass'],
  ])('never ends and %s', async (_, code) => {
    const attacker = await open();
    const { reason, exitCode, durationMs, isSpent } = await attacker.run(code);
    expect({ reason, exitCode }).not.toMatchObject({ exitCode: 0 });
    expect(durationMs).toBeLessThan((site.limits.runSeconds + 6) * 1_000);
    await expectUsableUnlessSpent(attacker, isSpent);
  });

  it('ends at its time when it holds on to its output by an orphan', async () => {
    const attacker = await open();
    const code = 'import subprocess; subprocess.Popen(["sleep", "1000"], start_new_session=True); print("done")';
    const outcome = await attacker.run(code);
    expect(outcome).toMatchObject({ stdout: 'done\n', exitCode: 0, reason: 'ok', isSpent: false });
    await attacker.expectUsable();
  });

  it('kills everything it may, which is only itself', async () => {
    const attacker = await open();
    const code = 'import os, time; open("kept.txt", "w").write("x"); os.kill(-1, 9); time.sleep(60)';
    expect(await attacker.run(code)).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
    expect(await attacker.collect()).toMatchObject([{ type: 'file', name: 'kept.txt' }]);
    await attacker.expectUsable();
  });

  it('is dead before its files are read, even when it took the place of the one who was to end it', async () => {
    const attacker = await open();
    const code = `
import os, time
parents = []
pid = os.getpid()
while pid > 1:
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    pid = int(fields[1])
    if pid > 1 and os.stat(f"/proc/{pid}").st_uid == 1000:
        parents.append(pid)
if os.fork() == 0:
    os.setsid()
    for fd in range(3):
        os.close(fd)
    while True:
        with open("/mnt/data/growing.txt", "a") as file:
            file.write("x")
        time.sleep(0.001)
for pid in parents:
    try:
        with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
            print("opened", memory.seek(0) == 0)
    except OSError as error:
        print(error.strerror)
for pid in reversed(parents):
    os.kill(pid, 9)
time.sleep(60)`;
    await attacker.run(code);
    const [first] = await attacker.collect();
    expect(first).toMatchObject({ type: 'file', name: 'growing.txt' });
    expect(await attacker.collect()).toEqual([]);
    await attacker.expectUsable();
  });
});

/** A box that cannot be used again says so. */
async function expectUsableUnlessSpent(attacker: AttackBox, isSpent: boolean): Promise<void> {
  if (!isSpent) await attacker.expectUsable();
}
