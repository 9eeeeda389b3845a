import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { codeRoutes, conversationRoutes, fileIdSchema } from '@parley/contracts';
import type { ConversationId, FileId } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { problemOf } from '../generations/__fixtures__/chat-client.ts';
import { startTestApp } from '../test-app.ts';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import { newConversation } from './__fixtures__/new-conversation.ts';
import { sendFiles, uploadFile, uploadFiles } from './__fixtures__/file-client.ts';

let app: TestApp;
let user: TestUser;
let stranger: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  user = await app.register();
  stranger = await app.register();
});

afterAll(() => app.close());

const megabyte = 1024 * 1024;

async function list(conversationId: ConversationId, as = user) {
  const response = await app.send(codeRoutes.files, { query: { conversationId } }, as);
  return codeRoutes.files.response.parse(await response.json());
}

async function names(conversationId: ConversationId): Promise<string[]> {
  return (await list(conversationId)).items.map(({ name }) => name);
}

async function read(id: FileId, as = user): Promise<Response> {
  return await app.send(codeRoutes.readFile, { params: { id } }, as);
}

/** Names of all files that are on the disk for conversations. */
async function onDisk(): Promise<string[]> {
  const folder = path.join(app.config.dataDir, 'files');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** A request as bytes, so that everything can be wrong with it. */
async function sendRaw(body: string | Buffer, contentType = 'multipart/form-data; boundary=b'): Promise<Response> {
  return await fetch(app.url + codeRoutes.upload.path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${user.accessToken}`, 'Content-Type': contentType },
    body: Buffer.from(body),
  });
}

function part(filename: string, content = 'x'): string {
  const disposition = `Content-Disposition: form-data; name="files"; filename="${filename}"`;
  return `--b\r\n${disposition}\r\nContent-Type: text/plain\r\n\r\n${content}\r\n`;
}

describe('an upload into a conversation', () => {
  it('is in its workspace, and can be read byte by byte', async () => {
    const conversation = await newConversation(app, user);
    const bytes = randomBytes(300_000);
    const [file] = await uploadFiles(app, user, { 'data.bin': bytes, 'a.csv': 'x,y\n1,2\n' }, conversation);
    expect(await list(conversation)).toMatchObject({
      items: [
        { name: 'a.csv', mimeType: 'text/csv', size: 8, origin: 'upload' },
        { name: 'data.bin', mimeType: 'application/octet-stream', size: 300_000 },
      ],
      used: 300_008,
      room: 128 * megabyte,
    });
    expect(file?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    const response = await read(file?.id ?? fileIdSchema.parse(randomUUID()));
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('takes the place of an older one of its name, which stays readable', async () => {
    const conversation = await newConversation(app, user);
    const first = await uploadFile(app, user, 'a.txt', 'one', conversation);
    const second = await uploadFile(app, user, 'a.txt', 'number two', conversation);
    expect(await list(conversation)).toMatchObject({ items: [{ id: second.id }], used: 10 });
    expect(await (await read(first.id)).text()).toBe('one');
  });

  it('is nothing to anybody else', async () => {
    const conversation = await newConversation(app, user);
    const { id } = await uploadFile(app, user, 'a.txt', 'mine', conversation);
    const answers = [
      await read(id, stranger),
      await app.send(codeRoutes.files, { query: { conversationId: conversation } }, stranger),
      await sendFiles(app, stranger, { 'b.txt': 'theirs' }, conversation),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect((await app.send(codeRoutes.removeFile, { params: { id } }, stranger)).status).toBe(204);
    expect(await (await read(id)).text()).toBe('mine');
  });

  it('goes when it is removed, again and again, with its bytes', async () => {
    const conversation = await newConversation(app, user);
    await uploadFile(app, user, 'a.txt', 'older', conversation);
    const { id } = await uploadFile(app, user, 'a.txt', 'newer', conversation);
    for (let time = 0; time < 2; time += 1) {
      expect((await app.send(codeRoutes.removeFile, { params: { id } }, user)).status).toBe(204);
    }
    expect(await names(conversation)).toEqual([]);
    expect((await read(id)).status).toBe(404);
    expect(await onDisk()).not.toContain(id);
  });

  it('goes with its conversation', async () => {
    const conversation = await newConversation(app, user);
    const { id } = await uploadFile(app, user, 'a.txt', 'mine', conversation);
    await app.send(conversationRoutes.remove, { params: { id: conversation } }, user);
    expect((await read(id)).status).toBe(404);
    expect(await onDisk()).not.toContain(id);
  });

  it('outlives a restart', async () => {
    const conversation = await newConversation(app, user);
    const { id } = await uploadFile(app, user, 'a.txt', 'still here', conversation);
    await app.restart();
    expect(await names(conversation)).toEqual(['a.txt']);
    expect(await (await read(id)).text()).toBe('still here');
  });
});

describe('the browser', () => {
  it.each([
    ['plot.png', 'image/png', 'inline'],
    ['page.html', 'text/html', 'attachment'],
    ['drawing.svg', 'image/svg+xml', 'attachment'],
    ['doc.pdf', 'application/pdf', 'attachment'],
  ])('gets %s as %s, %s, and never as a page of ours', async (name, type, disposition) => {
    const { id } = await uploadFile(app, user, name, 'x');
    const { headers } = await read(id);
    expect(headers.get('Content-Type')?.split(';')[0]).toBe(type);
    expect(headers.get('Content-Disposition')).toBe(`${disposition}; filename*=UTF-8''${name}`);
    expect(headers.get('Content-Security-Policy')).toBe("default-src 'none'; sandbox");
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
  });

  it('gets names that are anything but names', async () => {
    const name = `<img src=x> "'; ü.txt`;
    const { id } = await uploadFile(app, user, name, 'x');
    const encoded = (await read(id)).headers.get('Content-Disposition')?.split("''")[1] ?? '';
    expect(decodeURIComponent(encoded)).toBe(name);
  });
});

