import { authRoutes, conversationRoutes, deviceRoutes } from '@parley/contracts';
import { isRedisTested } from '@parley/stream-log/conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { read, start } from '../generations/__fixtures__/chat-client.ts';
import { promptFor } from '../generations/__fixtures__/scripted-upstream.ts';
import { startReplicas } from '../generations/__fixtures__/replicas.ts';
import type { Replicas } from '../generations/__fixtures__/replicas.ts';
import type { TestApp } from '../test-app.ts';
import { openTab } from './__fixtures__/tab.ts';

describe.skipIf(!isRedisTested())('two whole Parleys over one Redis and one database', () => {
  let replicas: Replicas;
  let here: TestApp;
  let there: TestApp;

  beforeAll(async () => {
    replicas = await startReplicas();
    here = await replicas.start();
    there = await replicas.start();
  });

  afterAll(async () => {
    await replicas.close();
  });

  it('tell a device at one of them what happens at the other', async () => {
    const user = await here.register();
    const tab = await openTab(there.url, user.accessToken);
    const { conversationId, generationId } = await start(here, user, { text: promptFor({ tokens: 3 }) });
    await read(here, user, generationId);
    const facts = (): unknown[] => tab.news.map((news) => [news.type, 'generationId' in news && news.generationId]);
    await expect.poll(facts).toContainEqual(['generation-started', generationId]);
    await expect.poll(facts).toContainEqual(['generation-ended', generationId]);
    await expect
      .poll(() => tab.news.at(-1))
      .toMatchObject({
        type: 'conversation-changed',
        conversation: { id: conversationId, unread: true, runningGenerationId: null },
      });
    await here.send(conversationRoutes.markRead, { params: { id: conversationId } }, user);
    await expect.poll(() => tab.news.at(-1)).toMatchObject({ conversation: { id: conversationId, unread: false } });
    const change = { params: { id: conversationId }, body: { title: 'Renamed' } };
    await here.send(conversationRoutes.update, change, user);
    await expect.poll(() => tab.news.at(-1)).toMatchObject({ conversation: { title: 'Renamed' } });
    await here.send(conversationRoutes.remove, { params: { id: conversationId } }, user);
    await expect.poll(() => tab.news).toContainEqual({ type: 'conversation-removed', conversationId });
    tab.socket.disconnect();
  });

  it('sign a device out that is connected to the other one', async () => {
    const user = await here.register();
    const tab = await openTab(there.url, user.accessToken);
    const response = await here.send(deviceRoutes.list, {}, user);
    const { items } = deviceRoutes.list.response.parse(await response.json());
    expect(items).toMatchObject([{ online: true }]);
    await fetch(here.url + authRoutes.logout.path, { method: 'POST', headers: { Cookie: user.cookie } });
    await expect.poll(() => tab.socket.connected).toBe(false);
    expect(tab.news.at(-1)).toEqual({ type: 'session-ended' });
  });
});
