import { randomUUID } from 'node:crypto';
import { ProblemError, userIdSchema } from '@parley/contracts';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { newCommandId } from './__fixtures__/chat-client.ts';
import { openMortalStores, question, servicesOf } from './__fixtures__/mortal-stores.ts';
import { calls, finish, says } from './__fixtures__/play-turn.ts';
import { createStepwiseStrategy } from './__fixtures__/stepwise-strategy.ts';
import { tool, toolSays } from './__fixtures__/tools.ts';
import type { GenerationStores } from './generation-store.ts';

const { stores, close } = await openMortalStores();
afterAll(close);

const timeout = { timeout: 10_000 };

/** Stores whose call number `moment` waits until `deed` is done: something happens just before it. */
function interrupted(moment: number, deed: () => Promise<void>): GenerationStores & { calls: () => number } {
  let count = 0;
  function watch<T extends object>(store: T): T {
    return new Proxy(store, {
      get(target, name, receiver) {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== 'function' || name === 'follow') return method;
        return async (...input: unknown[]): Promise<unknown> => {
          count += 1;
          if (count === moment) await deed();
          return await method.apply(target, input);
        };
      },
    });
  }
  const { conversations, messages, generations, log } = stores;
  const watched = { conversations: watch(conversations), messages: watch(messages), generations: watch(generations) };
  return { ...watched, log: watch(log), calls: () => count };
}

const tooEarly = new Set<string>(['generation-not-found', 'input-not-awaited', 'not-ready']);

/** Whether a command was taken; it was too early or too late otherwise. */
async function isTaken(command: () => Promise<void>): Promise<boolean> {
  try {
    await command();
    return true;
  } catch (error) {
    if (!(error instanceof ProblemError) || !tooEarly.has(error.code)) throw error;
    return false;
  }
}

describe('a command that comes at any moment around a wait', () => {
  it.each(['giveInput', 'stop'] as const)(
    '%s is never lost',
    async (kind) => {
      let early = 0;
      let taken = 0;
      for (let moment = 1; moment <= 40; moment += 1) {
        let runs = 0;
        const act = tool('act', () => {
          runs += 1;
          return toolSays('acted');
        });
        const strategy = createStepwiseStrategy(
          [calls(0, 'a', '{}', 'act'), finish('tool-calls')],
          [says('Done.'), finish()],
        );
        const circumstances = { strategy, tools: [act], effects: { act: 'ask' as const }, isSoleProducer: false };
        const userId = userIdSchema.parse(randomUUID());
        const body = question();
        const id = body.generationId;
        const other = servicesOf(stores, circumstances);
        const input = { commandId: newCommandId(), callId: 'a', answer: { kind: 'approve', scope: 'once' } } as const;
        const give = (): Promise<void> =>
          kind === 'stop' ? other.commands.stop(userId, id) : other.commands.giveInput(userId, id, input, null);
        let wasTaken = false;
        const deed = async (): Promise<void> => void (wasTaken = await isTaken(give));
        const its = servicesOf(interrupted(moment, deed), circumstances);
        await its.generations.start(userId, 'new', body, null);
        const isOver = async (): Promise<boolean> => (await stores.generations.find(id))?.status !== 'running';
        if (wasTaken) taken += 1;
        else early += 1;
        // Until it is taken it is said again, as a client does.
        const isSettled = async (): Promise<boolean> => wasTaken || (await isOver()) || (await isTaken(give));
        await vi.waitFor(async () => expect(await isSettled()).toBe(true), timeout);
        await vi.waitFor(async () => {
          await other.runs.resumeAbandoned();
          expect(await isOver()).toBe(true);
        }, timeout);
        expect(await stores.generations.find(id)).toMatchObject({ status: kind === 'stop' ? 'stopped' : 'done' });
        expect(runs).toBe(kind === 'stop' ? 0 : 1);
        await Promise.all([its.runs.close(), other.runs.close()]);
      }
      expect(taken + early).toBe(40);
    },
    120_000,
  );
});
