import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNoRealEngine } from '../testing/real-engine.ts';
import { openAttackSite, type AttackBox } from './__fixtures__/attack-box.ts';

const missing = await whyNoRealEngine('python');

const hiding = `
import os, socket, sys, time
open("/mnt/data/secret.txt", "w").write("of the neighbour")
open("/tmp/secret.txt", "w").write("of the neighbour")
abstract = socket.socket(socket.AF_UNIX)
abstract.bind("\\0parley-secret")
abstract.listen()
server = socket.create_server(("127.0.0.1", 7777))
print("ready", flush=True)
time.sleep(20)`;

const looking = `
import glob, os, socket
def found(kind, address):
    with socket.socket(kind) as client:
        client.settimeout(1)
        return client.connect_ex(address) == 0
print(glob.glob("/mnt/data/*") + glob.glob("/tmp/secret*"))
print(found(socket.AF_UNIX, "\\0parley-secret"), found(socket.AF_INET, ("127.0.0.1", 7777)))
print(open("/proc/net/unix").read().count("parley-secret"))
print(any("parley-secret" in open(path).read() for path in glob.glob("/proc/[0-9]*/cmdline")))
print(max(int(name) for name in os.listdir("/proc") if name.isdigit()) < 1000)`;

describe.skipIf(missing !== undefined)('a program beside others', () => {
  const site = openAttackSite();
  let attacker: AttackBox;
  let neighbour: AttackBox;

  beforeAll(async () => {
    [attacker, neighbour] = await Promise.all([site.open(), site.open()]);
  });
  afterAll(() => site.close());

  it('sees nothing of their files, processes and sockets', async () => {
    const stop = new AbortController();
    const ready = Promise.withResolvers<void>();
    const waiting = neighbour.box.exec(
      { language: 'python', code: hiding, args: ['parley-secret'], stdin: '' },
      () => {
        ready.resolve();
        return true;
      },
      stop.signal,
    );
    await Promise.race([ready.promise, waiting]);
    const { stdout, stderr } = await attacker.run(looking);
    expect({ stdout, stderr }).toEqual({ stdout: '[]\nFalse False\n0\nFalse\nTrue\n', stderr: '' });
    await attacker.expectUsable();

    stop.abort(new Error('Enough.'));
    await expect(waiting).rejects.toThrow('Enough.');
    expect(neighbour.box.isAlive()).toBe(false);
    expect(await site.containers()).not.toContain(neighbour.box.id);
  });

  it('finds nothing of what ran before it but the files of its workspace', async () => {
    const before = `
import ctypes, os, socket, subprocess
open("/tmp/scratch", "w").write("x"); open("/mnt/data/kept.txt", "w").write("kept")
os.makedirs("/tmp/home/.config", exist_ok=True); open("/tmp/home/.config/startup", "w").write("x")
libc = ctypes.CDLL(None, use_errno=True)
print(libc.shmget(4242, 1 << 20, 0o1666), libc.msgget(4242, 0o1666), libc.semget(4242, 1, 0o1666))
subprocess.Popen(["sleep", "1000"], start_new_session=True)`;
    expect(await attacker.run(before)).toMatchObject({ stdout: '-1 -1 -1\n', exitCode: 0 });
    const after = `
import glob, os
print(sorted(glob.glob("/tmp/*")), os.listdir("/mnt/data"), glob.glob("/tmp/home/.*"), os.listdir("/dev/mqueue"))
print([open(p).read() for p in glob.glob("/proc/[0-9]*/comm") if os.stat(p).st_uid == 1000 and "sleep" in open(p).read()])`;
    const { stdout } = await attacker.run(after);
    expect(stdout).toBe("['/tmp/home'] ['kept.txt'] ['/tmp/home/.matplotlib'] []\n[]\n");
    await attacker.expectUsable();
  });
});
