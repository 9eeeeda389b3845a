import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { session } from '../../lib/api/call.ts';
import { giveIndexedDb } from '../../testing/fake-indexed-db.ts';
import { json, problemAnswer } from '../../testing/fake-server.ts';
import { createOutbox } from './live/outbox.ts';
import { answerEvents } from './testing/answer-events.ts';
import { createChatServer } from './testing/chat-server.ts';
import { answerOf, conversation, conversationId, generationId, messageId, questionOf } from './testing/messages.ts';
import { renderChat } from './testing/render-chat.tsx';

const start = 'POST /api/conversations/new/generations';
const offline = () => Promise.reject(new TypeError('Failed to fetch'));
const field = () => screen.findByRole('textbox', { name: 'Message' });
const log = () => screen.getByRole('log');
const waiting = () => screen.findByText('This message will be sent when you are back online');

async function ask(text: string) {
  const box = await field();
  await waitFor(() => expect(screen.getByRole('button', { name: 'Model: chat-fast' })).toBeEnabled());
  await userEvent.type(box, `${text}{Enter}`);
}

describe('a message written offline', () => {
  beforeEach(giveIndexedDb);
  afterEach(() => session.end());

  it('is there after a reload, goes once when the network is back, and shows its answer', async () => {
    const server = createChatServer();
    server.handlers[start] = offline;
    const before = renderChat(server);
    await ask('Written on a train');
    await waiting();
    before.unmount();

    server.handlers['GET /api/drafts'] = offline;
    const { created } = renderChat(server);
    expect(await screen.findByText('Written on a train')).toBeVisible();
    await waiting();
    expect(await field()).toHaveValue('');
    server.handlers[start] = server.startHandler;
    window.dispatchEvent(new Event('online'));
    await waitFor(() => expect(created).toHaveBeenCalledOnce());
    server.write(...answerEvents(['Welcome back']));
    expect(await within(log()).findByText('Welcome back')).toBeVisible();
    expect(new Set(server.started.map((body) => body.generationId)).size).toBe(1);
    expect(server.started[0]?.text).toBe('Written on a train');
  });

  it('waits with the ones after it, in order, and each can be taken back', async () => {
    const server = createChatServer();
    server.handlers[start] = offline;
    renderChat(server);
    await ask('First');
    await waiting();
    await ask('Second');
    await ask('Third');
    const line = within(await screen.findByRole('region', { name: 'Waiting messages' }));
    expect(await line.findAllByText('Will be sent when you are back online')).toHaveLength(2);
    await userEvent.click(line.getByRole('button', { name: 'Remove the waiting message: Second' }));
    await userEvent.click(within(log()).getByRole('button', { name: 'Remove' }));
    // The one behind it takes its place.
    expect(await within(log()).findByText('Third')).toBeVisible();
    server.handlers[start] = server.startHandler;
    window.dispatchEvent(new Event('online'));
    await waitFor(() => expect(server.started.map(({ text }) => text)).toEqual(['Third']));
  });

  it('says why the server would not take it in the end', async () => {
    const server = createChatServer();
    server.handlers[start] = offline;
    renderChat(server);
    await ask('Hello');
    await waiting();
    server.handlers[start] = () => problemAnswer('model-not-found');
    await userEvent.click(screen.getByRole('button', { name: 'Try now' }));
    expect(await screen.findByText('This model does not exist.')).toBeVisible();
    expect(screen.getByText('This message was not sent')).toBeVisible();
  });

  it('comes after what another device is being answered meanwhile', async () => {
    const server = createChatServer([questionOf(1, null), answerOf(2, 1)]);
    const path = `POST /api/conversations/${conversationId}/generations`;
    server.handlers[path] = offline;
    renderChat(server, conversationId);
    await ask('Written on a train');
    await waiting();
    server.handlers[path] = () => problemAnswer('generation-running');
    server.handlers[`GET /api/conversations/${conversationId}`] = () =>
      json({ ...conversation, runningGenerationId: generationId(2) });
    window.dispatchEvent(new Event('online'));
    await waitFor(() => expect(server.queues.get(generationId(2))).toMatchObject([{ text: 'Written on a train' }]));
    await waitFor(() => expect(screen.queryByText(/will be sent when/)).toBeNull());
  });

  it('can be another answer, which is asked for once after a reload, with what was chosen for it', async () => {
    const server = createChatServer([questionOf(1, null), answerOf(2, 1)]);
    const path = `POST /api/conversations/${conversationId}/answers`;
    server.handlers[path] = offline;
    const before = renderChat(server, conversationId);
    await userEvent.click(await screen.findByRole('button', { name: 'More ways to regenerate' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Longer' }));
    await screen.findByText('The new answer will be asked for when you are back online');
    before.unmount();
    renderChat(server, conversationId);
    await screen.findByText('The new answer will be asked for when you are back online');
    server.handlers[path] = server.answerHandler;
    window.dispatchEvent(new Event('online'));
    await waitFor(() => expect(server.answered).not.toHaveLength(0));
    expect(server.answered[0]).toMatchObject({ guidance: 'longer', userMessageId: messageId(1) });
    server.write(...answerEvents(['Much longer']));
    expect(await within(log()).findByText('Much longer')).toBeVisible();
    expect(new Set(server.seen(path).map(({ body }) => (body as { generationId: string }).generationId)).size).toBe(1);
  });

  it('is wiped when somebody signs out', async () => {
    const server = createChatServer();
    server.handlers[start] = offline;
    renderChat(server);
    const id = session.current()?.user.id;
    await ask('Secret');
    await waiting();
    expect(id && (await createOutbox().list(id))).toHaveLength(1);
    session.end();
    await waitFor(async () => expect(id && (await createOutbox().list(id))).toEqual([]));
  });
});
