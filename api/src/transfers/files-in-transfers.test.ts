import { createHash, randomUUID } from 'node:crypto';
import { codeRoutes, conversationRoutes, transferRoutes } from '@parley/contracts';
import type { Conversation } from '@parley/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { uploadFiles } from '../files/__fixtures__/file-client.ts';
import { startTestApp } from '../test-app.ts';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import { claudeExport } from './__fixtures__/foreign-exports.ts';
import { importValue } from './__fixtures__/transfer-client.ts';

let app: TestApp;
let ada: TestUser;

beforeAll(async () => {
  app = await startTestApp({ gateway: false });
});
afterAll(() => app.close());
beforeEach(async () => {
  ada = await app.register('Ada');
});

async function onlyChat(user: TestUser): Promise<Conversation> {
  const response = await app.send(conversationRoutes.list, { query: { limit: 10 } }, user);
  const [chat] = conversationRoutes.list.response.parse(await response.json()).items;
  if (chat === undefined) throw new Error('Not there.');
  return chat;
}

/** Names and bytes of what the workspace holds. */
async function filesOf({ id }: Pick<Conversation, 'id'>, user: TestUser): Promise<[string, string][]> {
  const response = await app.send(codeRoutes.files, { query: { conversationId: id } }, user);
  const { items } = codeRoutes.files.response.parse(await response.json());
  return await Promise.all(
    items.map(async (file): Promise<[string, string]> => {
      const bytes = await app.send(codeRoutes.readFile, { params: { id: file.id } }, user);
      return [
        file.name,
        createHash('sha256')
          .update(Buffer.from(await bytes.arrayBuffer()))
          .digest('hex'),
      ];
    }),
  );
}

async function exportOf(user: TestUser): Promise<string> {
  const response = await fetch(app.url + transferRoutes.exportAccount.path, {
    headers: { Authorization: `Bearer ${user.accessToken}` },
  });
  return await response.text();
}

interface ExportFile {
  items: Record<string, unknown>[];
}

describe('files of chats', () => {
  it('come along in the account’s export, whole, and are there once', async () => {
    await importValue(app, ada, claudeExport);
    const chat = await onlyChat(ada);
    const large = Buffer.alloc(1_500_001, 'abc');
    for (const [name, content] of [
      ['notes.txt', Buffer.from('old')],
      ['notes.txt', Buffer.from('new')],
      ['large.bin', large],
      ['empty.txt', Buffer.alloc(0)],
    ] as const) {
      await uploadFiles(app, ada, { [name]: new Uint8Array(content) }, chat.id);
    }
    const before = await filesOf(chat, ada);
    expect(before).toHaveLength(3);
    const text = await exportOf(ada);

    const grace = await app.register('Grace');
    expect(await importValue(app, grace, text)).toMatchObject({ added: 1, leftOut: [] });
    const copy = await onlyChat(grace);
    expect(await filesOf(copy, grace)).toEqual(before);
    expect(await importValue(app, grace, text)).toMatchObject({ added: 0, present: 1 });
    expect(await filesOf(copy, grace)).toEqual(before);
    expect(await exportOf(grace)).toContain('"name":"large.bin"');
  }, 60_000);

  it('that are damaged in the export stay out of the chat, which comes without them', async () => {
    await importValue(app, ada, claudeExport);
    const chat = await onlyChat(ada);
    await uploadFiles(app, ada, { 'good.txt': 'good' }, chat.id);
    const file: ExportFile = JSON.parse(await exportOf(ada));
    const at = file.items.findIndex((item) => 'file' in item);
    const damaged = [
      { file: { ...Object(file.items[at]?.['file']), id: randomUUID(), name: 'bad.txt' } },
      { bytes: Buffer.from('other bytes').toString('base64') },
      { file: { ...Object(file.items[at]?.['file']), id: randomUUID(), name: '../escape.txt' } },
      { bytes: Buffer.from('good').toString('base64') },
      { bytes: 17 },
    ];
    file.items.splice(at, 0, ...damaged);
    const grace = await app.register('Grace');
    const imported = await importValue(app, grace, file);
    expect(imported).toMatchObject({ added: 1, leftOut: [{ what: 'file', count: 2 }] });
    expect((await filesOf(await onlyChat(grace), grace)).map(([name]) => name)).toEqual(['good.txt']);
  }, 60_000);

  it('are lost with the end of a file that breaks in the middle of one, and come with the whole file', async () => {
    await importValue(app, ada, claudeExport);
    const chat = await onlyChat(ada);
    await uploadFiles(app, ada, { 'large.bin': 'x'.repeat(900_000) }, chat.id);
    const text = await exportOf(ada);
    const grace = await app.register('Grace');
    const broken = await importValue(app, grace, text.slice(0, text.indexOf('"bytes"') + 600_000));
    expect(broken).toMatchObject({ state: 'failed', added: 0 });
    expect(await importValue(app, grace, text)).toMatchObject({ state: 'done', added: 1, leftOut: [] });
    expect(await filesOf(await onlyChat(grace), grace)).toHaveLength(1);
  }, 60_000);
});
