import type { Draft, UserId } from '@parley/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApi } from '../../../lib/api/create-api.ts';
import { createSessionKeeper } from '../../../lib/api/session-keeper.ts';
import { createFakeServer, json, sessionOf } from '../../../testing/fake-server.ts';
import { createTabChannels } from '../../../testing/tab-channels.ts';
import { conversationId } from '../testing/messages.ts';
import { draftFilesPrefix } from './draft-storage.ts';
import { createDraftSync } from './draft-sync.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-20T12:00:00.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const route = `PUT /api/drafts/${conversationId}`;

function setUp(items: Draft[] = []) {
  let saves = 0;
  const server = createFakeServer({
    'GET /api/drafts': () => json({ items }),
    [route]: ({ body }) => {
      saves += 1;
      return json({ ...(body as { text: string }), place: conversationId, updatedAt: at(saves) });
    },
  });
  const session = createSessionKeeper({
    fetch: server.fetch,
    channel: createTabChannels().join(),
    exclusive: (_, work) => work(),
  });
  session.start(sessionOf('token'));
  const drafts = createDraftSync({ api: createApi({ fetch: server.fetch, session }) });
  const taken: string[] = [];
  drafts.subscribe(conversationId, (text) => taken.push(text));
  return { server, drafts, taken, texts: () => server.seen(route).map(({ body }) => (body as { text: string }).text) };
}

/** The server's clock at minute `minute`. */
function at(minute: number): string {
  return `2026-11-20T12:${String(minute).padStart(2, '0')}:00.000Z`;
}

const draftOf = (text: string, minute: number): Draft => ({ place: conversationId, text, updatedAt: at(minute) });

describe('drafts', () => {
  it('are kept at once and go to the server when the keys have been quiet for a second', async () => {
    const { drafts, texts } = setUp();
    drafts.change(conversationId, 'h');
    await vi.advanceTimersByTimeAsync(900);
    drafts.change(conversationId, 'hello');
    expect(drafts.read(conversationId)).toBe('hello');
    await vi.advanceTimersByTimeAsync(900);
    expect(texts()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(texts()).toEqual(['hello']);
  });

  it('go at once when the composer or the page is left, and outlive the page', async () => {
    const { drafts, server, texts } = setUp();
    drafts.change(conversationId, 'hello');
    drafts.flushAll(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(texts()).toEqual(['hello']);
    expect(server.seen(route)[0]?.keepalive).toBe(true);
    drafts.flush(conversationId);
    await vi.advanceTimersByTimeAsync(5000);
    expect(texts()).toEqual(['hello']);
  });

  it('come from another device', () => {
    const { drafts, taken } = setUp();
    drafts.hear(draftOf('from the phone', 1));
    expect(taken).toEqual(['from the phone']);
    expect(drafts.read(conversationId)).toBe('from the phone');
    drafts.hear(draftOf('', 2));
    expect(taken).toEqual(['from the phone', '']);
  });

  it('never overwrite what is being typed, and wait while somebody pauses', async () => {
    const { drafts, taken } = setUp();
    drafts.change(conversationId, 'mine');
    drafts.hear(draftOf('theirs', 9));
    await vi.advanceTimersByTimeAsync(1500);
    drafts.hear(draftOf('theirs', 9));
    expect([taken, drafts.read(conversationId)]).toEqual([[], 'mine']);
    await vi.advanceTimersByTimeAsync(6000);
    expect(taken).toEqual(['theirs']);
  });

  it('know their own echo and news that are old', async () => {
    const { drafts, taken } = setUp();
    drafts.change(conversationId, 'mine');
    await vi.advanceTimersByTimeAsync(10_000);
    drafts.hear(draftOf('older', 0));
    expect(taken).toEqual([]);
    expect(drafts.read(conversationId)).toBe('mine');
  });

  it('send what changed while they were being saved', async () => {
    const { drafts, server, texts } = setUp();
    const { promise, resolve } = Promise.withResolvers<Response>();
    server.handlers[route] = () => promise;
    drafts.change(conversationId, 'one');
    await vi.advanceTimersByTimeAsync(1500);
    drafts.change(conversationId, 'one two');
    resolve(json(draftOf('one', 1)));
    await vi.advanceTimersByTimeAsync(1500);
    expect(texts()).toEqual(['one', 'one two']);
  });

  it('are safe here while the server cannot be reached, and go with the next look at it', async () => {
    const { drafts, server, texts } = setUp();
    const { [route]: save } = server.handlers;
    server.handlers[route] = () => Promise.reject(new TypeError('Failed to fetch'));
    drafts.change(conversationId, 'mine');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(texts()).toEqual(['mine']);
    if (save) server.handlers[route] = save;
    await drafts.load();
    await vi.advanceTimersByTimeAsync(0);
    expect(texts()).toEqual(['mine', 'mine']);
    await drafts.load();
    expect(texts()).toEqual(['mine', 'mine']);
  });

  it('are taken from the server with the page, and go where they were removed elsewhere', async () => {
    const items = [draftOf('from the phone', 1)];
    const { drafts, taken } = setUp(items);
    await drafts.load();
    expect(taken).toEqual(['from the phone']);
    items.length = 0;
    await drafts.load();
    expect(taken).toEqual(['from the phone', '']);
  });

  it('are forgotten when they were sent, unless more was typed', async () => {
    const { drafts, texts } = setUp();
    drafts.change(conversationId, 'Quick');
    drafts.forget(conversationId, 'Quick');
    await vi.advanceTimersByTimeAsync(5000);
    expect([drafts.read(conversationId), texts()]).toEqual(['', []]);
    drafts.change(conversationId, 'Hello ');
    await vi.advanceTimersByTimeAsync(5000);
    drafts.forget(conversationId, 'Hello');
    await vi.advanceTimersByTimeAsync(0);
    expect([drafts.read(conversationId), texts()]).toEqual(['', ['Hello ', '']]);
    drafts.change(conversationId, 'And more');
    drafts.forget(conversationId, 'Hello');
    expect(drafts.read(conversationId)).toBe('And more');
  });

  it('of an earlier version of the page are still there', () => {
    localStorage.setItem(`parley:draft:${conversationId}`, 'plain text');
    expect(setUp().drafts.read(conversationId)).toBe('plain text');
  });

  it('of somebody else are neither shown nor sent', async () => {
    const { drafts, texts } = setUp();
    drafts.claim('ada' as UserId);
    drafts.change(conversationId, 'secret');
    const next = setUp().drafts;
    next.claim('ada' as UserId);
    expect(next.read(conversationId)).toBe('secret');
    next.claim('grace' as UserId);
    await next.load();
    expect(next.read(conversationId)).toBe('');
    expect(texts()).toEqual([]);
  });

  it('leave nothing behind for the next person', () => {
    const { drafts } = setUp();
    drafts.change(conversationId, 'secret');
    drafts.change('new', 'secret, too');
    localStorage.setItem(`${draftFilesPrefix}new`, '{}');
    drafts.reset();
    expect(Object.keys(localStorage).filter((key) => key.includes('draft'))).toEqual([]);
  });
});
