import * as fc from 'fast-check';
import * as tar from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { SandboxError } from '../core/sandbox-error.ts';
import { readTar, type TarFile } from './read-tar.ts';

const limits = { fileBytes: 3000, totalBytes: 5000 };
const { signal } = new AbortController();

interface Entry {
  readonly name: string;
  readonly type?:
    | 'file'
    | 'link'
    | 'symlink'
    | 'directory'
    | 'fifo'
    | 'character-device'
    | 'block-device'
    | 'contiguous-file';
  readonly content?: string;
  readonly linkname?: string;
  readonly pax?: Readonly<Record<string, string>>;
}

describe('an archive from a box', () => {
  it('gives the files that were asked for, with their hashes', async () => {
    const archive = await archiveOf([
      { name: './a', content: 'one' },
      { name: './b/ü', content: 'two' },
      { name: './empty' },
    ]);
    const files = await read(archive, ['a', 'b/ü', 'empty']);
    expect(files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()])).toEqual([
      ['a', 'one'],
      ['b/ü', 'two'],
      ['empty', ''],
    ]);
    expect(files[0]?.sha256).toBe('7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed');
  });

  it.each<[string, Entry]>([
    ['a link', { name: 'x', type: 'symlink', linkname: '/etc/passwd' }],
    ['a second name', { name: 'x', type: 'link', linkname: '/etc/shadow' }],
    ['a folder', { name: 'x', type: 'directory' }],
    ['a pipe', { name: 'x', type: 'fifo' }],
    ['a device', { name: 'x', type: 'character-device' }],
    ['a disk', { name: 'x', type: 'block-device' }],
    ['an unusual file', { name: 'x', type: 'contiguous-file', content: 'hello' }],
    ['an absolute path', { name: '/etc/passwd', content: 'root' }],
    ['a way out', { name: '../x', content: 'out' }],
    ['a way out by an extension', { name: 'x', content: 'out', pax: { path: '../../x' } }],
    ['a name nobody asked for', { name: 'y', content: 'surprise' }],
    ['a file that is too large', { name: 'x', content: 'x'.repeat(3001) }],
  ])('passes over %s', async (_, entry) => {
    const archive = await archiveOf([entry, { name: 'good', content: 'fine' }]);
    const files = await read(archive, ['x', '../x', '/etc/passwd', '../../x', 'good']);
    expect(files.map(({ name }) => name)).toEqual(['good']);
  });

  it('gives each name once', async () => {
    const archive = await archiveOf([
      { name: 'a', content: 'first' },
      { name: './a', content: 'second' },
    ]);
    expect((await read(archive, ['a'])).map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['first']);
  });

  it('gives no more bytes than all files together may have', async () => {
    const archive = await archiveOf(['a', 'b', 'c'].map((name) => ({ name, content: 'x'.repeat(2400) })));
    expect((await read(archive, ['a', 'b', 'c'])).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('refuses one that is cut short within a file', async () => {
    const archive = await archiveOf([{ name: 'a', content: 'x'.repeat(2000) }]);
    await expect(read(archive.subarray(0, 1500), ['a'])).rejects.toBeInstanceOf(SandboxError);
  });

  it('refuses one that promises more than it may send, without reading on', async () => {
    const header = withSize(await archiveOf([{ name: 'a', content: 'x' }]), 8 ** 11 - 1);
    let sent = 0;
    const endless = async function* () {
      yield header;
      for (; ; sent += 65_536) yield Buffer.alloc(65_536);
    };
    await expect(readAll(readTar(endless(), { wanted: ['a'], ...limits }, signal))).rejects.toBeInstanceOf(
      SandboxError,
    );
    expect(sent).toBeLessThan(1_000_000);
  });

  it('throws what ended it', async () => {
    const stop = new AbortController();
    const source = async function* () {
      yield Buffer.alloc(100);
      stop.abort(new Error('Enough.'));
      throw new Error('reset');
    };
    const reading = readAll(readTar(source(), { wanted: ['a'], ...limits }, stop.signal));
    await expect(reading).rejects.toThrow('Enough.');
  });

  it('never breaks a limit, and fails with nothing but its own error, whatever it is made of', async () => {
    const wanted = ['a', 'b', 'a/b'];
    const name = fc.oneof(fc.constantFrom(...wanted, './a', '/a', '../a', 'a\n', ''), fc.string({ unit: 'binary' }));
    const entry = fc.record(
      {
        name: name.filter((text) => !text.includes('\0')),
        type: fc.constantFrom('file', 'file', 'file', 'link', 'symlink', 'directory', 'fifo', 'character-device'),
        content: fc.nat({ max: 4000 }).map((length) => 'x'.repeat(length)),
        linkname: fc.constantFrom('/etc/passwd', 'a'),
        pax: fc.dictionary(
          fc.constantFrom('path', 'size', 'linkpath', '__proto__'),
          fc.constantFrom('a', '-1', '1e99', '7', '../a'),
        ),
      },
      { requiredKeys: ['name'] },
    );
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 });
    const chunkSize = fc.integer({ min: 1, max: 3000 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 6 }),
        damage,
        fc.nat(),
        chunkSize,
        async (entries, bytes, cut, size) => {
          const archive = await archiveOf(entries);
          for (const [at, byte] of bytes) archive[at % archive.length] = byte;
          const hostile = cut % 3 === 0 ? archive.subarray(0, cut % archive.length) : archive;
          const files = await read(hostile, wanted, size).catch(nothingIfOwnError);
          expect(new Set(files.map((file) => file.name)).size).toBe(files.length);
          for (const file of files) {
            expect(wanted).toContain(file.name);
            expect(file.bytes.length).toBeLessThanOrEqual(limits.fileBytes);
          }
          expect(files.reduce((sum, file) => sum + file.bytes.length, 0)).toBeLessThanOrEqual(limits.totalBytes);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('fails with nothing but its own error when it is noise', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 4096 }), async (noise) => {
        expect(await read(Buffer.from(noise), ['a']).catch(nothingIfOwnError)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

async function archiveOf(entries: readonly Entry[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const { content = '', type = 'file', ...header } of entries) {
    if (type === 'file' || type === 'contiguous-file') pack.entry({ ...header, type, linkname: '' }, content);
    else pack.entry({ ...header, type });
  }
  pack.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of pack) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** The first header of an archive, with another size and a sum that fits. */
function withSize(archive: Buffer, size: number): Buffer {
  const header = Buffer.from(archive.subarray(0, 512));
  header.write(`${size.toString(8).padStart(11, '0')} `, 124);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function read(archive: Buffer, wanted: readonly string[], chunkSize = 700): Promise<TarFile[]> {
  const chunks = async function* () {
    for (let at = 0; at < archive.length; at += chunkSize) yield archive.subarray(at, at + chunkSize);
  };
  return readAll(readTar(chunks(), { wanted, ...limits }, signal));
}

async function readAll(files: AsyncIterable<TarFile>): Promise<TarFile[]> {
  const all: TarFile[] = [];
  for await (const file of files) all.push(file);
  return all;
}

function nothingIfOwnError(error: unknown): TarFile[] {
  if (error instanceof SandboxError) return [];
  throw error;
}
