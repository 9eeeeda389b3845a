import { createHash, randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WorkspaceFile } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import type { ExecRaw } from '../docker/exec-stream.ts';
import type { Collected, CollectLimits } from '../engine/sandbox-engine.ts';
import { createLocalExec, hasGnuTools } from './__fixtures__/local-exec.ts';
import { createWorkspaceView, type WorkspaceView } from './workspace-view.ts';

const limits: CollectLimits = { fileBytes: 1_000_000, newBytes: 3_000_000, newFiles: 5 };
const { signal } = new AbortController();

let path: string;
let view: WorkspaceView;
let started: () => number;

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'workspace-'));
  const local = createLocalExec();
  started = local.started;
  view = createWorkspaceView({ exec: local.exec, path });
});

afterEach(() => rm(path, { recursive: true, force: true }));

describe.skipIf(!hasGnuTools)('a workspace', () => {
  it('holds what was put, in folders, under any name that a file may have', async () => {
    const names = [
      'data.csv',
      '-rf',
      '..x',
      '<img src=x>.html',
      'a/b/ü 文.txt',
      String.raw`back\nslash`,
      'long'.repeat(60),
    ];
    await put(Object.fromEntries(names.map((name) => [name, `content of ${name}`])));

    for (const name of names) expect(await readFile(join(path, name), 'utf8')).toBe(`content of ${name}`);
    expect(await collected()).toEqual([]);
    expect(started()).toBe(2);
  });

  it('is looked at once more when nothing is heard of the first look, and no more than that', async () => {
    const local = createLocalExec();
    let silent = 1;
    const exec: ExecRaw = async (command, during) => {
      const process = await local.exec(command, during);
      if (silent === 0) return process;
      silent -= 1;
      const nothing = new PassThrough();
      const cut = (): void => void nothing.destroy(new Error('Ended.'));
      if (during.aborted) cut();
      else during.addEventListener('abort', cut, { once: true });
      return { ...process, stdout: nothing };
    };
    view = createWorkspaceView({ exec, path, answerMs: 300 });
    program('echo kept > a.txt');
    expect(await collected()).toMatchObject([{ type: 'file', name: 'a.txt' }]);
    expect(local.started()).toBe(2);
    silent = 1;
    const leaving = new AbortController();
    const looking = collected(leaving.signal);
    leaving.abort(new Error('Enough.'));
    await expect(looking).rejects.toThrow('Enough.');
    expect(local.started()).toBe(3);
  });

  it('replaces what lies in the way of a file', async () => {
    program('mkdir -p taken/inside; ln -s /etc/hostname link; touch taken/inside/x');
    await put({ taken: 'one', link: 'two' });
    expect(await readFile(join(path, 'taken'), 'utf8')).toBe('one');
    expect(await readFile(join(path, 'link'), 'utf8')).toBe('two');
    await put({ taken: 'longer than before' });
    expect(await readFile(join(path, 'taken'), 'utf8')).toBe('longer than before');
    expect(await collected()).toEqual([]);
  });

  it('sends large files without holding them', async () => {
    const bytes = randomBytes(900_000);
    await put({ 'large.bin': bytes, empty: '' });
    expect((await readFile(join(path, 'large.bin'))).equals(bytes)).toBe(true);
    expect((await readFile(join(path, 'empty'))).length).toBe(0);
  });

  it.each([
    ['other bytes', 'hello', 'jello'],
    ['fewer bytes', 'hello', 'hell'],
    ['more bytes', 'hello', 'hello!'],
    ['no bytes', 'hello', ''],
  ])('refuses a file that has %s than was said', async (_, said, sent) => {
    const files = [fileOf('good', 'fine'), fileOf('bad', said)];
    const read = async function* ({ name }: WorkspaceFile) {
      yield Buffer.from(name === 'bad' ? sent : 'fine');
    };
    await expect(view.put(files, read, signal)).rejects.toMatchObject({ name: 'SandboxError', code: 'invalid' });
  });

  it('passes on why a file could not be read', async () => {
    await expect(view.put([fileOf('a', 'hello')], readFromLostStore, signal)).rejects.toThrow('The store is gone.');
  });

  it('ends a transfer when it is told to', async () => {
    const stop = new AbortController();
    const read = async function* () {
      yield Buffer.from('he');
      stop.abort(new Error('Enough.'));
      yield Buffer.from('llo');
    };
    await expect(view.put([fileOf('a', 'hello')], read, stop.signal)).rejects.toThrow('Enough.');
  });

  it.each([
    [['a', 'a/b'], 'a file and a folder'],
    [['../escape'], 'not plain'],
    [['/absolute'], 'not plain'],
    [['line\nbreak'], 'control characters'],
    [['1/2/3/4/5/6/7/8/9'], 'too deep'],
  ])('refuses %j together', async (names, reason) => {
    const putting = put(Object.fromEntries(names.map((name) => [name, 'x'])));
    await expect(putting).rejects.toThrow(reason);
    expect(await readdir(path)).toEqual([]);
  });

  it('hands out what a program wrote and changed, and says what it removed', async () => {
    await put({ 'in.csv': 'a,b', 'old.txt': 'old', 'gone.txt': 'x' });
    program('echo new > out.txt; echo more >> old.txt; rm gone.txt; mkdir -p plots/deep; echo p > plots/deep/p.svg');

    expect(await collected()).toEqual([
      { type: 'removed', name: 'gone.txt' },
      file('old.txt', 'oldmore\n'),
      file('out.txt', 'new\n'),
      file('plots/deep/p.svg', 'p\n'),
    ]);
    expect(await collected()).toEqual([]);
  });

  it('does not hand out a file that was only touched, moved away and back, or written anew with the same bytes', async () => {
    await put({ a: 'one', b: 'two', c: 'three' });
    program('touch a; mv b x; mv x b; printf three > y; mv y c');
    expect(await collected()).toEqual([]);
  });

  it('notices a change that hides its traces', async () => {
    await put({ a: 'one', b: 'two' });
    program(`cp -p a keep; printf ONE > a; touch -r keep a; rm keep`);
    expect(await collected()).toEqual([file('a', 'ONE')]);
  });

  it('drops everything that is no plain file', async () => {
    program(`ln -s /etc/passwd passwd; ln -s / root; mkfifo pipe; echo fine > fine.txt; ln -s fine.txt alias`);
    spawnSync('python3', [
      '-c',
      `import socket; socket.socket(socket.AF_UNIX).bind(${JSON.stringify(join(path, 'sock'))})`,
    ]);

    const found = await collected();
    expect(found.filter(({ type }) => type === 'file')).toEqual([file('fine.txt', 'fine\n')]);
    expect(skips(found)).toEqual(
      expect.arrayContaining([
        'passwd: it is a link',
        'root: it is a link',
        'alias: it is a link',
        'pipe: it is a pipe',
      ]),
    );
  });

  it('hands a file with two names out under both', async () => {
    program('echo same > first; ln first second');
    expect(await collected()).toEqual([file('first', 'same\n'), file('second', 'same\n')]);
  });

  it('refuses a sparse file and a large one by their size alone', async () => {
    program('truncate -s 1T sparse; head -c 1000001 /dev/zero > large; head -c 1000000 /dev/zero > just.bin');
    const found = await collected();
    expect(found.filter(({ type }) => type === 'file').map(({ name }) => name)).toEqual(['just.bin']);
    expect(skips(found)).toEqual(['large: it is larger than 0.9 MB', 'sparse: it is larger than 0.9 MB']);
  });

  it('tells names that cannot be kept in a way that can be printed', async () => {
    program(
      String.raw`printf x > "$(printf 'new\nline')"; printf x > "$(printf '\377\376.bin')"; printf x > "$(printf '\033[31mred')"`,
    );
    expect(skips(await collected()).toSorted()).toEqual(
      [
        'new\uFFFDline: its name has control characters',
        '\uFFFD[31mred: its name has control characters',
        '\uFFFD\uFFFD.bin: its name is not UTF-8',
      ].toSorted(),
    );
  });

  it('keeps the first of ten thousand files, and tells of the others in a few lines', async () => {
    program('seq -f "%05g.txt" 1 10000 | xargs touch');
    const found = await collected();
    expect(found.filter(({ type }) => type === 'file').map(({ name }) => name)).toEqual(
      [1, 2, 3, 4, 5].map((number) => `0000${number}.txt`),
    );
    expect(skips(found)).toHaveLength(6);
    expect(skips(found).at(-1)).toBe('9990 more: a run keeps at most 5 new files');
  });

  it('gives up on more files than can be looked through, in one line', async () => {
    program(
      `d=$(printf 'x%.0s' {1..250}); mkdir -p $d/$d/$d/$d && cd $d/$d/$d/$d && seq -f "$d%05g" 1 14000 | cut -c 6-255 | xargs touch`,
    );
    expect(skips(await collected())).toEqual([`${path}: it holds more files than can be looked through`]);
  });

  it('keeps no more bytes than a run may leave', async () => {
    program('for n in 1 2 3 4; do head -c 900000 /dev/zero > $n; done; echo small > small');
    const found = await collected();
    expect(found.filter(({ type }) => type === 'file').map(({ name }) => name)).toEqual(['1', '2', '3', 'small']);
    expect(skips(found)).toEqual(['4: a run keeps at most 2.8 MB']);
  });

  it('says of a known file that grew too large that it is not kept', async () => {
    await put({ 'data.bin': 'small' });
    program('head -c 1500000 /dev/zero > data.bin');
    expect(await collected()).toEqual([{ type: 'skipped', name: 'data.bin', reason: 'it is larger than 0.9 MB' }]);
  });

  it('counts only new files, so that many known ones can change', async () => {
    const many = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`${index}.txt`, 'old']));
    await put(many);
    program('for f in *.txt; do echo new > $f; done; for n in a b c d e f; do touch $n; done');
    const found = await collected();
    expect(found.filter(({ type }) => type === 'file')).toHaveLength(13);
    expect(skips(found)).toEqual(['f: a run keeps at most 5 new files']);
  });

  it('passes over what lies too deep, and over bytecode without a word', async () => {
    program(
      'mkdir -p 1/2/3/4/5/6/7/8/9/10 __pycache__ && touch 1/2/3/4/5/6/7/8/9/10/x __pycache__/m.pyc && echo k > 1/2/3/4/5/6/7/keep',
    );
    expect(await collected()).toEqual([
      file('1/2/3/4/5/6/7/keep', 'k\n'),
      { type: 'skipped', name: '1/2/3/4/5/6/7/8/9', reason: 'it is too deep in folders' },
    ]);
  });

  it('says that a file became a folder, or a folder a file', async () => {
    await put({ a: 'file', 'b/c': 'inside' });
    program('rm -r a b; mkdir a; echo x > a/c; echo y > b');
    expect(await collected()).toEqual([
      { type: 'removed', name: 'a' },
      { type: 'removed', name: 'b/c' },
      file('a/c', 'x\n'),
      file('b', 'y\n'),
    ]);
  });

  it('removes files that are there and such that are not', async () => {
    await put({ a: 'x', 'b/c': 'y', '-rf': 'z' });
    await view.remove(['a', '-rf', 'never was'], signal);
    expect(await readdir(path)).toEqual(['b']);
    expect(await collected()).toEqual([]);
    await view.remove([], signal);
  });

  it('costs one process, whether something changed or not', async () => {
    await collected();
    expect(started()).toBe(1);
    program('echo x > x; ln -s x y');
    await collected();
    expect(started()).toBe(2);
  });

  it('reads what its owner closed', async () => {
    program('mkdir closed; echo x > closed/x; echo y > y; chmod 000 closed y');
    expect(await collected()).toEqual([file('closed/x', 'x\n'), file('y', 'y\n')]);
    expect(await collected()).toEqual([]);
  });

  it('can be left in the middle', async () => {
    program('for n in 1 2 3; do head -c 900000 /dev/zero > $n; done');
    for await (const found of view.collect(limits, signal)) {
      expect(found.name).toBe('1');
      break;
    }
  });

  it('ends when it is told to, with the reason it was given', async () => {
    program('head -c 900000 /dev/zero > x');
    const stop = new AbortController();
    stop.abort(new Error('Enough.'));
    await expect(collected(stop.signal)).rejects.toThrow('Enough.');
  });

  it('fails when the folder is gone', async () => {
    await rm(path, { recursive: true });
    await expect(collected()).rejects.toBeInstanceOf(SandboxError);
    await expect(put({ a: 'x' })).rejects.toBeInstanceOf(SandboxError);
    await expect(view.remove(['a'], signal)).rejects.toBeInstanceOf(SandboxError);
  });
});

function program(script: string): void {
  const { status, stderr } = spawnSync('bash', ['-c', script], { cwd: path, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

async function collected(during = signal): Promise<Collected[]> {
  const all: Collected[] = [];
  for await (const found of view.collect(limits, during)) all.push(found);
  return all;
}

async function put(contents: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  const files = Object.entries(contents).map(([name, content]) => fileOf(name, content));
  const read = async function* ({ name }: WorkspaceFile) {
    const bytes = Buffer.from(contents[name] ?? '');
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
  };
  await view.put(files, read, signal);
}

function fileOf(name: string, content: string | Uint8Array): WorkspaceFile {
  const bytes = Buffer.from(content);
  return { name, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function file(name: string, text: string): Collected {
  const bytes = Buffer.from(text);
  return { type: 'file', name, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function skips(found: readonly Collected[]): string[] {
  return found.flatMap((each) => (each.type === 'skipped' ? [`${each.name}: ${each.reason}`] : []));
}

async function* readFromLostStore(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('he');
  await Promise.reject(new Error('The store is gone.'));
}
