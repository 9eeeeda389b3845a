import { conversationRoutes, generationRoutes, longestQueue } from '@parley/contracts';
import type { GenerationId, StartedGeneration } from '@parley/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import {
  ask,
  conversationOf,
  messagesOf,
  newGenerationId,
  problemOf,
  queue,
  start,
  stateOf,
  stop,
  unqueue,
} from './__fixtures__/chat-client.ts';
import { startScriptedChat } from './__fixtures__/scripted-chat.ts';
import { promptFor, words } from './__fixtures__/scripted-upstream.ts';

const { app, upstream, close } = await startScriptedChat();
const user = await app.register();
afterAll(close);

/** A running answer that waits to be let go on. */
async function held(): Promise<{ started: StartedGeneration; id: GenerationId; finish: () => void }> {
  const text = promptFor({ tokens: 3, holdAfter: 1 });
  const started = await start(app, user, { text });
  return { started, id: started.generationId, finish: () => upstream.release(text) };
}

async function statusOf(id: GenerationId): Promise<string | undefined> {
  const response = await app.send(generationRoutes.state, { params: { id } }, user);
  return response.status === 200 ? (await stateOf(app, user, id)).status : undefined;
}

async function queueOf(id: GenerationId): Promise<GenerationId[]> {
  return (await stateOf(app, user, id)).queue.map(({ generationId }) => generationId);
}

describe('a queued prompt', () => {
  it('is known again with half of a character in it, which is stored as a sign for something unknown', async () => {
    const { id, finish } = await held();
    const asked = { text: `\ud800 ${promptFor({ tokens: 2 })}`, generationId: newGenerationId() };
    expect((await queue(app, user, id, asked)).status).toBe(202);
    expect((await queue(app, user, id, asked)).status).toBe(202);
    finish();
    await expect.poll(() => statusOf(asked.generationId), { timeout: 20_000 }).toBe('done');
    expect(await (await queue(app, user, id, asked)).json()).toMatchObject({ state: 'started' });
  });

  it('becomes the next turn when the answer before it is done, and the others wait behind that', async () => {
    const { started, id, finish } = await held();
    const [first, second] = [newGenerationId(), newGenerationId()];
    const text = promptFor({ tokens: 4, holdAfter: 2 });
    const response = await queue(app, user, id, { text, generationId: first });
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ state: 'queued', queue: [{ generationId: first, text }] });
    await queue(app, user, id, { text: promptFor({ tokens: 5 }), generationId: second });
    expect(await queueOf(id)).toEqual([first, second]);
    expect(await statusOf(first)).toBeUndefined();

    finish();
    await expect.poll(() => statusOf(first)).toBe('running');
    await expect.poll(() => queueOf(id)).toEqual([]);
    expect(await queueOf(first)).toEqual([second]);
    upstream.release(text);
    await expect.poll(() => statusOf(second)).toBe('done');
    const messages = await messagesOf(app, user, started.conversationId);
    expect(messages).toHaveLength(6);
    const byId = new Map(messages.map((message) => [message.id, message]));
    const { responseMessageId } = await stateOf(app, user, second);
    const answers = [];
    for (let at = byId.get(responseMessageId); at !== undefined; at = at.parentId ? byId.get(at.parentId) : undefined) {
      if (at.role === 'assistant') answers.unshift(at.parts.map((part) => part.type === 'text' && part.text).join(''));
    }
    expect(answers).toEqual([words(3), words(4), words(5)]);
    expect((await conversationOf(app, user, started.conversationId)).runningGenerationId).toBeNull();
  });

  it('is taken once, however often it is asked for, and refused with another body', async () => {
    const { id, finish } = await held();
    const prompt = { text: promptFor({ tokens: 2 }), generationId: newGenerationId() };
    const all = await Promise.all(Array.from({ length: 8 }, () => queue(app, user, id, prompt)));
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 202));
    expect(await queueOf(id)).toEqual([prompt.generationId]);
    const other = await queue(app, user, id, { ...prompt, text: 'Something else' });
    expect(other.status).toBe(409);
    expect((await problemOf(other)).code).toBe('generation-id-taken');

    finish();
    await expect.poll(() => statusOf(prompt.generationId)).toBe('done');
    expect(await (await queue(app, user, id, prompt)).json()).toEqual({ state: 'started', queue: [] });
    const late = await queue(app, user, id, { ...prompt, text: 'Something else' });
    expect((await problemOf(late)).code).toBe('generation-id-taken');
  });

  it('starts at once behind an answer that has ended', async () => {
    const { started, id, finish } = await held();
    finish();
    await expect.poll(() => statusOf(id)).toBe('done');
    const prompt = { text: promptFor({ tokens: 2 }), generationId: newGenerationId() };
    const all = await Promise.all(Array.from({ length: 4 }, () => queue(app, user, id, prompt)));
    for (const response of all) expect(await response.json()).toMatchObject({ state: 'started' });
    await expect.poll(() => statusOf(prompt.generationId)).toBe('done');
    const messages = await messagesOf(app, user, started.conversationId);
    expect(messages).toHaveLength(4);
    expect(messages.find(({ parentId }) => parentId === started.responseMessageId)?.role).toBe('user');
  });

  it('waits behind what runs now, when it was meant for an earlier answer', async () => {
    const { started, id, finish } = await held();
    finish();
    await expect.poll(() => statusOf(id)).toBe('done');
    const text = promptFor({ tokens: 2, holdAfter: 1 });
    const place = { conversation: started.conversationId, parent: started.responseMessageId };
    const running = await start(app, user, { text, ...place });
    const late = newGenerationId();
    expect(await (await queue(app, user, id, { text: 'Hi', generationId: late })).json()).toMatchObject({
      state: 'queued',
    });
    expect(await queueOf(running.generationId)).toEqual([late]);
    upstream.release(text);
    await expect.poll(() => statusOf(late)).toBe('done');
  });

  it('can be taken out until its answer has begun', async () => {
    const { id, finish } = await held();
    const [first, second] = [newGenerationId(), newGenerationId()];
    await queue(app, user, id, { text: promptFor({ tokens: 2 }), generationId: first });
    await queue(app, user, id, { text: promptFor({ tokens: 2 }), generationId: second });
    expect((await unqueue(app, user, id, first)).status).toBe(204);
    expect((await unqueue(app, user, id, first)).status).toBe(204);
    expect(await queueOf(id)).toEqual([second]);
    finish();
    await expect.poll(() => statusOf(second)).toBe('done');
    expect(await statusOf(first)).toBeUndefined();
    const response = await unqueue(app, user, id, second);
    expect(response.status).toBe(409);
    expect((await problemOf(response)).code).toBe('queued-prompt-started');
  });

  it('stays where it is after a stop, until it is asked for again', async () => {
    const { id } = await held();
    const prompts = [promptFor({ tokens: 2 }), promptFor({ tokens: 3 })].map((text) => ({
      text,
      generationId: newGenerationId(),
    }));
    for (const prompt of prompts) await queue(app, user, id, prompt);
    await stop(app, user, id);
    await expect.poll(() => statusOf(id)).toBe('stopped');
    const ids = prompts.map(({ generationId }) => generationId);
    expect(await queueOf(id)).toEqual(ids);
    expect(await statusOf(ids[0]!)).toBeUndefined();

    const response = await queue(app, user, id, prompts[1]!);
    expect(await response.json()).toMatchObject({ state: 'started' });
    await expect.poll(() => statusOf(ids[0]!)).toBe('done');
    await expect.poll(() => statusOf(ids[1]!)).toBe('done');
    expect(await queueOf(id)).toEqual([]);
  });

  it('disappears with its conversation', async () => {
    const { started, id } = await held();
    const waiting = newGenerationId();
    await queue(app, user, id, { text: 'Hi', generationId: waiting });
    await app.send(conversationRoutes.remove, { params: { id: started.conversationId } }, user);
    expect(await statusOf(id)).toBeUndefined();
    expect(await statusOf(waiting)).toBeUndefined();
    expect((await unqueue(app, user, id, waiting)).status).toBe(404);
  });
});

