import { randomUUID } from 'node:crypto';
import { conversationRoutes, importIdSchema, transferRoutes } from '@parley/contracts';
import type { Conversation, Message } from '@parley/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { problemOf } from '../generations/__fixtures__/chat-client.ts';
import { startTestApp } from '../test-app.ts';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import {
  chatbotUiExport,
  chatGptExport,
  claudeExport,
  libreChatExport,
  libreChatTree,
  openWebUiExport,
} from './__fixtures__/foreign-exports.ts';
import { endOfImport, importValue, sendImport } from './__fixtures__/transfer-client.ts';

let app: TestApp;
let ada: TestUser;

beforeAll(async () => {
  app = await startTestApp({ gateway: false });
});
afterAll(() => app.close());
beforeEach(async () => {
  ada = await app.register('Ada');
});

async function chatsOf(user: TestUser): Promise<Conversation[]> {
  const found: Conversation[] = [];
  for (const archived of [false, true]) {
    const response = await app.send(
      conversationRoutes.list,
      { query: { archived: String(archived), limit: 100 } },
      user,
    );
    found.push(...conversationRoutes.list.response.parse(await response.json()).items);
  }
  return found;
}

async function messagesOf({ id }: Pick<Conversation, 'id'>, user: TestUser): Promise<Message[]> {
  const response = await app.send(conversationRoutes.messages, { params: { id } }, user);
  return conversationRoutes.messages.response.parse(await response.json()).items;
}

function textOf({ parts }: Message): string {
  return parts.map((part) => ('text' in part ? part.text : part.type)).join('');
}

/** Conversations as their trees of words, whatever their ids. */
async function shapeOf(user: TestUser): Promise<unknown[]> {
  const shapes: unknown[] = [];
  for (const chat of await chatsOf(user)) {
    const { id: _id, ...rest } = chat;
    const messages = await messagesOf(chat, user);
    const words = new Map(messages.map((message) => [message.id, textOf(message)]));
    const tree = messages.map(({ id: _message, conversationId: _chat, parentId, ...message }) => ({
      ...message,
      after: parentId === null ? null : words.get(parentId),
    }));
    shapes.push({ ...rest, tree });
  }
  return shapes;
}

async function fetchFile(path: string, user: TestUser): Promise<Response> {
  return await fetch(app.url + path, { headers: { Authorization: `Bearer ${user.accessToken}` } });
}

