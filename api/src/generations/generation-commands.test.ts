import { generationRoutes } from '@parley/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import {
  newCommandId,
  newGenerationId,
  problemOf,
  read,
  start,
  stateOf,
  steer,
  stop,
} from './__fixtures__/chat-client.ts';
import { startScriptedChat } from './__fixtures__/scripted-chat.ts';
import { promptFor } from './__fixtures__/scripted-upstream.ts';

const { app, upstream, close } = await startScriptedChat();
const user = await app.register();
afterAll(close);

describe('steering', () => {
  it('reaches the running answer once, however often it is sent', async () => {
    const text = promptFor({ tokens: 2, holdAfter: 1 });
    const { generationId } = await start(app, user, { text });
    const command = { commandId: newCommandId(), text: 'In French, please' };
    const all = await Promise.all(Array.from({ length: 5 }, () => steer(app, user, generationId, command)));
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 202));
    const other = await steer(app, user, generationId, { ...command, text: 'In German' });
    expect(other.status).toBe(409);
    expect((await problemOf(other)).code).toBe('command-id-taken');

    upstream.release(text);
    const { events } = await read(app, user, generationId);
    const steers = events.filter((event) => event.type === 'steer-requested');
    expect(steers).toMatchObject([command]);

    expect((await steer(app, user, generationId, command)).status).toBe(202);
    const late = await steer(app, user, generationId, { text: 'Too late' });
    expect(late.status).toBe(409);
    expect((await problemOf(late)).code).toBe('generation-over');
  });

  it('that the model never came to read waits as a prompt when the answer is stopped', async () => {
    const { generationId } = await start(app, user, { text: promptFor({ tokens: 2, holdAfter: 1 }) });
    const command = { commandId: newCommandId(), text: 'In French, please' };
    expect((await steer(app, user, generationId, command)).status).toBe(202);
    await stop(app, user, generationId);
    await expect
      .poll(async () => await stateOf(app, user, generationId))
      .toMatchObject({
        status: 'stopped',
        queue: [{ generationId: command.commandId, text: command.text }],
      });
  });

  it('is refused to others, without words, and in masses', async () => {
    const text = promptFor({ tokens: 2, holdAfter: 1 });
    const { generationId } = await start(app, user, { text });
    const stranger = await app.register();
    expect((await steer(app, stranger, generationId, { text: 'Hi' })).status).toBe(404);
    expect((await steer(app, user, newGenerationId(), { text: 'Hi' })).status).toBe(404);
    expect((await steer(app, user, generationId, { text: '  ' })).status).toBe(400);
    expect((await steer(app, user, generationId, { text: 'x'.repeat(200_001) })).status).toBe(400);
    for (let n = 0; n < 5; n += 1) {
      expect((await steer(app, user, generationId, { text: 'x'.repeat(199_000) })).status).toBe(202);
    }
    expect((await steer(app, user, generationId, { text: 'x'.repeat(199_000) })).status).toBe(413);
    await stop(app, user, generationId);
  });
});

describe('the state of a generation', () => {
  it('tells who asked, how it stands and where its log ends', async () => {
    const text = promptFor({ tokens: 2, holdAfter: 1 });
    const started = await start(app, user, { text });
    const id = started.generationId;
    const { events, offset } = await read(app, user, id, {
      until: (all) => all.some((event) => event.type === 'text-delta'),
    });
    const { conversationId, responseMessageId } = started;
    const state = await stateOf(app, user, id);
    expect(state).toMatchObject({ id, conversationId, responseMessageId, status: 'running', queue: [] });
    expect(state.startedOn).toEqual(expect.any(String));
    expect(events.length > 0 && state.offset === offset).toBe(true);
    upstream.release(text);
    const rest = await read(app, user, id, { offset });
    await expect.poll(async () => await stateOf(app, user, id)).toMatchObject({ status: 'done', offset: rest.offset });
  });
});

describe('the stream of a generation', () => {
  it('takes no offset but its own', async () => {
    const [one, other] = await Promise.all([
      start(app, user, { text: promptFor({ tokens: 1 }) }),
      start(app, user, { text: promptFor({ tokens: 300 }) }),
    ]);
    const { offset } = await read(app, user, other.generationId);
    await read(app, user, one.generationId);
    for (const wrong of [offset, '-2', '0', 'garbage', '%00', '9'.repeat(400), '-1,-1', '']) {
      for (const live of [{}, { live: 'sse' }, { live: 'long-poll' }]) {
        const input = { params: { id: one.generationId }, query: { offset: wrong, ...live } };
        const response = await app.send(generationRoutes.stream, input, user);
        expect([wrong, response.status]).toEqual([wrong, 400]);
        expect(response.headers.get('content-type')).toContain('application/problem+json');
        await response.body?.cancel();
      }
    }
    expect((await app.send(generationRoutes.stream, { params: { id: one.generationId } }, user)).status).toBe(200);
  });

  it('is written by nobody over HTTP, and read by its owner alone', async () => {
    const { generationId } = await start(app, user, { text: promptFor({ tokens: 1 }) });
    const url = new URL(generationRoutes.stream.path.replace(':id', generationId), app.url);
    const headers = { Authorization: `Bearer ${user.accessToken}`, 'Content-Type': 'application/json' };
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const response = await fetch(url, { method, headers, ...(method === 'DELETE' ? {} : { body: '[]' }) });
      expect([method, response.status]).toEqual([method, 405]);
      expect(response.headers.get('allow')).toContain('GET');
    }
    const stranger = await app.register();
    const answer = await app.send(generationRoutes.stream, { params: { id: generationId } }, stranger);
    expect(answer.status).toBe(404);
    expect((await fetch(url)).status).toBe(401);
  });
});