describe('a queue', () => {
  it('holds twenty prompts, and a million characters', async () => {
    const { id } = await held();
    for (let n = 0; n < longestQueue; n += 1) expect((await queue(app, user, id, { text: 'Hi' })).status).toBe(202);
    const response = await queue(app, user, id, { text: 'Hi' });
    expect(response.status).toBe(409);
    expect((await problemOf(response)).code).toBe('queue-full');
    await stop(app, user, id);

    const { id: other } = await held();
    const statuses = [];
    for (let n = 0; n < 6; n += 1) statuses.push((await queue(app, user, other, { text: 'x'.repeat(199_000) })).status);
    expect(statuses).toEqual([202, 202, 202, 202, 202, 409]);
    await stop(app, user, other);
  });

  it('takes no prompt that cannot be answered, and none of anybody else', async () => {
    const { id } = await held();
    const unknown = await queue(app, user, id, { text: 'Hi', model: 'no such model' });
    expect((await problemOf(unknown)).code).toBe('model-not-found');
    expect((await queue(app, user, id, { text: ' ' })).status).toBe(400);
    const stranger = await app.register();
    expect((await queue(app, stranger, id, { text: 'Hi' })).status).toBe(404);
    expect((await unqueue(app, stranger, id, newGenerationId())).status).toBe(404);
    expect((await app.send(generationRoutes.state, { params: { id } }, stranger)).status).toBe(404);

    const theirs = await start(app, stranger, { text: promptFor({ tokens: 1 }) });
    const taken = await queue(app, user, id, { text: 'Hi', generationId: theirs.generationId });
    await stop(app, user, id);
    await expect.poll(() => statusOf(id)).toBe('stopped');
    expect((await problemOf(taken)).code).toBe('generation-id-taken');
    expect((await ask(app, user, { text: 'Hi', generationId: theirs.generationId })).status).toBe(409);
  });
});