describe('the name of an upload', () => {
  it.each([
    ['C:\\fakepath\\data.csv', 'data.csv'],
    ['folder/below/data.csv', 'data.csv'],
    ['../../../etc/passwd', 'passwd'],
    ['-rf', '-rf'],
    ['..x', '..x'],
    ['e\u0301.txt', '\u00E9.txt'],
    ['a%22b.txt', 'a"b.txt'],
  ])('%j is kept as %j', async (sent, kept) => {
    const response = await sendRaw(`${part(sent)}--b--\r\n`);
    expect(codeRoutes.upload.response.parse(await response.json()).items[0]?.name).toBe(kept);
  });

  it.each(['', '.', '..', 'folder/', 'a%0Ab', 'tab\there', 'x'.repeat(256), 'nul\0', '\u2028'])(
    '%j is refused',
    async (sent) => {
      const response = await sendRaw(`${part(sent)}--b--\r\n`);
      expect([response.status, await problemOf(response)]).toMatchObject([400, { code: 'invalid-request' }]);
    },
  );

  it('is refused when it is not UTF-8', async () => {
    const [before = '', after = ''] = part('@@').split('@@');
    const body = Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xfe]), Buffer.from(`${after}--b--\r\n`)]);
    expect((await sendRaw(body)).status).toBe(400);
  });
});

