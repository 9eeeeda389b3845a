import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Collected } from '../engine/sandbox-engine.ts';
import { whyNoRealEngine } from '../testing/real-engine.ts';
import { openAttackSite, type AttackBox } from './__fixtures__/attack-box.ts';

const missing = await whyNoRealEngine('python');

describe.skipIf(missing !== undefined)('a program that leaves files behind', () => {
  const site = openAttackSite();
  const opened: AttackBox[] = [];
  const after = async (code: string, stdout = '') => {
    const attacker = await site.open();
    opened.push(attacker);
    expect(await attacker.run(code)).toMatchObject({ stdout, stderr: '', exitCode: 0 });
    const found = await attacker.collect();
    await attacker.expectUsable();
    return { attacker, found };
  };

  afterEach(() => Promise.all(opened.splice(0).map(({ box }) => box.close())));
  afterAll(() => site.close());

  it('hands out no link, pipe or socket, and says why', async () => {
    const { found } = await after(`
import os, socket
os.symlink("/etc/passwd", "passwd"); os.symlink("/", "root"); os.symlink("../../../etc/shadow", "shadow")
os.mkfifo("pipe"); socket.socket(socket.AF_UNIX).bind("socket")
os.symlink("/proc/1/root", "folder"); open("plain.txt", "w").write("plain")`);
    expect(files(found)).toEqual(['plain.txt']);
    expect(skips(found)).toEqual({
      folder: 'it is a link',
      passwd: 'it is a link',
      root: 'it is a link',
      shadow: 'it is a link',
      pipe: 'it is a pipe',
      socket: 'it is a socket',
    });
  });

  it('hands a file with two names out under both', async () => {
    const { found } = await after('import os\nopen("first", "w").write("same"); os.link("first", "second")');
    expect(files(found)).toEqual(['first', 'second']);
  });

  it('may give them any harmless name', async () => {
    const names = [
      '-rf',
      '..x',
      '<img src=x onerror=alert(1)>.html',
      '$(reboot).txt',
      'a b;c&d|e',
      '*',
      'ü文🎉.csv',
      '"quoted\'',
      String.raw`back\nslash`,
      '--checkpoint-action=exec=sh',
      '~',
      '%s%n',
    ];
    const { found, attacker } = await after(
      `import json, sys\nfor name in json.loads(${JSON.stringify(JSON.stringify(names))}): open(name, "w").write(name)`,
    );
    expect(files(found)).toEqual(names.toSorted());
    expect(found.every((each) => each.type === 'file' && Buffer.from(each.bytes).toString() === each.name)).toBe(true);
    await attacker.box.remove(names.slice(0, 3), AbortSignal.timeout(20_000));
    expect(await attacker.collect()).toEqual([]);
  });

  it('keeps no file whose name cannot be told, is too long or lies too deep', async () => {
    const { found } = await after(`
import os
open("new\\nline.txt", "w"); open(b"\\xff\\xfe.bin", "w"); open("\\x1b[31mred", "w"); open("line\\u2028.txt", "w")
os.makedirs("a/b/c/d/e/f/g/h/i/j"); open("a/b/c/d/e/f/g/h/i/j/deep.txt", "w"); open("a/b/c/d/e/f/g/fine.txt", "w")
deep = ["x" * 240] * 7
os.makedirs("/".join(deep)); open("/".join(deep) + "/long.txt", "w")
os.mkdir("bottomless"); os.chdir("bottomless")
for n in range(3000):
    os.mkdir("d"); os.chdir("d")`);
    expect(files(found)).toEqual(['a/b/c/d/e/f/g/fine.txt']);
    expect(Object.values(skips(found)).toSorted()).toEqual(
      [
        'its name has control characters',
        'its name has control characters',
        'its name has control characters',
        'its name is not UTF-8',
        'its path is too long',
        'it is too deep in folders',
        'it is too deep in folders',
      ].toSorted(),
    );
    expect(Object.keys(skips(found)).some((name) => /[\p{Cc}\u2028]/u.test(name))).toBe(false);
  });

  it('cannot flood its caller by ten thousand files', async () => {
    const { found } = await after('for n in range(10_000): open(f"{n:05}.txt", "w").write("x")');
    expect(files(found)).toEqual(Array.from({ length: 50 }, (_, n) => `${String(n).padStart(5, '0')}.txt`));
    expect(Object.entries(skips(found)).at(-1)).toEqual(['9945 more', 'a run keeps at most 50 new files']);
    expect(found.length).toBeLessThan(60);
  });

  it('cannot make its caller read holes, giants or more than a run may leave', async () => {
    const { found } = await after(`
import os
os.truncate(os.open("sparse.bin", os.O_CREAT | os.O_RDWR), 60 << 20)
open("giant.bin", "wb").write(bytes((25 << 20) + 1))
for n in range(4):
    os.truncate(os.open(f"hole{n}.bin", os.O_CREAT | os.O_RDWR), 25 << 20)
os.truncate(os.open("hole4.bin", os.O_CREAT | os.O_RDWR), 25 << 20)`);
    expect(files(found)).toEqual(['hole0.bin', 'hole1.bin', 'hole2.bin', 'hole3.bin']);
    expect(skips(found)).toEqual({
      'sparse.bin': 'it is larger than 25 MB',
      'giant.bin': 'it is larger than 25 MB',
      'hole4.bin': 'a run keeps at most 100 MB',
    });
  });

  it('keeps archives that explode as the small files they are', async () => {
    const { found } = await after(`
import gzip, tarfile, io, zipfile
with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive: archive.writestr("zeros", bytes(50 << 20))
with tarfile.open("evil.tar", "w") as archive:
    for name, kind in [("../../etc/passwd", tarfile.REGTYPE), ("/absolute", tarfile.REGTYPE), ("link", tarfile.SYMTYPE)]:
        entry = tarfile.TarInfo(name); entry.type = kind; entry.linkname = "/etc/shadow"; archive.addfile(entry)`);
    expect(files(found)).toEqual(['bomb.zip', 'evil.tar']);
  });

  it('hands out any bytes as they are', async () => {
    const attacker = await site.open();
    opened.push(attacker);
    const text = randomBytes(100_000).toString('hex');
    await attacker.put('in.hex', text);
    await attacker.run('open("out.bin", "wb").write(bytes.fromhex(open("in.hex").read()))');
    const [file] = await attacker.collect();
    expect(file?.type === 'file' && Buffer.from(file.bytes).toString('hex') === text).toBe(true);
  });

  it('cannot hide a change, not even one through shared memory', async () => {
    const attacker = await site.open();
    opened.push(attacker);
    await attacker.put('data.bin', 'aaaa');
    await attacker.put('same.bin', 'aaaa');
    await attacker.run(`
import mmap, os
for name, letter in [("data.bin", b"b"), ("same.bin", b"a")]:
    with open(name, "r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        memory[0:1], memory[0:1] = memory[0:1], letter`);
    expect(await attacker.collect()).toMatchObject([{ type: 'file', name: 'data.bin' }]);
    await attacker.run(
      'import os\nbefore = os.stat("data.bin")\nopen("data.bin", "r+").write("cccc")\nos.utime("data.bin", ns=(before.st_atime_ns, before.st_mtime_ns))',
    );
    expect(await attacker.collect()).toMatchObject([{ type: 'file', name: 'data.bin' }]);
  });

  it('has its files read although it closed them', async () => {
    const { found } = await after(`
import os
os.mkdir("closed"); open("closed/x", "w").write("x"); open("unreadable", "w").write("y")
os.chmod("unreadable", 0); os.chmod("closed", 0); os.chmod("/mnt/data", 0)`);
    expect(files(found)).toEqual(['closed/x', 'unreadable']);
  });

  it('says what it removed, and what it put in the place of files', async () => {
    const attacker = await site.open();
    opened.push(attacker);
    await attacker.put('gone.txt', 'x');
    await attacker.put('linked.txt', 'x');
    await attacker.put('folder', 'x');
    await attacker.run(
      'import os\nfor n in ["gone.txt", "linked.txt", "folder"]: os.unlink(n)\nos.symlink("/etc/passwd", "linked.txt"); os.mkdir("folder")',
    );
    expect(await attacker.collect()).toEqual([
      { type: 'removed', name: 'gone.txt' },
      { type: 'removed', name: 'linked.txt' },
      { type: 'removed', name: 'folder' },
      { type: 'skipped', name: 'linked.txt', reason: 'it is a link' },
    ]);
    await attacker.put('folder', 'a file again');
    expect(await attacker.run('print(open("folder").read())')).toMatchObject({ stdout: 'a file again\n' });
  });

  it('cannot lead files that are put outside of the workspace', async () => {
    const { attacker } = await after(
      'import os\nos.symlink("/opt/parley", "programs"); os.symlink("/etc/passwd", "passwd")',
    );
    await attacker.put('passwd', 'mine');
    expect(await attacker.run('import os\nprint(os.path.islink("passwd"), open("passwd").read())')).toMatchObject({
      stdout: 'False mine\n',
    });
    await expect(attacker.put('programs/run-code', 'mine')).rejects.toMatchObject({ code: 'engine' });
  });

  it('is told plainly when the files of a workspace do not fit', async () => {
    const attacker = await site.open();
    opened.push(attacker);
    const large = 'x'.repeat(25 << 20);
    for (const name of ['1', '2', '3', '4', '5']) await attacker.put(name, large);
    await expect(attacker.put('6', large)).rejects.toThrow('need more room');
    expect(attacker.box.isAlive()).toBe(false);
  });
});

function files(found: readonly Collected[]): string[] {
  return found.flatMap((each) => (each.type === 'file' ? [each.name] : []));
}

function skips(found: readonly Collected[]): Readonly<Record<string, string>> {
  return Object.fromEntries(found.flatMap((each) => (each.type === 'skipped' ? [[each.name, each.reason]] : [])));
}
