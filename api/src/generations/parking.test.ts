import { randomUUID } from 'node:crypto';
import { userIdSchema } from '@parley/contracts';
import type { GenerationId, InputAnswer, ToolCallPart, UserId } from '@parley/contracts';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { newCommandId, newGenerationId } from './__fixtures__/chat-client.ts';
import { openMortalStores, question, servicesOf } from './__fixtures__/mortal-stores.ts';
import { calls, finish, says } from './__fixtures__/play-turn.ts';
import { createStepwiseStrategy } from './__fixtures__/stepwise-strategy.ts';
import { toolSays, tool } from './__fixtures__/tools.ts';
import type { InputCommand } from './generation-commands.ts';
import { logIdOf } from './generation-log.ts';
import type { GenerationStores } from './generation-store.ts';

const { stores, dying, expireLeases, close } = await openMortalStores();
afterAll(close);

const timeout = { timeout: 40_000 };
const approve: InputAnswer = { kind: 'approve', scope: 'once' };

/** A model that calls `act` once, which asks first, and then has the last word. */
function world() {
  let runs = 0;
  const act = tool('act', () => {
    runs += 1;
    return toolSays('acted');
  });
  const strategy = createStepwiseStrategy(
    [calls(0, 'a', '{"to":"Bob"}', 'act'), finish('tool-calls')],
    [says('Done.'), finish()],
  );
  const server = (its: GenerationStores = stores, isSoleProducer = true) =>
    servicesOf(its, { strategy, tools: [act], effects: { act: 'ask' }, isSoleProducer });
  return { server, strategy, runs: () => runs };
}

const newUser = (): UserId => userIdSchema.parse(randomUUID());
const give = (change: Partial<InputCommand> = {}): InputCommand => ({
  commandId: newCommandId(),
  callId: 'a',
  answer: approve,
  ...change,
});

async function isParked(id: GenerationId): Promise<boolean> {
  const running = await stores.generations.listRunning();
  const generation = await stores.generations.find(id);
  return generation?.waitingSince !== undefined && !running.some((place) => place.id === id);
}

async function parked(server: ReturnType<ReturnType<typeof world>['server']>, userId = newUser()) {
  const body = question();
  const { conversationId } = await server.generations.start(userId, 'new', body, null);
  await vi.waitFor(async () => expect(await isParked(body.generationId)).toBe(true), timeout);
  return { userId, conversationId, id: body.generationId };
}

async function ended(id: GenerationId): Promise<string> {
  await vi.waitFor(async () => {
    expect((await stores.generations.find(id))?.status).not.toBe('running');
  }, timeout);
  return (await stores.generations.find(id))?.status ?? '';
}

async function callOf(userId: UserId, id: GenerationId): Promise<ToolCallPart> {
  const generation = await stores.generations.find(id);
  const messages = await stores.messages.list(userId, generation!.conversationId);
  const part = messages.find((message) => message.generationId === id)?.parts.find(({ type }) => type === 'tool-call');
  if (part?.type !== 'tool-call') throw new Error('There is no call.');
  return part;
}

async function expectEveryEventOnce(id: GenerationId): Promise<void> {
  const { entries } = await stores.log.read(logIdOf(id), '-1');
  const numbers = entries.flatMap((event) => ('n' in event ? [event.n] : []));
  expect(numbers).toEqual([...numbers.keys()]);
  expect(entries.filter(({ type }) => type === 'tool-started').length).toBeLessThanOrEqual(1);
  expect(entries.filter(({ type }) => type === 'tool-result').length).toBeLessThanOrEqual(1);
}

