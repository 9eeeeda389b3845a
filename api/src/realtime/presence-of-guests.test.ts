import type { ConversationId, UserId } from '@parley/contracts';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { ParticipantRecord } from '../database/repositories/participant-repository.ts';
import { openNewsDesk } from './__fixtures__/news-desk.ts';
import type { NewsDesk, Replica, TestDevice } from './__fixtures__/news-desk.ts';
import type { Tab } from './__fixtures__/tab.ts';

let desk: NewsDesk;
let replica: Replica;
let parts: ParticipantRecord[] = [];
let owner: TestDevice;
let guest: TestDevice;
let id: ConversationId;
/** Longer than a hint of somebody who writes lives, and than a device has to come back. */
const patience = { timeout: 30_000 };

beforeAll(async () => {
  desk = await openNewsDesk();
  replica = await desk.startReplica(undefined, {
    find: (its, userId) => Promise.resolve(parts.find((part) => part.conversationId === its && part.userId === userId)),
    list: (its) => Promise.resolve(parts.filter((part) => part.conversationId === its)),
  });
});

afterAll(async () => {
  await replica.close();
  await desk.close();
});

beforeEach(async () => {
  [owner, guest] = [await desk.register(), await desk.register()];
  id = await desk.begin(owner.userId);
  const names = { name: 'Gina', ownerName: 'Olga', invitedAt: new Date(), unread: false };
  parts = [{ conversationId: id, userId: guest.userId, ownerId: owner.userId, ...names }];
});

async function enter(device: TestDevice): Promise<Tab> {
  const tab = await desk.open(replica, device);
  await tab.socket.timeout(10_000).emitWithAck('enter-conversation', id);
  return tab;
}

/** Who is there by the last news: whether each of them writes. */
function people({ news }: Tab): Map<UserId, boolean> {
  const last = news.findLast((one) => one.type === 'presence-changed');
  return new Map(last?.people.map((person) => [person.id, person.typing ?? false]));
}

it('who writes and says nothing more is told not to write any more, by itself', { timeout: 60_000 }, async () => {
  const [ofOwner, ofGuest] = [await enter(owner), await enter(guest)];
  ofGuest.socket.emit('set-typing', id, true);
  await vi.waitFor(() => expect(people(ofOwner).get(guest.userId)).toBe(true), patience);
  await vi.waitFor(() => expect(people(ofOwner).get(guest.userId)).toBe(false), patience);
});

it('whose browser has died is there no more after the time to come back', { timeout: 60_000 }, async () => {
  const [ofOwner, ofGuest] = [await enter(owner), await enter(guest)];
  await vi.waitFor(() => expect(people(ofOwner).has(guest.userId)).toBe(true), patience);
  ofGuest.socket.io.reconnection(false);
  ofGuest.socket.emit('set-typing', id, true);
  await vi.waitFor(() => expect(people(ofOwner).get(guest.userId)).toBe(true), patience);
  ofGuest.socket.io.engine.close();
  await vi.waitFor(() => expect([...people(ofOwner).keys()]).toEqual([owner.userId]), patience);
});
