import { randomUUID } from 'node:crypto';
import { userIdSchema } from '@parley/contracts';
import type { Person, UserId } from '@parley/contracts';
import { afterAll, expect, it, vi } from 'vitest';
import type { ToolContext } from '../tools/tool.ts';
import { newCommandId } from './__fixtures__/chat-client.ts';
import { openMortalStores, question, servicesOf } from './__fixtures__/mortal-stores.ts';
import { calls, finish, says } from './__fixtures__/play-turn.ts';
import { createStepwiseStrategy } from './__fixtures__/stepwise-strategy.ts';
import { tool, toolSays } from './__fixtures__/tools.ts';

const { stores, close } = await openMortalStores();
afterAll(close);

const timeout = { timeout: 40_000 };
const newUser = (): UserId => userIdSchema.parse(randomUUID());

/** A chat of an owner's in which a guest has just asked for something that wants to be approved. */
async function askedByGuest() {
  const ownerId = newUser();
  const guest: Person = { id: newUser(), name: 'Gina' };
  const seen: UserId[] = [];
  let takesPart = true;
  const act = tool('act', (_input, context: ToolContext) => {
    seen.push(context.userId);
    return toolSays('acted');
  });
  const strategy = createStepwiseStrategy(
    [calls(0, 'a', '{}', 'act'), finish('tool-calls')],
    [says('Done.'), finish()],
  );
  const access = {
    find: (conversationId: Parameters<typeof stores.conversations.find>[1], userId: UserId) =>
      Promise.resolve(
        takesPart && userId === guest.id
          ? { conversationId, userId, name: 'Gina', ownerId, ownerName: 'Olga', invitedAt: new Date(), unread: false }
          : undefined,
      ),
  };
  const its = servicesOf(stores, { strategy, tools: [act], effects: { act: 'ask' }, access });
  const first = question();
  const before = servicesOf(stores);
  const { conversationId, responseMessageId } = await before.generations.start(ownerId, 'new', first, null);
  const isOver = async (id: typeof first.generationId) => (await stores.generations.find(id))?.status !== 'running';
  await vi.waitFor(async () => expect(await isOver(first.generationId)).toBe(true), timeout);
  await before.runs.close();
  const body = { ...question(), parentMessageId: responseMessageId };
  const id = body.generationId;
  return {
    its,
    ownerId,
    guest,
    seen,
    id,
    isOver: () => isOver(id),
    start: () => its.generations.start(ownerId, conversationId, body, null, guest),
    isWaiting: async () => (await stores.generations.find(id))?.waitingSince !== undefined,
    leave: () => (takesPart = false),
  };
}

const approval = () => ({
  commandId: newCommandId(),
  callId: 'a',
  answer: { kind: 'approve', scope: 'once' } as const,
});

it('a turn of a guest runs with what is theirs, and nobody else approves it or steers it', async () => {
  const { its, ownerId, guest, seen, id, start, isWaiting, isOver } = await askedByGuest();
  await start();
  await vi.waitFor(async () => expect(await isWaiting()).toBe(true), timeout);
  await expect(its.commands.giveInput(ownerId, id, approval(), null)).rejects.toMatchObject({ code: 'forbidden' });
  const steer = { commandId: newCommandId(), text: 'Send it to me' };
  await expect(its.commands.steer(ownerId, id, steer)).rejects.toMatchObject({ code: 'forbidden' });
  const another = { id: newUser(), name: 'Omar' };
  await expect(its.commands.giveInput(ownerId, id, approval(), null, another)).rejects.toMatchObject({
    code: 'forbidden',
  });
  await expect(its.commands.stop(ownerId, id, another)).rejects.toMatchObject({ code: 'forbidden' });
  await its.commands.giveInput(ownerId, id, approval(), null, guest);
  await vi.waitFor(async () => expect(await isOver()).toBe(true), timeout);
  expect(seen).toEqual([guest.id]);
  await its.runs.close();
});

it('a turn that waits for somebody who is removed can be ended by its conversation’s owner', async () => {
  const { its, ownerId, seen, id, start, isWaiting, isOver, leave } = await askedByGuest();
  await start();
  await vi.waitFor(async () => expect(await isWaiting()).toBe(true), timeout);
  leave();
  await its.commands.stop(ownerId, id);
  await vi.waitFor(async () => expect(await isOver()).toBe(true), timeout);
  expect(seen).toEqual([]);
  await its.runs.close();
});

it('who is removed between being let in and being written down is not answered', async () => {
  const { its, id, start, leave } = await askedByGuest();
  leave();
  await expect(start()).rejects.toMatchObject({ code: 'conversation-not-found' });
  expect(await stores.generations.find(id)).toBeUndefined();
  await its.runs.close();
});