describe('an answer that waits for its user', () => {
  it('holds no process, is left alone by those that start, and goes on in another one', async () => {
    const { server, runs } = world();
    const first = server();
    const { userId, conversationId, id } = await parked(first);
    expect(await stores.conversations.find(userId, conversationId)).toMatchObject({ waitingForInput: true });
    expect(await first.generations.state(userId, id)).toMatchObject({ status: 'running', waitingForInput: true });
    await first.runs.close();

    await expireLeases();
    const next = server();
    await next.runs.resumeAll();
    await next.runs.resumeAbandoned();
    await next.generations.findForReading(userId, id);
    expect((await stores.generations.find(id))?.epoch).toBe(0);

    const command = give();
    await next.commands.giveInput(userId, id, command, null);
    expect(await ended(id)).toBe('done');
    await next.commands.giveInput(userId, id, command, null);
    expect(runs()).toBe(1);
    expect(next.noted).toContain(`tool-approved input:${command.commandId}`);
    expect(await callOf(userId, id)).toMatchObject({ state: 'done', output: 'acted', answer: approve });
    expect(await stores.conversations.find(userId, conversationId)).toMatchObject({ waitingForInput: false });
    await expectEveryEventOnce(id);
    await next.runs.close();
  });

  it('takes the first of two answers, and tells the second one so', async () => {
    const { server, runs } = world();
    const [here, there] = [server(), server(stores, false)];
    const { userId, id } = await parked(here);
    const deny = give({ answer: { kind: 'deny', reason: 'No' } });
    const all = await Promise.allSettled([
      here.commands.giveInput(userId, id, give(), null),
      there.commands.giveInput(userId, id, deny, null),
      there.commands.giveInput(userId, id, give(), null),
    ]);
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = all.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(reasons).toMatchObject([{ code: 'input-not-awaited' }, { code: 'input-not-awaited' }]);
    expect(await ended(id)).toBe('done');
    expect(here.noted.length + there.noted.length).toBe(1);
    expect(runs()).toBe((await callOf(userId, id)).state === 'denied' ? 0 : 1);
    await expectEveryEventOnce(id);
    await Promise.all([here.runs.close(), there.runs.close()]);
  });

  it('is told nothing by anybody else, nor what it did not ask', async () => {
    const { server } = world();
    const its = server();
    const { userId, id } = await parked(its);
    await expect(its.commands.giveInput(newUser(), id, give(), null)).rejects.toMatchObject({
      code: 'generation-not-found',
    });
    const wrong: [Partial<InputCommand>, string][] = [
      [{ callId: 'b' }, 'input-not-awaited'],
      [{ answer: { kind: 'accept' } }, 'invalid-request'],
    ];
    for (const [change, code] of wrong) {
      await expect(its.commands.giveInput(userId, id, give(change), null)).rejects.toMatchObject({ code });
    }
    const command = give({ answer: { kind: 'deny' } });
    await its.commands.giveInput(userId, id, command, null);
    await expect(its.commands.giveInput(userId, id, { ...command, answer: approve }, null)).rejects.toMatchObject({
      code: 'command-id-taken',
    });
    expect(await ended(id)).toBe('done');
    expect(await callOf(userId, id)).toMatchObject({ state: 'denied', output: 'The user did not allow this call.' });
    await its.runs.close();
  });

  it('is stopped, and its call is not run', async () => {
    const { server, runs } = world();
    const its = server();
    const { userId, id } = await parked(its);
    await its.commands.stop(userId, id);
    expect(await ended(id)).toBe('stopped');
    expect(runs()).toBe(0);
    expect(await callOf(userId, id)).toMatchObject({ state: 'failed' });
    await its.runs.close();
  });

  it('takes in what it was told meanwhile when it goes on', async () => {
    const { server, strategy } = world();
    const its = server();
    const { userId, id } = await parked(its);
    await its.commands.steer(userId, id, { commandId: newCommandId(), text: 'In French' });
    expect(await isParked(id)).toBe(true);
    await its.commands.giveInput(userId, id, give(), null);
    expect(await ended(id)).toBe('done');
    expect(strategy.requests.at(-1)?.turns.at(-1)).toEqual({
      role: 'user',
      parts: [{ type: 'text', text: 'In French' }],
    });
    await its.runs.close();
  });

  it('is followed by what waits behind it', async () => {
    const { server } = world();
    const its = server();
    const { userId, id, conversationId } = await parked(its);
    const next = newGenerationId();
    const createdAt = new Date();
    const prompt = { generationId: next, text: 'And?', endpoint: 'Scripted', model: 'scripted-1', createdAt };
    expect(await stores.generations.enqueue(id, { ...prompt, queuedBy: null })).toBeDefined();
    await expect(its.generations.start(userId, conversationId, question(), null)).rejects.toMatchObject({
      code: 'generation-running',
    });
    await its.commands.giveInput(userId, id, give(), null);
    await vi.waitFor(async () => expect(await isParked(next)).toBe(true), timeout);
    await its.commands.stop(userId, next);
    expect(await ended(next)).toBe('stopped');
    await its.runs.close();
  });

  it('goes with its conversation', async () => {
    const { server } = world();
    const its = server();
    const { userId, id, conversationId } = await parked(its);
    await its.conversations.remove(userId, conversationId);
    expect(await stores.generations.find(id)).toBeUndefined();
    expect(await stores.log.state(logIdOf(id))).toBe('missing');
    await expect(its.commands.giveInput(userId, id, give(), null)).rejects.toMatchObject({
      code: 'generation-not-found',
    });
    await its.runs.close();
  });

  it('gets its log back when that was lost', async () => {
    const { server, runs } = world();
    const its = server();
    const { userId, id } = await parked(its);
    await stores.log.remove(logIdOf(id));
    const command = give();
    await vi.waitFor(() => its.commands.giveInput(userId, id, command, null), timeout);
    expect(await ended(id)).toBe('done');
    expect(runs()).toBe(1);
    await its.runs.close();
  });
});

