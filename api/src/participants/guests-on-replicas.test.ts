import { generationRoutes, participantRoutes } from '@parley/contracts';
import type { ConversationId, News } from '@parley/contracts';
import { isRedisTested } from '@parley/stream-log/conformance';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  conversationOf,
  newGenerationId,
  problemOf,
  queue,
  start,
  stop,
} from '../generations/__fixtures__/chat-client.ts';
import { startReplicas } from '../generations/__fixtures__/replicas.ts';
import type { Replicas } from '../generations/__fixtures__/replicas.ts';
import { promptFor } from '../generations/__fixtures__/scripted-upstream.ts';
import { openTab } from '../realtime/__fixtures__/tab.ts';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';

const patience = { timeout: 30_000 };

async function enter(app: TestApp, user: TestUser, id: ConversationId) {
  const tab = await openTab(app.url, user.accessToken);
  await tab.socket.timeout(10_000).emitWithAck('enter-conversation', id);
  return tab;
}

function namesIn(news: readonly News[]): string[] {
  const last = news.findLast((one) => one.type === 'presence-changed');
  return last?.people.map(({ name }) => name) ?? [];
}

describe.skipIf(!isRedisTested())('an owner and a guest at two Parleys over one Redis and one database', () => {
  let replicas: Replicas;
  let here: TestApp;
  let there: TestApp;
  let owner: TestUser;
  let guest: TestUser;

  beforeAll(async () => {
    replicas = await startReplicas();
    [here, there] = [await replicas.start(), await replicas.start()];
    [owner, guest] = [await here.register('Olga'), await here.register('Gina')];
  }, 60_000);

  afterAll(() => replicas.close());

  it('read the same answer and know of each other, until the guest is removed', { timeout: 120_000 }, async () => {
    const text = promptFor({ tokens: 6, holdAfter: 3 });
    const { conversationId: id, generationId } = await start(here, owner, { text });
    const params = { id, userId: guest.user.id };
    const staying = await here.register('Tom');
    for (const userId of [guest.user.id, staying.user.id]) {
      expect((await here.send(participantRoutes.invite, { params: { id, userId } }, owner)).status).toBe(200);
    }
    const [ofOwner, ofGuest] = [await enter(here, owner, id), await enter(there, guest, id)];
    await vi.waitFor(() => expect(namesIn(ofOwner.news)).toEqual(['Olga', 'Gina']), patience);
    ofGuest.socket.emit('set-typing', id, true);
    const writing = { type: 'presence-changed', people: [{ name: 'Olga' }, { name: 'Gina', typing: true }] };
    await vi.waitFor(() => expect(ofOwner.news.at(-1)).toMatchObject(writing), patience);

    const url = `${there.url}${generationRoutes.stream.path.replace(':id', generationId)}?offset=-1&live=sse`;
    const headers = { Authorization: `Bearer ${guest.accessToken}` };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(60_000) });
    expect(response.status).toBe(200);
    let heard = '';
    let isOver = false;
    const reading = (async () => {
      for await (const chunk of response.body ?? []) heard += Buffer.from(chunk).toString();
    })()
      .catch(() => undefined)
      .finally(() => (isOver = true));
    await vi.waitFor(() => expect(heard).toContain('text-delta'), patience);
    const waiting = { text: promptFor({ tokens: 1 }), generationId: newGenerationId() };
    expect((await queue(there, guest, generationId, waiting)).status).toBeLessThan(300);
    expect(isOver).toBe(false);

    expect((await here.send(participantRoutes.remove, { params }, owner)).status).toBe(204);
    await vi.waitFor(() => expect(isOver).toBe(true), patience);
    await reading;
    expect(heard).not.toContain('generation-finished');
    await vi.waitFor(
      () => expect(ofGuest.news).toContainEqual({ type: 'conversation-removed', conversationId: id }),
      patience,
    );
    await vi.waitFor(() => expect(namesIn(ofOwner.news)).toEqual(['Olga']), patience);
    expect(await problemOf(await fetch(url, { headers }))).toMatchObject({ code: 'generation-not-found', status: 404 });
    ofGuest.news.splice(0);

    replicas.upstream.release(text);
    await vi.waitFor(
      async () => expect(await conversationOf(here, owner, id)).toMatchObject({ runningGenerationId: null }),
      patience,
    );
    const queued = await here.send(generationRoutes.state, { params: { id: waiting.generationId } }, owner);
    expect(queued.status).toBe(404);
    expect(ofGuest.news).toEqual([]);
    await stop(here, owner, generationId);
    for (const tab of [ofOwner, ofGuest]) tab.socket.disconnect();
  });
});
