import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  accessRoutes,
  actionRoutes,
  agentRoutes,
  agentsApiRoutes,
  apiKeyRoutes,
  auditRoutes,
  authRoutes,
  codeRoutes,
  configRoutes,
  conversationRoutes,
  deviceRoutes,
  docRoutes,
  draftRoutes,
  generationIdSchema,
  generationRoutes,
  mcpRoutes,
  modelRoutes,
  participantRoutes,
  toolRoutes,
  userRoutes,
} from '@parley/contracts';
import type { ConversationId, Route, RouteArguments, RouteOutput } from '@parley/contracts';
import { createRunner } from '@parley/sandbox';
import { createFakeEngine } from '@parley/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { exercises } from './__fixtures__/exercises.ts';
import { settingsOf } from './agents/__fixtures__/agent-client.ts';
import { exerciseComparisons } from './comparisons/__fixtures__/exercise-comparisons.ts';
import { exerciseMessages } from './conversations/__fixtures__/exercise-messages.ts';
import { readToTheEnd } from './generations/__fixtures__/read-to-the-end.ts';
import { uploadFile } from './files/__fixtures__/file-client.ts';
import { newConversation } from './files/__fixtures__/new-conversation.ts';
import { newCommandId, newGenerationId, start } from './generations/__fixtures__/chat-client.ts';
import { startScriptedChat } from './generations/__fixtures__/scripted-chat.ts';
import { promptFor } from './generations/__fixtures__/scripted-upstream.ts';
import { allRoutes } from './http/all-routes.ts';
import { exerciseOrder } from './projects/__fixtures__/exercise-order.ts';
import { startProtectedServer } from './mcp/__fixtures__/protected-server.ts';
import { startTestApp } from './test-app.ts';
import type { TestApp } from './test-app.ts';
import type { TestUser } from './test-client.ts';
import { keepResult } from './tools/__fixtures__/keep-result.ts';

let app: TestApp;
let installRoot: string;
const exercised = new Set<string>();