describe('a process that dies at any of its writes around a wait', () => {
  it('before it waits leaves a turn that waits, and whose call runs once', async () => {
    let survived = 0;
    for (let lives = 4; lives < 40; lives += 1) {
      const { server, runs } = world();
      const mortal = dying(lives);
      const doomed = server(mortal);
      const [userId, body] = [newUser(), question()];
      await doomed.generations.start(userId, 'new', body, null).catch(() => undefined);
      await vi.waitFor(async () => expect(mortal.isDead() || (await isParked(body.generationId))).toBe(true), timeout);
      if (!mortal.isDead()) survived += 1;
      await doomed.runs.close();
      await expireLeases();
      const heir = server();
      await heir.runs.resumeAll();
      if ((await stores.generations.find(body.generationId)) === undefined) continue;
      await giveUntilTaken(heir, userId, body.generationId, give());
      expect(await ended(body.generationId)).toBe('done');
      expect(runs()).toBe(1);
      await expectEveryEventOnce(body.generationId);
      await heir.runs.close();
    }
    expect(survived).toBeGreaterThan(0);
  }, 120_000);

  it('when the answer is given leaves a turn that takes it when it is sent again', async () => {
    let survived = 0;
    for (let lives = 0; lives < 40; lives += 1) {
      const { server, runs } = world();
      const first = server();
      const { userId, id } = await parked(first);
      await first.runs.close();
      const mortal = dying(lives);
      const doomed = server(mortal, false);
      const command = give();
      await doomed.commands.giveInput(userId, id, command, null).catch(() => undefined);
      await vi.waitFor(async () => {
        const status = (await stores.generations.find(id))?.status;
        expect(mortal.isDead() || status === 'done' || (await isParked(id))).toBe(true);
      }, timeout);
      if (!mortal.isDead()) survived += 1;
      await doomed.runs.close();
      await expireLeases();
      const heir = server(stores, false);
      await heir.runs.resumeAll();
      await giveUntilTaken(heir, userId, id, command);
      expect(await ended(id)).toBe('done');
      expect(runs()).toBeLessThanOrEqual(1);
      const call = await callOf(userId, id);
      expect(call.state === 'done' ? runs() : call.output).toBe(
        call.state === 'done' ? 1 : 'The call was interrupted; its outcome is unknown.',
      );
      await expectEveryEventOnce(id);
      await heir.runs.close();
    }
    expect(survived).toBeGreaterThan(0);
  }, 120_000);
});

type Server = ReturnType<ReturnType<typeof world>['server']>;

/** As a client does that repeats what nobody has acknowledged. */
async function giveUntilTaken(server: Server, userId: UserId, id: GenerationId, command: InputCommand): Promise<void> {
  await vi.waitFor(() => server.commands.giveInput(userId, id, command, null), { ...timeout, interval: 20 });
}

describe('a hundred answers that wait', () => {
  it('keep nothing of this process busy', async () => {
    const { server } = world();
    const its = server();
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    await Promise.all(Array.from({ length: 100 }, () => parked(its)));
    await vi.waitFor(() => {
      const now = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
      expect(now).toBeLessThanOrEqual(before + 3);
    }, timeout);
    await its.runs.close();
  }, 60_000);
});
