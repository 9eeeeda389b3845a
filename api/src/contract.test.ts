import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  authRoutes,
  configRoutes,
  conversationRoutes,
  deviceRoutes,
  docRoutes,
  draftRoutes,
  generationIdSchema,
  generationRoutes,
  modelRoutes,
  userRoutes,
} from '@parley/contracts';
import type { Route, RouteArguments, RouteOutput } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { newCommandId, newGenerationId, start } from './generations/__fixtures__/chat-client.ts';
import { startScriptedChat } from './generations/__fixtures__/scripted-chat.ts';
import { promptFor } from './generations/__fixtures__/scripted-upstream.ts';
import { allRoutes } from './http/all-routes.ts';
import { startTestApp } from './test-app.ts';
import type { TestApp } from './test-app.ts';
import type { TestUser } from './test-client.ts';

let app: TestApp;
let installRoot: string;
const exercised = new Set<string>();

beforeAll(async () => {
  installRoot = await mkdtemp(path.join(tmpdir(), 'parley-contract-'));
  await writeFile(path.join(installRoot, 'README.md'), '# Parley\n\nParley is a chat platform.\n');
  app = await startTestApp({ installRoot });
});

afterAll(async () => {
  await app.close();
  await rm(installRoot, { recursive: true });
});

/** Sends a request that must succeed and yields its answer, parsed by the route's own schema. */
async function call<R extends Route>(
  route: R,
  input: RouteArguments<R>,
  as?: TestUser,
  at?: Pick<TestApp, 'send'>,
): Promise<RouteOutput<R>>;
async function call(route: Route, input: object, as?: TestUser, at: Pick<TestApp, 'send'> = app): Promise<unknown> {
  const response = await at.send(route, input, as);
  const text = await response.text();
  expect(`${route.id} ${response.status} ${response.ok ? '' : text}`).toBe(`${route.id} ${route.status} `);
  exercised.add(route.id);
  if (route.response === undefined) return undefined;
  return z.core.parse(route.response, JSON.parse(text));
}