beforeAll(async () => {
  installRoot = await mkdtemp(path.join(tmpdir(), 'parley-contract-'));
  await writeFile(path.join(installRoot, 'README.md'), '# Parley\n\nParley is a chat platform.\n');
  app = await startTestApp({
    installRoot,
    mcp: { allowedAddresses: ['127.0.0.1'] },
    createSandbox: () => createRunner({ engine: createFakeEngine() }),
  });
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

async function exerciseParticipants(id: ConversationId, owner: TestUser): Promise<void> {
  const colleague = await app.register('Colleague');
  const params = { id, userId: colleague.user.id };
  const invited = await call(participantRoutes.invite, { params }, owner);
  expect(await call(participantRoutes.list, { params: { id } }, colleague)).toEqual(invited);
  await call(participantRoutes.remove, { params }, colleague);
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
    await readToTheEnd(app.url, started.streamUrl, user);
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
    await exerciseMessages((route, input) => call(route, input, user), started.conversationId);
    await exerciseParticipants(started.conversationId, user);
    await exerciseComparisons((route, input) => call(route, input, user), { endpoint: 'Parley', model: 'chat-fast' });
    await exerciseOrder((route, input) => call(route, input, user), started.conversationId);
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

  it('answers a prompt once more', async () => {
    const chat = await startScriptedChat();
    const owner = await chat.app.register();
    const { generationId, conversationId, userMessageId } = await start(chat.app, owner, { text: 'Hello' });
    const params = { id: generationId };
    await expect
      .poll(async () => (await call(generationRoutes.state, { params }, owner, chat.app)).status)
      .toBe('done');
    const choice = { endpoint: 'Scripted', model: 'scripted-1', guidance: 'shorter' as const };
    const body = { generationId: newGenerationId(), userMessageId, ...choice };
    const again = await call(generationRoutes.answer, { params: { id: conversationId }, body }, owner, chat.app);
    expect(again).toMatchObject({ conversationId, userMessageId });
    await chat.close();
  });

  it('waits for an answer of its user', async () => {
    const chat = await startScriptedChat();
    const owner = await chat.app.register();
    const calls = [{ name: 'ask_user', input: { questions: [{ question: 'Which one?' }] } }];
    const text = promptFor({ tokens: 1, end: 'tool-call', calls });
    const { generationId } = await start(chat.app, owner, { text, tools: ['ask_user'] });
    const params = { id: generationId };
    await expect
      .poll(async () => (await call(generationRoutes.state, { params }, owner, chat.app)).waitingForInput)
      .toBe(true);
    const body = { commandId: newCommandId(), callId: 'call_1', answer: { kind: 'decline' as const } };
    await call(generationRoutes.giveInput, { params, body }, owner, chat.app);
    await chat.close();
  });

  it('makes agents, shares and moves them, and forgets them again', async () => {
    const settings = settingsOf({ endpoint: 'Parley', model: 'chat-fast' });
    const { agent } = await call(agentRoutes.create, { body: settings }, user);
    const params = { id: agent.id };
    const body = { baseVersion: 1, settings: { ...settings, name: 'Better' } };
    const saved = await call(agentRoutes.update, { params, body }, user);
    expect(await call(agentRoutes.get, { params }, user)).toEqual(saved.agent);
    expect(await call(agentRoutes.settings, { params }, user)).toEqual(saved);
    expect((await call(agentRoutes.versions, { params }, user)).items).toHaveLength(2);
    await call(agentRoutes.restore, { params: { ...params, version: 1 } }, user);
    await call(agentRoutes.duplicate, { params }, user);
    const file = await call(agentRoutes.export, { params }, user);
    expect((await call(agentRoutes.import, { body: file }, user)).leftOut).toEqual([]);
    await call(agentRoutes.setStanding, { params, body: { promoted: true } }, user);
    expect((await call(agentRoutes.list, { query: { shelf: 'mine' } }, user)).items).toHaveLength(3);
    expect((await call(agentRoutes.overview, {}, user)).items).toHaveLength(3);

    const group = await call(accessRoutes.createGroup, { body: { name: 'Team', memberIds: [user.user.id] } }, user);
    const renamed = { params: { id: group.id }, body: { name: 'Crew', memberIds: [] } };
    expect(await call(accessRoutes.updateGroup, renamed, user)).toMatchObject({ name: 'Crew', members: [] });
    const { items } = await call(accessRoutes.principals, { query: { query: 'crew' } }, user);
    const grants = [
      ...items.map(({ principal }) => ({ principal, role: 'viewer' as const })),
      { principal: { type: 'user' as const, id: user.user.id }, role: 'owner' as const },
    ];
    const shared = { params: { type: 'agent' as const, id: agent.id } };
    const given = await call(accessRoutes.share, { ...shared, body: { grants } }, user);
    expect(given.grants.map(({ name }) => name)).toEqual(['Crew', 'Ada']);
    expect(await call(accessRoutes.grants, shared, user)).toEqual(given);
    expect((await call(accessRoutes.groups, {}, user)).items).toHaveLength(1);
    await call(accessRoutes.removeGroup, { params: { id: group.id } }, user);
    await call(agentRoutes.remove, { params }, user);
  });

  it('adds an MCP server, signs in to it and removes it', async () => {
    const server = await startProtectedServer();
    const settings = { title: 'Notes', description: '', url: server.url, transport: 'streamable-http' as const };
    const body = { ...settings, auth: { kind: 'oauth' as const } };
    const { name } = await call(mcpRoutes.create, { body }, user);
    const params = { name };
    expect(await call(mcpRoutes.settings, { params }, user)).toEqual(body);
    const { authorizationUrl } = await call(mcpRoutes.signIn, { params }, user);
    const query = server.agree(authorizationUrl, 'Ada').toString();
    const callback = mcpRoutes.callback.path.replace(':name', name);
    const sentBack = await fetch(`${app.url}${callback}?${query}`, { redirect: 'manual' });
    expect([sentBack.status, sentBack.headers.get('location')]).toEqual([302, `/mcp/sign-in/${name}?${query}`]);
    exercised.add(mcpRoutes.callback.id);
    await call(mcpRoutes.clientMetadata, { params });
    await call(mcpRoutes.finishSignIn, { params, body: { query } }, user);
    expect((await call(mcpRoutes.test, { params }, user)).server).toMatchObject({
      state: 'connected',
      isSignedIn: true,
    });
    expect((await call(mcpRoutes.tools, { params }, user)).items).toHaveLength(8);
    await call(mcpRoutes.setVariables, { params, body: { values: {} } }, user);
    await call(mcpRoutes.update, { params, body: { ...body, title: 'My notes' } }, user);
    expect((await call(mcpRoutes.list, {}, user)).items).toMatchObject([{ name, title: 'My notes', isSignedIn: true }]);
    await call(mcpRoutes.signOut, { params }, user);
    await call(mcpRoutes.remove, { params }, user);
    await server.close();
  });

  it('shows tools, their rules and who decided what', async () => {
    const { items } = await call(toolRoutes.list, {}, user);
    expect(items.map(({ ref, effect }) => [ref, effect])).toContainEqual(['calculator', 'allow']);
    const policy = { rules: [{ pattern: 'mcp/*', effect: 'ask' as const, roles: ['USER' as const] }] };
    expect(await call(toolRoutes.setPolicy, { body: policy }, user)).toEqual(policy);
    expect(await call(toolRoutes.policy, {}, user)).toEqual(policy);
    const { items: notes } = await call(auditRoutes.list, { query: { action: 'policy-changed' } }, user);
    expect(notes).toMatchObject([{ actor: { name: 'Ada' }, subject: 'tools' }]);
    expect(await call(toolRoutes.grants, {}, user)).toEqual({ items: [] });
    await call(toolRoutes.revokeGrant, { params: { id: 'none' } }, user);
  });

  it('gives what tools gave', async () => {
    const kept = await keepResult();
    expect(await call(toolRoutes.result, { params: { id: kept.id } }, kept.user, kept.app)).toBeUndefined();
    await kept.close();
  });

  it('keeps files for a conversation', async () => {
    const conversationId = await newConversation(app, user);
    const { id } = await uploadFile(app, user, 'data.csv', 'x,y\n1,2\n', conversationId);
    exercised.add(codeRoutes.upload.id);
    expect(await call(codeRoutes.files, { query: { conversationId } }, user)).toMatchObject({
      items: [{ id }],
      used: 8,
    });
    await call(codeRoutes.readFile, { params: { id } }, user);
    await call(codeRoutes.removeFile, { params: { id } }, user);
  });

  it('runs code', async () => {
    const conversationId = await newConversation(app, user);
    expect(await call(codeRoutes.status, {}, user)).toMatchObject({ enabled: true });
    expect(await call(codeRoutes.check, {}, user)).toMatchObject({ enabled: true });
    const body = { conversationId, lang: 'py', code: 'print hello' };
    const result = await call(codeRoutes.exec, { body }, user);
    expect(result).toMatchObject({ language: 'python', exitCode: 0, stdout: 'hello\n' });
    const params = { id: result.runId };
    expect(await call(codeRoutes.run, { params }, user)).toEqual({ state: 'done', result });
    await call(codeRoutes.stop, { params }, user);
    await call(codeRoutes.closeSession, { params: { id: conversationId } }, user);
  });

  it('makes tools of an API', async () => {
    const specification = JSON.stringify({
      openapi: '3.1.0',
      info: { title: 'Weather' },
      servers: [{ url: 'https://weather.example' }],
      paths: { '/now': { get: { operationId: 'now' } } },
    });
    expect(await call(actionRoutes.inspect, { body: { specification } }, user)).toMatchObject({ title: 'Weather' });
    const body = { title: 'Weather', specification, enabled: ['now'], auth: { kind: 'none' as const } };
    const { id } = await call(actionRoutes.create, { body }, user);
    const params = { id };
    expect(await call(actionRoutes.settings, { params }, user)).toMatchObject({ title: 'Weather', enabled: ['now'] });
    await call(actionRoutes.update, { params, body: { ...body, title: 'Sky' } }, user);
    expect((await call(actionRoutes.list, {}, user)).items).toMatchObject([{ id, title: 'Sky' }]);
    await call(actionRoutes.remove, { params }, user);
  });

  it('lets programs talk to agents', async () => {
    const scopes = ['agents:read' as const, 'agents:run' as const];
    const { key, secret } = await call(apiKeyRoutes.create, { body: { name: 'Script', scopes, days: 1 } }, user);
    expect((await call(apiKeyRoutes.list, {}, user)).items).toEqual([{ ...key, lastUsedAt: null }]);
    const settings = settingsOf({ endpoint: 'Parley', model: 'chat-fast' });
    const { agent } = await call(agentRoutes.create, { body: settings }, user);
    const headers = { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' };
    const models = await fetch(app.url + agentsApiRoutes.models.path, { headers });
    expect(await models.json()).toMatchObject({
      data: expect.arrayContaining([expect.objectContaining({ id: agent.id })]),
    });
    for (const [route, asked] of [
      [agentsApiRoutes.chatCompletions, { messages: [{ role: 'user', content: 'Hi' }] }],
      [agentsApiRoutes.responses, { input: 'Hi' }],
    ] as const) {
      const body = JSON.stringify({ model: agent.id, ...asked });
      const answer = await fetch(app.url + route.path, { method: 'POST', headers, body });
      expect([answer.status, await answer.json()]).toMatchObject([200, { model: agent.id }]);
      exercised.add(route.id);
    }
    exercised.add(agentsApiRoutes.models.id);
    await call(apiKeyRoutes.remove, { params: { id: key.id } }, user);
  });

  it.each(exercises)('offers %s', async (_what, exercise) => {
    const ids = await exercise(app, user);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) exercised.add(id);
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