describe('an import', () => {
  it.each([
    ['ChatGPT', chatGptExport, { format: 'chatgpt', added: 2, skipped: 0, messages: 7 }],
    ['Claude', claudeExport, { format: 'claude', added: 1, skipped: 1, messages: 3 }],
    ['LibreChat', libreChatExport, { format: 'librechat', added: 1, skipped: 0, messages: 5 }],
    ['Chatbot UI', chatbotUiExport, { format: 'chatbot-ui', added: 2, skipped: 0, messages: 4 }],
    ['Open WebUI', openWebUiExport, { format: 'open-webui', added: 1, skipped: 0, messages: 4 }],
  ])('from %s counts what it brings, and adds nothing the second time', async (_name, value, counts) => {
    const first = await importValue(app, ada, value);
    expect(first).toMatchObject({ ...counts, state: 'done', present: 0, read: first.size });
    const before = await shapeOf(ada);
    expect(before).toHaveLength(counts.added);
    const again = await importValue(app, ada, value);
    expect(again).toMatchObject({ added: 0, messages: 0, present: counts.added, skipped: counts.skipped });
    expect(await shapeOf(ada)).toEqual(before);
  });

  it('keeps times, models, tags and the archive, and a model that is offered here to go on with', async () => {
    await importValue(app, ada, chatGptExport);
    await importValue(app, ada, openWebUiExport);
    const chats = await chatsOf(ada);
    expect(chats.map(({ title, archived, tags }) => ({ title, archived, tags }))).toEqual([
      { title: 'Pictures', archived: false, tags: ['animals'] },
      { title: 'Sorting in Python', archived: false, tags: undefined },
      { title: 'Untitled', archived: true, tags: undefined },
    ]);
    const [pictures, sorting] = chats;
    if (pictures === undefined || sorting === undefined) throw new Error('Not there.');
    expect(sorting).toMatchObject({
      createdAt: '2023-11-14T22:13:20.123Z',
      updatedAt: '2023-11-14T22:28:20.500Z',
      endpoint: 'Parley',
      model: 'chat-fast',
    });
    expect((await messagesOf(sorting, ada)).map(({ role, model, createdAt }) => [role, model, createdAt])).toEqual([
      ['user', undefined, '2023-11-14T22:13:30.000Z'],
      ['assistant', 'gpt-4o', '2023-11-14T22:13:40.000Z'],
      ['assistant', 'gpt-4o', '2023-11-14T22:13:50.000Z'],
      ['user', undefined, '2023-11-14T22:15:00.000Z'],
      ['assistant', 'gpt-4o', '2023-11-14T22:15:04.000Z'],
    ]);
  });

  it('lists what it did not take', async () => {
    const value = [...claudeExport, 'nothing', { title: 'No chat\u0000\u202E' }];
    expect(await importValue(app, ada, value)).toMatchObject({
      skips: [
        { title: '', reason: 'empty' },
        { title: '', reason: 'not-a-conversation' },
        { title: 'No chat', reason: 'not-a-conversation' },
      ],
      leftOut: [
        { what: 'file', count: 1 },
        { what: 'reasoning', count: 1 },
        { what: 'tool', count: 1 },
      ],
    });
  });

  it('brings many at once, one of them twice in the file, and adds nothing the second time', async () => {
    const [chat] = claudeExport;
    const chats = Array.from({ length: 20 }, (_none, number) => ({ ...chat, uuid: `many-${number % 19}` }));
    expect(await importValue(app, ada, chats)).toMatchObject({ state: 'done', added: 19, present: 1, messages: 57 });
    expect(await chatsOf(ada)).toHaveLength(19);
    expect(await importValue(app, ada, chats)).toMatchObject({ state: 'done', added: 0, present: 20, messages: 0 });

    const account = await app.send(transferRoutes.exportAccount, {}, ada);
    const grace = await app.register('Grace');
    const file = await account.text();
    expect(await importValue(app, grace, file)).toMatchObject({ state: 'done', added: 19, messages: 57 });
    expect(await importValue(app, grace, file)).toMatchObject({ state: 'done', added: 0, present: 19 });
    expect(await shapeOf(grace)).toEqual(await shapeOf(ada));
  }, 60_000);

  it('is the same conversation whether LibreChat wrote it as a list or a tree', async () => {
    await importValue(app, ada, libreChatExport);
    expect(await importValue(app, ada, libreChatTree)).toMatchObject({ added: 0, present: 1 });
  });

  it('keeps what came before the break, and goes on with the whole file', async () => {
    const text = JSON.stringify(chatGptExport);
    const broken = await importValue(app, ada, text.slice(0, -30));
    expect(broken).toMatchObject({ state: 'failed', added: 1, failure: { reason: 'ended-early', at: broken.size } });
    expect(await importValue(app, ada, text)).toMatchObject({ state: 'done', added: 1, present: 1 });
    expect(await chatsOf(ada)).toHaveLength(2);
  });

  it('tells what is no export', async () => {
    expect(await importValue(app, ada, '<html>')).toMatchObject({
      state: 'failed',
      failure: { reason: 'unknown-format' },
    });
    expect(await importValue(app, ada, 'PK\u0003\u0004')).toMatchObject({ failure: { reason: 'zip' } });
  });

  it('goes on in the next process with what it has not read', async () => {
    const many = Array.from({ length: 300 }, (_, index) => ({
      uuid: `many-${index}`,
      name: `Chat ${index}`,
      chat_messages: [{ uuid: 'a', sender: 'human', text: `Question ${index}` }],
    }));
    const response = await sendImport(app, ada, JSON.stringify(many));
    const { id } = transferRoutes.startImport.response.parse(await response.json());
    await app.restart();
    expect(await endOfImport(app, ada, id)).toMatchObject({ state: 'done', skipped: 0, messages: expect.any(Number) });
    const { added, present } = await endOfImport(app, ada, id);
    expect(added + present).toBe(300);
    const again = await importValue(app, ada, many);
    expect(again).toMatchObject({ added: 0, present: 300 });
  }, 90_000);

  it('ends when its person says so, one at a time', async () => {
    const chat_messages = [{ uuid: 'a', sender: 'human', text: 'Hello' }];
    const many = JSON.stringify(Array.from({ length: 20_000 }, (_, index) => ({ uuid: `c-${index}`, chat_messages })));
    const response = await sendImport(app, ada, many);
    const { id } = transferRoutes.startImport.response.parse(await response.json());
    expect(await problemOf(await sendImport(app, ada, '[]'))).toMatchObject({ code: 'import-running' });
    await app.send(transferRoutes.cancelImport, { params: { id } }, ada);
    const ended = await endOfImport(app, ada, id);
    expect(ended).toMatchObject({ state: 'cancelled' });
    expect(ended.added).toBeLessThan(20_000);
    expect(await importValue(app, ada, '[]')).toMatchObject({ state: 'done', added: 0 });
  }, 90_000);

  it('is nobody else’s', async () => {
    const { id } = await importValue(app, ada, chatbotUiExport);
    const eve = await app.register('Eve');
    for (const route of [transferRoutes.readImport, transferRoutes.cancelImport]) {
      expect(await problemOf(await app.send(route, { params: { id } }, eve))).toMatchObject({
        code: 'import-not-found',
      });
    }
    const none = { params: { id: importIdSchema.parse(randomUUID()) } };
    expect(await problemOf(await app.send(transferRoutes.readImport, none, ada))).toMatchObject({
      code: 'import-not-found',
    });
    expect(await importValue(app, eve, chatbotUiExport)).toMatchObject({ added: 2, present: 0 });
  });
});

