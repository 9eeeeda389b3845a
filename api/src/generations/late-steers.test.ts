import { randomUUID } from 'node:crypto';
import { generationIdSchema, messageText, userIdSchema } from '@parley/contracts';
import type { GenerationId, UserId } from '@parley/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { commandId } from './__fixtures__/messages.ts';
import { openMortalStores, question, servicesOf } from './__fixtures__/mortal-stores.ts';
import { commandProducer } from './generation-log.ts';
import type { GenerationStores } from './generation-store.ts';

const { stores, expireLeases, close } = await openMortalStores();
afterAll(close);

type Log = GenerationStores['log'];

/** Stores in whose log something is said just before an answer's log is sealed, and `then` happens. */
function saidTooLate(
  command: ReturnType<typeof commandId>,
  then: Log['close'] = (...given) => stores.log.close(...given),
): GenerationStores {
  let isSaid = false;
  const log: Log = {
    ...stores.log,
    async close(...given) {
      if (!isSaid) {
        isSaid = true;
        const at = '2026-01-01T00:00:00.000Z';
        const steer = { type: 'steer-requested', commandId: command, text: 'In French', at } as const;
        await stores.log.append(given[0], commandProducer(command), 0, [steer]);
      }
      return await then(...given);
    },
  };
  return { ...stores, log };
}

async function statusOf(id: GenerationId): Promise<string | undefined> {
  return (await stores.generations.find(id))?.status;
}

async function questionsOf(userId: UserId): Promise<string[]> {
  const [conversation] = await stores.conversations.list(userId, { archived: false, limit: 1 });
  const messages = await stores.messages.list(userId, conversation!.id);
  return messages.filter(({ role }) => role === 'user').map(messageText);
}

describe('what is said between the last step and the seal', () => {
  it('becomes the next question', async () => {
    const userId = userIdSchema.parse(randomUUID());
    const next = generationIdSchema.parse(commandId(1));
    const { generations, runs } = servicesOf(saidTooLate(commandId(1)));
    await generations.start(userId, 'new', question(), null);
    await expect.poll(() => statusOf(next)).toBe('done');
    expect(await questionsOf(userId)).toEqual(['Hi', 'In French']);
    await runs.close();
  });

  it('does so too when the server dies after the seal', async () => {
    const userId = userIdSchema.parse(randomUUID());
    const body = question();
    const next = generationIdSchema.parse(commandId(2));
    const dies: Log['close'] = async (...given) => {
      await stores.log.close(...given);
      throw new Error('The server has died.');
    };
    const doomed = servicesOf(saidTooLate(commandId(2), dies));
    await doomed.generations.start(userId, 'new', body, null);
    await expect.poll(async () => await stores.log.state(`generations/${body.generationId}`)).toBe('closed');
    await doomed.runs.close();
    expect(await statusOf(body.generationId)).toBe('running');
    await expireLeases();
    const heir = servicesOf(stores);
    await heir.runs.resumeAll();
    await expect.poll(() => statusOf(next)).toBe('done');
    expect(await questionsOf(userId)).toEqual(['Hi', 'In French']);
    await heir.runs.close();
  });
});
