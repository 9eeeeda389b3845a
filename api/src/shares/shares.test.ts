import { randomUUID } from 'node:crypto';
import {
  configRoutes,
  conversationIdSchema,
  conversationRoutes,
  messageIdSchema,
  messageRoutes,
  messageText,
  shareRoutes,
} from '@parley/contracts';
import type { ConversationId, MessageId, RouteInput, Share } from '@parley/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { problemOf, start } from '../generations/__fixtures__/chat-client.ts';
import { newConversation } from '../files/__fixtures__/new-conversation.ts';
import { startTestApp } from '../test-app.ts';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';

let app: TestApp;
let ada: TestUser;
let conversationId: ConversationId;
let path: MessageId[];

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  ada = await app.register('Ada');
  conversationId = await newConversation(app, ada);
  path = (await messagesOf(conversationId, ada)).map(({ id }) => id);
});

async function messagesOf(id: ConversationId, user: TestUser) {
  const response = await app.send(conversationRoutes.messages, { params: { id } }, user);
  return conversationRoutes.messages.response.parse(await response.json()).items;
}

type Wish = Partial<RouteInput<typeof shareRoutes.create>['body']>;

async function tryToShare(wish: Wish = {}, user = ada): Promise<Response> {
  const messageId = path.at(-1) ?? newMessageId();
  const body = { conversationId, messageId, access: 'public', days: null, ...wish } as const;
  return await app.send(shareRoutes.create, { body }, user);
}

async function share(wish: Wish = {}): Promise<Share> {
  const response = await tryToShare(wish);
  expect(response.status).toBe(201);
  return shareRoutes.create.response.parse(await response.json());
}

const read = (token: string, user?: TestUser) => app.send(shareRoutes.read, { params: { token }, query: {} }, user);
const newMessageId = () => messageIdSchema.parse(randomUUID());
const newConversationId = () => conversationIdSchema.parse(randomUUID());

async function sharedTexts(token: string): Promise<string[]> {
  const { messages } = shareRoutes.read.response.parse(await (await read(token)).json());
  return messages.map(({ parts }) => parts.map((part) => ('text' in part ? part.text : '')).join(''));
}