describe('a form that is none', () => {
  const header = 'Content-Disposition: form-data; name="files"; filename="a.txt"';
  it.each<[string, string | Buffer, string | undefined, number]>([
    ['without a boundary', part('a.txt'), 'multipart/form-data', 400],
    ['of another type', '{}', 'application/json', 415],
    ['that is empty', '', undefined, 400],
    ['without a file', '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n--b--\r\n', undefined, 400],
    ['that ends in the middle of a file', part('a.txt'), undefined, 400],
    ['that ends in the middle of a head', `--b\r\n${header}\r\n`, undefined, 400],
    [
      'of 10,000 parts',
      `${'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n'.repeat(10_000)}--b--\r\n`,
      undefined,
      400,
    ],
    ['of 10,000 files', `${part('a.txt').repeat(10_000)}--b--\r\n`, undefined, 400],
    ['of 21 files', `${part('a.txt').repeat(21)}--b--\r\n`, undefined, 400],
    ['with a head that never ends', `--b\r\n${header}\r\nX: ${'x'.repeat(5_000_000)}`, undefined, 400],
    [
      'with a field that is endless',
      `--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n${'y'.repeat(100_000)}\r\n--b--\r\n`,
      undefined,
      400,
    ],
    [
      'with its conversation behind its file',
      `${part('a.txt')}--b\r\nContent-Disposition: form-data; name="conversationId"\r\n\r\n${randomUUID()}\r\n--b--\r\n`,
      undefined,
      400,
    ],
    [
      'for a conversation that is none',
      `--b\r\nContent-Disposition: form-data; name="conversationId"\r\n\r\n../..\r\n${part('a.txt')}--b--\r\n`,
      undefined,
      404,
    ],
    [
      'for a conversation that is not there',
      `--b\r\nContent-Disposition: form-data; name="conversationId"\r\n\r\n${randomUUID()}\r\n${part('a.txt')}--b--\r\n`,
      undefined,
      404,
    ],
  ])('%s is refused, and nothing of it stays', async (_what, body, type, status) => {
    const before = await onDisk();
    const response = await sendRaw(body, type);
    expect([response.status, response.headers.get('Content-Type')]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
    expect(await onDisk()).toEqual(before);
  });
});

describe('too much', () => {
  it('is a file of more than 25 MB, of which nothing stays, nor of those beside it', async () => {
    const conversation = await newConversation(app, user);
    const before = await onDisk();
    const files = { 'small.txt': 'small', 'large.bin': Buffer.alloc(25 * megabyte + 1) };
    const response = await sendFiles(app, user, files, conversation);
    expect([response.status, await problemOf(response)]).toMatchObject([413, { code: 'file-too-large' }]);
    expect(await names(conversation)).toEqual([]);
    expect(await onDisk()).toEqual(before);
  });

  it('is not a file of exactly 25 MB', async () => {
    const conversation = await newConversation(app, user);
    await uploadFiles(app, user, { 'large.bin': Buffer.alloc(25 * megabyte) }, conversation);
    expect((await list(conversation)).used).toBe(25 * megabyte);
  });

  it('is more than the workspace holds, also when it comes all at once', async () => {
    const conversation = await newConversation(app, user);
    const sizes = [25, 25, 25, 25, 25, 25];
    const answers = await Promise.all(
      sizes.map((size, index) =>
        sendFiles(app, user, { [`${index}.bin`]: Buffer.alloc(size * megabyte) }, conversation),
      ),
    );
    const codes = await Promise.all(
      answers.filter(({ ok }) => !ok).map(async (response) => (await problemOf(response)).code),
    );
    expect(new Set(codes)).toEqual(new Set(['workspace-full']));
    const { used, items } = await list(conversation);
    expect(used).toBeLessThanOrEqual(128 * megabyte);
    expect(items).toHaveLength(answers.filter(({ ok }) => ok).length);
    // What was refused has let go of its room again.
    await uploadFile(app, user, 'last.txt', 'x', conversation);
    expect(await onDisk()).toEqual(expect.arrayContaining(items.map(({ id }) => id)));
  });
});

describe('a client that leaves in the middle', () => {
  it('leaves nothing behind', async () => {
    const conversation = await newConversation(app, user);
    const before = (await onDisk()).length;
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    const field = `--b\r\nContent-Disposition: form-data; name="conversationId"\r\n\r\n${conversation}\r\n`;
    socket.write(
      [
        `POST ${codeRoutes.upload.path} HTTP/1.1`,
        `Host: ${hostname}`,
        `Authorization: Bearer ${user.accessToken}`,
        'Content-Type: multipart/form-data; boundary=b',
        'Content-Length: 20000000',
        '',
        `${field}${part('half.bin', 'x'.repeat(2_000_000)).slice(0, -2)}`,
      ].join('\r\n'),
    );
    await vi.waitFor(async () => expect((await onDisk()).length).toBeGreaterThan(before));
    socket.destroy();
    await vi.waitFor(async () => expect((await onDisk()).length).toBe(before));
    expect(await list(conversation)).toMatchObject({ items: [], used: 0 });
  });
});
