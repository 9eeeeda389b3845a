import { randomUUID } from 'node:crypto';
import { accountRoutes, authRoutes, conversationRoutes, presetRoutes, userRoutes } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemOf } from '../generations/__fixtures__/chat-client.ts';
import { startTestApp } from '../test-app.ts';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import { importValue } from '../transfers/__fixtures__/transfer-client.ts';

let app: TestApp;
let admin: TestUser;

beforeAll(async () => {
  app = await startTestApp({ gateway: false });
  admin = await app.register('Admin');
});
afterAll(() => app.close());

const chats = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    uuid: randomUUID(),
    name: `Chat ${index}`,
    chat_messages: [{ uuid: randomUUID(), sender: 'human', text: `Question ${index}` }],
  }));

async function listChats(user: TestUser): Promise<number> {
  const response = await app.send(conversationRoutes.list, { query: { limit: 100 } }, user);
  return conversationRoutes.list.response.parse(await response.json()).items.length;
}

describe('deleting an account', () => {
  it('signs every device out at once, frees the address, and leaves nothing to whoever has it next', async () => {
    const grace = await app.register('Grace');
    const { email } = grace.user;
    await importValue(app, grace, chats(5));
    const credentials = { body: { email, password: grace.password } };
    const signIn = await app.send(authRoutes.login, credentials);
    const phone = { ...grace, ...authRoutes.login.response.parse(await signIn.json()) };
    const holdings = await app.send(accountRoutes.readHoldings, {}, grace);
    expect(await holdings.json()).toEqual({ conversations: 5, ownedAlone: 0, isOnlyAdmin: false });

    const wrong = await app.send(accountRoutes.removeAccount, { body: { password: 'guessed' } }, grace);
    expect(await problemOf(wrong)).toMatchObject({ code: 'wrong-password', status: 403 });
    const { password } = grace;
    expect((await app.send(accountRoutes.removeAccount, { body: { password } }, grace)).status).toBe(204);

    for (const device of [grace, phone]) {
      expect(await problemOf(await app.send(userRoutes.me, {}, device))).toMatchObject({ code: 'not-authenticated' });
    }
    const refresh = await fetch(app.url + authRoutes.refresh.path, {
      method: 'POST',
      headers: { Cookie: grace.cookie, Origin: app.url },
    });
    expect(await problemOf(refresh)).toMatchObject({ code: 'session-ended' });
    expect(await problemOf(await app.send(authRoutes.login, credentials))).toMatchObject({ code: 'wrong-credentials' });

    const anew = await app.send(authRoutes.register, { body: { email, name: 'Grace', password } });
    expect(anew.status).toBe(201);
    const again = { ...grace, ...authRoutes.register.response.parse(await anew.json()) };
    expect(await listChats(again)).toBe(0);
    const presets = await app.send(presetRoutes.list, {}, again);
    expect(await presets.json()).toMatchObject({ items: [] });
    await app.restart();
    expect(await listChats(again)).toBe(0);
  }, 30_000);

  it('is refused to the only admin', async () => {
    const { password } = admin;
    const response = await app.send(accountRoutes.removeAccount, { body: { password } }, admin);
    expect(await problemOf(response)).toMatchObject({ code: 'last-admin', status: 409 });
    expect((await app.send(userRoutes.me, {}, admin)).status).toBe(200);
  });
});

describe('deleting all chats', () => {
  it('takes all of them away at once, and nobody else’s', async () => {
    const [ada, eve] = [await app.register('Ada'), await app.register('Eve')];
    const [tomorrow, ...others] = chats(40);
    // Other products write times without a zone: it may begin later than now.
    const ahead = { ...tomorrow, created_at: new Date(Date.now() + 3 * 3_600_000).toISOString() };
    await importValue(app, ada, [ahead, ...others]);
    await importValue(app, eve, chats(2));
    const response = await app.send(accountRoutes.removeConversations, {}, ada);
    expect(await response.json()).toEqual({ removed: 40 });
    expect(await listChats(ada)).toBe(0);
    expect(await listChats(eve)).toBe(2);
    const again = await app.send(accountRoutes.removeConversations, {}, ada);
    expect(await again.json()).toEqual({ removed: 0 });
  }, 30_000);
});