describe('an export', () => {
  it('of an account comes back whole in another one, and adds nothing to its own', async () => {
    for (const value of [chatGptExport, claudeExport, libreChatExport, openWebUiExport])
      await importValue(app, ada, value);
    const text = await (await fetchFile(transferRoutes.exportAccount.path, ada)).text();
    expect(await importValue(app, ada, text)).toMatchObject({ format: 'parley', added: 0, present: 5 });
    const grace = await app.register('Grace');
    expect(await importValue(app, grace, text)).toMatchObject({ added: 5, messages: 19, skipped: 0, leftOut: [] });
    expect(await shapeOf(grace)).toEqual(await shapeOf(ada));
    expect(await importValue(app, grace, text)).toMatchObject({ added: 0, present: 5 });
  });

  it('that was made by hand adds nothing that is not the importer’s', async () => {
    await importValue(app, ada, libreChatExport);
    const text = await (await fetchFile(transferRoutes.exportAccount.path, ada)).text();
    const file: { items: { message?: Message; conversation?: Conversation }[] } = JSON.parse(text);
    const [first, second] = file.items.flatMap(({ message }) => message ?? []);
    if (first === undefined || second === undefined) throw new Error('Not there.');
    const other = { ...first, conversationId: randomUUID() };
    const foreign = { id: randomUUID(), name: 'secret.txt', mimeType: 'text/plain', size: 1 };
    const items = [
      file.items[0],
      { message: first },
      { message: first },
      { message: other },
      { message: { ...second, parentId: randomUUID(), parts: [{ type: 'file', file: foreign }] } },
      { message: { role: 'admin' } },
    ];
    const eve = await app.register('Eve');
    const imported = await importValue(app, eve, { format: 'parley-export', formatVersion: 1, items });
    expect(imported).toMatchObject({ added: 1, messages: 2 });
    expect(Object.fromEntries(imported.leftOut.map(({ what, count }) => [what, count]))).toEqual({
      repeated: 1,
      unreadable: 2,
      file: 1,
    });
    const [chat] = await chatsOf(eve);
    if (chat === undefined) throw new Error('Not there.');
    expect((await messagesOf(chat, eve)).map((message) => [message.parentId, textOf(message)])).toEqual([
      [null, 'What is a tree?'],
      [null, '[File: secret.txt, not part of the export]'],
    ]);
  });

  it('that names somebody who has an account puts no words into their mouth, and offers no answers to vote for', async () => {
    await importValue(app, ada, libreChatExport);
    const text = await (await fetchFile(transferRoutes.exportAccount.path, ada)).text();
    const file: { items: { message?: Message }[] } = JSON.parse(text);
    const author = { id: ada.user.id, name: 'Ada\u202e' };
    const items = file.items.map(({ message, ...item }) =>
      message === undefined
        ? item
        : { message: { ...message, author, comparison: { blind: true, answers: [message.id] } } },
    );
    const eve = await app.register('Eve');
    await importValue(app, eve, { format: 'parley-export', formatVersion: 1, items });
    const [chat] = await chatsOf(eve);
    if (chat === undefined) throw new Error('Not there.');
    const [first] = await messagesOf(chat, eve);
    expect(first?.author?.name).toBe('Ada');
    expect(first?.author?.id).not.toBe(ada.user.id);
    expect(first?.comparison).toBe(undefined);
  });

  it('of one conversation is Markdown, plain text or JSON', async () => {
    await importValue(app, ada, libreChatExport);
    const [chat] = await chatsOf(ada);
    if (chat === undefined) throw new Error('Not there.');
    const path = transferRoutes.exportConversation.path.replace(':id', chat.id);
    const markdown = await fetchFile(`${path}?format=markdown`, ada);
    expect(markdown.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''Trees.md");
    expect(await markdown.text()).toBe(
      '# Trees\n\n## You\n\nWhat is a tree?\n\n## gpt-4\n\nA graph.\n\n## You\n\nWithout cycles?\n\n## gpt-4\n\nWithout cycles.\n',
    );
    expect(await (await fetchFile(`${path}?format=text`, ada)).text()).toMatch(/^Trees\n\nYou\n\nWhat is a tree\?\n/);
    const json: { items: unknown[] } = JSON.parse(await (await fetchFile(path, ada)).text());
    expect(json.items).toHaveLength(6);
    const eve = await app.register('Eve');
    expect(await problemOf(await fetchFile(path, eve))).toMatchObject({ code: 'conversation-not-found' });
  });
});