describe('a link', () => {
  it('shows the messages up to one to whoever has it, and tells nobody else', async () => {
    const { token } = await share({ messageId: path[0] ?? newMessageId() });
    expect(token).toMatch(/^[\w-]{32}$/);
    const response = await read(token);
    expect([response.headers.get('cache-control'), response.headers.get('x-robots-tag')]).toEqual([
      'no-store',
      'noindex, nofollow',
    ]);
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(await sharedTexts(token)).toEqual(['Hi']);
    const page = await fetch(`${app.url}/share/${token}`);
    expect(page.headers.get('x-robots-tag')).toBe('noindex, nofollow');
  });

  it('stays as it is until it is updated, under the same address', async () => {
    const made = await share({ days: 7, title: 'About nothing' });
    const [question = newMessageId(), answer = newMessageId()] = path;
    await app.send(
      messageRoutes.edit,
      { params: { id: conversationId, messageId: question }, body: { text: 'Hello' } },
      ada,
    );
    expect((await sharedTexts(made.token))[0]).toBe('Hi');
    const response = await app.send(
      shareRoutes.update,
      { params: { id: made.id }, body: { messageId: answer, days: null } },
      ada,
    );
    const updated = shareRoutes.update.response.parse(await response.json());
    expect(updated).toMatchObject({ token: made.token, title: 'About nothing', expiresAt: null, messages: 2 });
    expect(Date.parse(updated.updatedAt)).toBeGreaterThan(Date.parse(made.updatedAt));
    expect((await sharedTexts(made.token))[0]).toBe('Hello');
  });

  it('shows messages that were deleted meanwhile, and ends with its chat', async () => {
    const { token } = await share();
    const [, answer = newMessageId()] = path;
    await app.send(messageRoutes.remove, { params: { id: conversationId, messageId: answer } }, ada);
    expect(await sharedTexts(token)).toHaveLength(2);
    await app.send(conversationRoutes.remove, { params: { id: conversationId } }, ada);
    expect(await problemOf(await read(token))).toMatchObject({ status: 404, code: 'share-not-found' });
    expect(await (await app.send(shareRoutes.list, { query: {} }, ada)).json()).toEqual({ items: [] });
  });

  it('answers the same when it is wrong, was revoked, or has expired', async () => {
    const revoked = await share();
    await app.send(shareRoutes.remove, { params: { id: revoked.id } }, ada);
    for (const token of [revoked.token, 'A'.repeat(32), 'short', 'x'.repeat(5000), '%00', '../shares', '.*']) {
      const answer = await problemOf(await read(token));
      const { requestId: _requestId, instance: _instance, ...said } = answer;
      expect(said).toEqual({
        type: expect.any(String),
        title: 'This link leads nowhere: it may have ended',
        status: 404,
        code: 'share-not-found',
      });
    }
  });

  it('for people who are signed in asks everybody else who they are', async () => {
    const { token } = await share({ access: 'signed-in' });
    expect(await problemOf(await read(token))).toMatchObject({ status: 401, code: 'not-authenticated' });
    expect((await read(token, await app.register('Grace'))).status).toBe(200);
  });

  it('is made, changed and ended by the owner of the chat alone', async () => {
    const { id } = await share();
    const eve = await app.register('Eve');
    const answers = [
      [await tryToShare({}, eve), 'conversation-not-found'],
      [await tryToShare({ messageId: newMessageId() }), 'message-not-found'],
      [await app.send(shareRoutes.update, { params: { id }, body: { access: 'signed-in' } }, eve), 'share-not-found'],
      [await app.send(shareRoutes.remove, { params: { id } }, eve), 'share-not-found'],
    ] as const;
    for (const [answer, code] of answers) expect(await problemOf(answer)).toMatchObject({ status: 404, code });
    expect(await (await app.send(shareRoutes.list, { query: {} }, eve)).json()).toEqual({ items: [] });
    const listed = await app.send(shareRoutes.list, { query: { conversationId } }, ada);
    expect(shareRoutes.list.response.parse(await listed.json()).items.map((item) => item.id)).toEqual([id]);
  });

  it('refuses what is no expiry and no title', async () => {
    for (const bad of [{ days: 3 }, { title: ' ' }, { title: 'a\u202Eb' }, { access: 'everybody' }]) {
      const body = { conversationId, messageId: path[0], access: 'public', ...bad };
      const response = await fetch(app.url + shareRoutes.create.path, {
        method: 'POST',
        headers: { authorization: `Bearer ${ada.accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(response.status).toBe(400);
    }
  });
});

describe('a copy of what a link leads to', () => {
  it('is its reader’s own, goes on, and is made once', async () => {
    const { token } = await share({ title: 'Worth a copy' });
    const grace = await app.register('Grace');
    const to = newConversationId();
    const copy = () => app.send(shareRoutes.copy, { params: { token }, body: { conversationId: to } }, grace);
    const made = shareRoutes.copy.response.parse(await (await copy()).json());
    expect(made).toMatchObject({ id: to, title: 'Worth a copy', endpoint: 'Parley', model: 'chat-fast' });
    expect(made).not.toHaveProperty('forkedFrom');
    expect((await copy()).status).toBe(201);
    const copied = await messagesOf(to, grace);
    expect(copied.map(messageText)).toEqual((await messagesOf(conversationId, ada)).map(messageText));
    expect(copied.some(({ id }) => path.includes(id))).toBe(false);
    const parent = copied.at(-1)?.id ?? null;
    const next = { text: 'Go on', conversation: to, parent, endpoint: 'Parley', model: 'chat-fast' };
    expect(await start(app, grace, next)).toMatchObject({ conversationId: to });
    const foreign = { params: { token }, body: { conversationId } };
    expect(await problemOf(await app.send(shareRoutes.copy, foreign, grace))).toMatchObject({
      code: 'conversation-id-taken',
    });
  });
});

describe('an operator', () => {
  it('switches links off, or those for everybody', async () => {
    const cases = [
      { sharedLinks: { signedIn: true, public: false }, made: [403, 201] },
      { sharedLinks: { signedIn: false, public: false }, made: [403, 403] },
    ];
    for (const { sharedLinks, made } of cases) {
      const strict = await startTestApp({ sharedLinks });
      try {
        const user = await strict.register('Ada');
        const id = await newConversation(strict, user);
        const listed = await strict.send(conversationRoutes.messages, { params: { id } }, user);
        const { items } = conversationRoutes.messages.response.parse(await listed.json());
        const messageId = items[0]?.id ?? newMessageId();
        const shared = async (access: 'public' | 'signed-in') => {
          const body = { conversationId: id, messageId, access };
          return (await strict.send(shareRoutes.create, { body }, user)).status;
        };
        expect([await shared('public'), await shared('signed-in')]).toEqual(made);
        expect(await (await strict.send(configRoutes.config, {})).json()).toMatchObject({ sharedLinks });
      } finally {
        await strict.close();
      }
    }
  });
});
