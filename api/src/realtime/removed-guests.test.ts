import type { ConversationId, UserId } from '@parley/contracts';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ParticipantRecord } from '../database/repositories/participant-repository.ts';
import { openNewsDesk, someNews } from './__fixtures__/news-desk.ts';
import type { NewsDesk, Replica } from './__fixtures__/news-desk.ts';

let desk: NewsDesk;
let replica: Replica;
let parts: ParticipantRecord[] = [];

beforeAll(async () => {
  desk = await openNewsDesk();
  replica = await desk.startReplica(undefined, {
    find: (id, userId) => Promise.resolve(parts.find((part) => part.conversationId === id && part.userId === userId)),
    list: (id) => Promise.resolve(parts.filter((part) => part.conversationId === id)),
  });
});

afterAll(async () => {
  await replica.close();
  await desk.close();
});

function partOf(ownerId: UserId, conversationId: ConversationId, userId: UserId): ParticipantRecord {
  return { conversationId, userId, ownerId, name: 'Gina', ownerName: 'Olga', invitedAt: new Date(), unread: false };
}

it('who was removed hears no more of who is there, also where nobody has taken their socket out', async () => {
  const [owner, guest, removed] = [await desk.register(), await desk.register(), await desk.register()];
  const id = await desk.begin(owner.userId);
  parts = [guest, removed].map(({ userId }) => partOf(owner.userId, id, userId));
  const tabs = [];
  for (const device of [owner, guest, removed]) {
    const tab = await desk.open(replica, device);
    await tab.socket.timeout(5_000).emitWithAck('enter-conversation', id);
    tabs.push(tab);
  }
  const [ofOwner, ofGuest, ofRemoved] = tabs;
  await vi.waitFor(() => expect(ofRemoved?.news).not.toEqual([]), { timeout: 10_000 });
  parts = parts.filter(({ userId }) => userId !== removed.userId);
  ofRemoved?.news.splice(0);
  ofOwner?.socket.emit('set-typing', id, true);
  const writing = { type: 'presence-changed', people: [{ id: owner.userId, typing: true }, { id: guest.userId }] };
  await vi.waitFor(() => expect(ofGuest?.news.at(-1)).toMatchObject(writing), { timeout: 10_000 });
  const sentinel = someNews();
  replica.realtime.announcer.announce(removed.userId, sentinel);
  await vi.waitFor(() => expect(ofRemoved?.news).toEqual([sentinel]), { timeout: 10_000 });
});