describe('a visit from the first look to the last', () => {
  let user: TestUser;

  it('shows what this install is, before and after the first account', async () => {
    const before = await call(configRoutes.config, {});
    expect(before).toEqual({
      appTitle: 'Parley under test',
      version: '0.0.0-test',
      registrationEnabled: true,
      firstRun: true,
      guideOnly: true,
    });
    user = await app.register('Ada');
    expect(await call(configRoutes.config, {})).toMatchObject({ firstRun: false });
  });

  it('creates accounts, signs in and refreshes', async () => {
    const account = { email: 'grace@example.com', name: 'Grace', password: 'long enough' };
    const registered = await call(authRoutes.register, { body: account });
    expect(registered.user).toMatchObject({ email: account.email, name: 'Grace', role: 'USER' });
    const session = await call(authRoutes.login, { body: account });
    expect(session.user).toEqual(registered.user);
    expect(await call(userRoutes.me, {}, user)).toEqual(user.user);
    const refreshed = await fetch(app.url + authRoutes.refresh.path, {
      method: 'POST',
      headers: { Cookie: user.cookie },
    });
    expect(authRoutes.refresh.response.parse(await refreshed.json()).user).toEqual(user.user);
    exercised.add(authRoutes.refresh.id);
  });

  it('offers endpoints, models and documentation', async () => {
    expect(await call(modelRoutes.endpoints, {}, user)).toEqual({
      items: [{ name: 'Parley', label: 'Parley', type: 'custom', defaultModel: 'chat-fast' }],
    });
    expect(await call(modelRoutes.models, {}, user)).toEqual({ Parley: [{ id: 'chat-fast' }, { id: 'chat-quality' }] });
    expect(await call(docRoutes.page, { query: { path: 'README.md' } })).toMatchObject({ title: 'Parley' });
  });

  it('answers a question, keeps the conversation and forgets it again', async () => {
    const generationId = generationIdSchema.parse(randomUUID());
    const body = {
      generationId,
      parentMessageId: null,
      text: 'What is Parley?',
      endpoint: 'Parley',
      model: 'chat-fast',
    };
    const started = await call(generationRoutes.start, { params: { id: 'new' }, body }, user);
    await readToTheEnd(started.streamUrl, user);
    await call(generationRoutes.stream, { params: { id: generationId } }, user);
    await call(generationRoutes.stop, { params: { id: generationId } }, user);

    const params = { id: started.conversationId };
    const { items } = await call(conversationRoutes.messages, { params }, user);
    expect(items.map(({ role, status }) => `${role} ${status}`)).toEqual(['user done', 'assistant done']);
    expect(await call(conversationRoutes.get, { params }, user)).toMatchObject({ id: started.conversationId });
    const renamed = await call(conversationRoutes.update, { params, body: { title: 'About Parley' } }, user);
    expect((await call(conversationRoutes.list, { query: {} }, user)).items).toEqual([renamed]);
    await call(conversationRoutes.markRead, { params }, user);
    expect(await call(conversationRoutes.get, { params }, user)).toMatchObject({ unread: false });
    const draft = { params: { place: started.conversationId }, body: { text: 'And who' } };
    const saved = await call(draftRoutes.save, draft, user);
    expect((await call(draftRoutes.list, {}, user)).items).toEqual([saved]);
    await call(conversationRoutes.remove, { params }, user);
    expect((await call(draftRoutes.list, {}, user)).items).toEqual([]);
    expect((await call(conversationRoutes.list, { query: {} }, user)).items).toEqual([]);
  });

  it('steers a running answer and lets prompts wait behind it', async () => {
    const chat = await startScriptedChat();
    const owner = await chat.app.register();
    const text = promptFor({ tokens: 4, holdAfter: 2 });
    const { generationId } = await start(chat.app, owner, { text });
    const params = { id: generationId };
    expect(await call(generationRoutes.state, { params }, owner, chat.app)).toMatchObject({ status: 'running' });
    const command = { commandId: newCommandId(), text: 'In French' };
    await call(generationRoutes.steer, { params, body: command }, owner, chat.app);
    const queuedId = newGenerationId();
    const next = { generationId: queuedId, text: 'And then?', endpoint: 'Scripted', model: 'scripted-1' };
    const queued = await call(generationRoutes.queue, { params, body: next }, owner, chat.app);
    expect(queued).toMatchObject({ state: 'queued', queue: [{ generationId: queuedId }] });
    await call(generationRoutes.unqueue, { params: { ...params, queuedId } }, owner, chat.app);
    chat.upstream.release(text);
    await chat.close();
  });

  it('lists the devices, without what is secret of them, and signs them out', async () => {
    const { password, user: account } = user;
    await call(authRoutes.login, { body: { email: account.email, password } });
    const { items, currentId } = await call(deviceRoutes.list, {}, user);
    expect(items).toHaveLength(2);
    const keys = ['id', 'lastSeenAt', 'name', 'online', 'signedInAt'];
    for (const device of items) expect(Object.keys(device).toSorted((a, b) => a.localeCompare(b))).toEqual(keys);
    const other = items.find(({ id }) => id !== currentId);
    await call(deviceRoutes.signOut, { params: { id: other?.id ?? currentId } }, user);
    await call(deviceRoutes.signOutOthers, {}, user);
    expect((await call(deviceRoutes.list, {}, user)).items).toMatchObject([{ id: currentId, name: 'Node.js' }]);
  });

  it('signs out', async () => {
    expect(await call(authRoutes.logout, {})).toBeUndefined();
  });

  it('has exercised every route there is', () => {
    expect([...exercised].toSorted((a, b) => a.localeCompare(b))).toEqual(
      allRoutes.map(({ id }) => id).toSorted((a, b) => a.localeCompare(b)),
    );
  });
});

describe('every route that is for users', () => {
  const routes = allRoutes.filter(({ access }) => access === 'user');

  it.each(routes.map((route) => [route.id, route] as const))('%s asks who is there', async (_id, route) => {
    const address = route.path.replace(/:\w+/g, randomUUID());
    const response = await fetch(app.url + address, { method: route.method });
    expect([response.status, await response.json()]).toMatchObject([401, { code: 'not-authenticated' }]);
  });
});

async function readToTheEnd(streamUrl: string, { accessToken }: TestUser): Promise<void> {
  const address = new URL(streamUrl, app.url);
  let offset = '-1';
  for (;;) {
    address.search = new URLSearchParams({ offset, live: 'long-poll' }).toString();
    const response = await fetch(address, { headers: { Authorization: `Bearer ${accessToken}` } });
    await response.arrayBuffer();
    if (response.headers.get('Stream-Closed') === 'true') return;
    offset = response.headers.get('Stream-Next-Offset') ?? '';
    expect(offset).not.toBe('');
  }
}
