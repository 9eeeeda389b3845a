import { generationRoutes, hashText, messageText, startProgress } from '@parley/contracts';
import type { RunningMessage } from '@parley/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import {
  fold,
  newGenerationId,
  problemOf,
  read,
  savedAnswer,
  start,
  stop,
  textSoFar,
} from './__fixtures__/chat-client.ts';
import { startScriptedChat } from './__fixtures__/scripted-chat.ts';
import { promptFor, words } from './__fixtures__/scripted-upstream.ts';

const { app, upstream, close } = await startScriptedChat();
const user = await app.register();
afterAll(close);

describe('reading an answer', () => {
  it.each(['sse', 'long-poll'] as const)('by %s yields all of it, in order, and its end', async (live) => {
    const started = await start(app, user, { text: promptFor({ tokens: 40 }) });
    const { events, isClosed } = await read(app, user, started.generationId, { live });
    expect(isClosed).toBe(true);
    expect(textSoFar(events)).toBe(words(40));
    expect(events.map((event) => 'n' in event && event.n)).toEqual([...events.keys()]);
    expect(events.at(-1)).toMatchObject({
      type: 'generation-finished',
      status: 'done',
      textLength: words(40).length,
      textHash: hashText(words(40)),
    });
  });

  it.each(['sse', 'long-poll'] as const)('goes on by %s after a reload in the middle', async (live) => {
    const text = promptFor({ tokens: 30, holdAfter: 10 });
    const started = await start(app, user, { text });
    const before = await read(app, user, started.generationId, {
      live,
      until: (events) => textSoFar(events) === words(10),
    });
    const reloaded = read(app, user, started.generationId, { live, offset: before.offset });
    upstream.release(text);
    const after = await reloaded;
    expect(textSoFar([...before.events, ...after.events])).toBe(words(30));
  });

  it('goes on from the saved part of the answer, which is never older than two seconds', async () => {
    const text = promptFor({ tokens: 30, holdAfter: 10 });
    const started = await start(app, user, { text });
    await expect
      .poll(async () => messageText(await savedAnswer(app, user, started)), { timeout: 5_000 })
      .toBe(words(10));
    const saved = await savedAnswer(app, user, started);
    expect(saved.status).toBe('running');
    const progress = saved.progress ?? startProgress('missing');
    upstream.release(text);
    const { events } = await read(app, user, started.generationId, { offset: progress.offset });
    const whole = fold({ ...saved, progress }, events);
    expect(messageText(whole)).toBe(words(30));
    expect(textSoFar(events)).not.toContain('w9 ');
  });

  it('from three places at once shows the same everywhere', async () => {
    const text = promptFor({ tokens: 20, holdAfter: 5 });
    const started = await start(app, user, { text });
    const readers = [
      read(app, user, started.generationId, { live: 'sse' }),
      read(app, user, started.generationId, { live: 'long-poll' }),
      read(app, user, started.generationId, { live: 'sse' }),
    ];
    upstream.release(text);
    for (const { events } of await Promise.all(readers)) {
      expect(messageText(fold(emptyMessage(started), events))).toBe(words(20));
    }
  });

  it('goes on when nobody is reading', async () => {
    const text = promptFor({ tokens: 20, holdAfter: 5 });
    const started = await start(app, user, { text });
    await read(app, user, started.generationId, { until: (events) => textSoFar(events) === words(5) });
    upstream.release(text);
    await expect.poll(() => savedAnswer(app, user, started)).toMatchObject({ status: 'done' });
    expect(messageText(await savedAnswer(app, user, started))).toBe(words(20));
  });
});

describe('a stream address', () => {
  it('belongs to one person', async () => {
    const { generationId } = await start(app, user, { text: 'Mine' });
    const stranger = await app.register();
    expect((await get(`${generationId}/stream`, stranger)).status).toBe(404);
    expect((await stop(app, stranger, generationId)).status).toBe(404);
  });

  it.each([
    ['garbage', 'offset=banana', 'invalid-offset'],
    ['past the end', 'offset=00000000_000000999999', 'invalid-offset'],
    ['given twice', 'offset=-1&offset=-1', 'invalid-offset'],
    ['missing where it is needed', 'live=sse', 'invalid-offset'],
    ['fine, but the mode is unknown', 'offset=-1&live=telepathy', 'invalid-request'],
  ])('answers 400 when the offset is %s', async (_name, query, code) => {
    const { generationId } = await start(app, user, { text: 'Hi' });
    const response = await get(`${generationId}/stream?${query}`);
    expect(response.status).toBe(400);
    expect(response.headers.get('Content-Type')).toContain('application/problem+json');
    expect((await problemOf(response)).code).toBe(code);
  });

  it('answers 404 for a generation that never was, and 400 for what is no id', async () => {
    expect((await get(`${newGenerationId()}/stream?offset=-1`)).status).toBe(404);
    expect((await get(`nonsense/stream?offset=-1`)).status).toBe(400);
  });

  it.each(['POST', 'PUT', 'DELETE'])('takes no %s', async (method) => {
    const { generationId } = await start(app, user, { text: 'Hi' });
    const response = await get(`${generationId}/stream`, user, method);
    expect(response.status).toBe(405);
    expect(response.headers.get('Allow')).toContain('GET');
  });

  it('tells with HEAD where the end is', async () => {
    const { generationId } = await start(app, user, { text: 'Hi' });
    const { offset } = await read(app, user, generationId);
    const response = await get(`${generationId}/stream`, user, 'HEAD');
    expect(response.headers.get('Stream-Next-Offset')).toBe(offset);
    expect(response.headers.get('Stream-Closed')).toBe('true');
  });
});

async function get(rest: string, as = user, method = 'GET'): Promise<Response> {
  const address = new URL(generationRoutes.stream.path.replace(':id/stream', rest), app.url);
  return await fetch(address, { method, headers: { Authorization: `Bearer ${as.accessToken}` } });
}

function emptyMessage(started: Awaited<ReturnType<typeof start>>): RunningMessage {
  return {
    id: started.responseMessageId,
    conversationId: started.conversationId,
    parentId: started.userMessageId,
    role: 'assistant',
    status: 'running',
    parts: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    progress: startProgress('-1'),
  };
}
