import { hashText } from '@parley/contracts';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { listenForShortcuts } from '../../lib/shortcuts.ts';
import { setPreferences } from '../../lib/preferences.ts';
import { json, problemAnswer } from '../../testing/fake-server.ts';
import { answerEvents } from './testing/answer-events.ts';
import { createChatServer } from './testing/chat-server.ts';
import { answerOf, conversationId, questionOf, runningAnswerOf } from './testing/messages.ts';
import { renderChat } from './testing/render-chat.tsx';

const field = () => screen.findByRole('textbox', { name: 'Message' });
const log = () => screen.getByRole('log');
const answers = () => within(log()).getAllByRole('article', { name: /chat-fast/ });

async function ask(text: string) {
  const box = await field();
  await waitFor(() => expect(screen.getByRole('button', { name: 'Model: chat-fast' })).toBeEnabled());
  await userEvent.type(box, `${text}{Enter}`);
}

describe('a chat', () => {
  it('begins with a greeting and suggestions, and says that the guide answers', async () => {
    renderChat(createChatServer());
    expect(await screen.findByRole('heading', { name: /Ada Lovelace/ })).toBeVisible();
    expect(await screen.findByRole('button', { name: 'What can Parley do?' })).toBeVisible();
    expect(screen.getByRole('link', { name: 'Connect a provider' })).toHaveAttribute(
      'href',
      '/docs/guides/connect-a-provider',
    );
  });

  it('shows the question at once, the answer as it comes, and the final text', async () => {
    const server = createChatServer();
    const { created } = renderChat(server);
    await ask('Say hello');
    const question = await within(log()).findByText('Say hello');
    expect(await field()).toHaveValue('');
    await waitFor(() => expect(created).toHaveBeenCalledWith(conversationId));

    const [first, ...rest] = answerEvents(['Hello, ', 'world']);
    if (first) server.write(first);
    expect(await within(log()).findByText('Hello,')).toBeVisible();
    expect(log()).toHaveAttribute('aria-busy', 'true');
    server.write(...rest);
    expect(await within(log()).findByText('Hello, world')).toBeVisible();
    await waitFor(() => expect(log()).toHaveAttribute('aria-busy', 'false'));
    expect(question).toBeInTheDocument();
    expect(answers()).toHaveLength(1);
  });

  it('reads the finished answer out once, apart from the transcript', async () => {
    const server = createChatServer();
    renderChat(server);
    await ask('Say hello');
    const announcer = screen.getByTestId('answer-announcer');
    expect(announcer).toHaveTextContent('Answering…');
    server.write(...answerEvents(['Hello, **world**']));
    await waitFor(() => expect(within(announcer).getByText('Answer complete, 2 words.')).toBeInTheDocument());
    expect(within(announcer).getByText('Hello, world')).toBeInTheDocument();
    expect(announcer).not.toHaveTextContent('Answering…');
  });

  it('goes on with an answer that was being written when the page was loaded', async () => {
    const running = {
      ...runningAnswerOf(2, 1),
      parts: [{ type: 'text' as const, step: 0, text: 'one ' }],
      progress: { events: 1, offset: '1', attempt: 1, step: 0 },
    };
    const server = createChatServer([questionOf(1, null), running]);
    server.write(...answerEvents(['one ', 'two']).slice(0, 1));
    renderChat(server, conversationId);
    expect(await within(log()).findByText('one')).toBeVisible();
    server.write(...answerEvents(['one ', 'two']).slice(1));
    expect(await within(log()).findByText('one two')).toBeVisible();
    expect(server.requests.some(({ url }) => url.includes('offset=1&live=sse'))).toBe(true);
  });

  it('stops a run, says so until it has stopped, and keeps what was written', async () => {
    const server = createChatServer();
    renderChat(server);
    await ask('Count');
    const [first] = answerEvents(['one ']);
    if (first) server.write(first);
    await within(log()).findByText('one');
    await userEvent.keyboard('{Escape}');
    expect(await screen.findByRole('button', { name: 'Stopping…' })).toBeVisible();
    expect(server.stopped).toHaveLength(1);
    server.write({
      type: 'generation-finished',
      n: 1,
      step: 0,
      status: 'stopped',
      finishReason: 'stopped',
      textLength: 4,
      textHash: hashText('one '),
      at: '2026-11-20T10:00:00.000Z',
    });
    expect(await within(log()).findByText('You stopped this answer.')).toBeVisible();
    expect(within(log()).getByText('one')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Send' })).toBeVisible();
  });

  it('keeps a message the server did not take, and sends it again', async () => {
    const server = createChatServer();
    server.handlers['POST /api/conversations/new/generations'] = () => problemAnswer('internal-error');
    renderChat(server);
    await ask('Do not lose me');
    expect(await screen.findByText('This message was not sent')).toBeVisible();
    expect(within(log()).getByText('Do not lose me')).toBeVisible();
    server.handlers['POST /api/conversations/new/generations'] = server.startHandler;
    await userEvent.click(screen.getByRole('button', { name: 'Send again' }));
    await waitFor(() => expect(server.started).toHaveLength(1));
    const ids = server.seen('POST /api/conversations/new/generations').map(({ body }) => body);
    expect(ids[0]).toEqual(ids[1]);
  });

  it('sends by itself what could not reach the server', async () => {
    const server = createChatServer();
    server.handlers['POST /api/conversations/new/generations'] = () => Promise.reject(new TypeError('Failed to fetch'));
    renderChat(server);
    await ask('Keep trying');
    expect(await screen.findByText('This message will be sent when you are back online')).toBeVisible();
    server.handlers['POST /api/conversations/new/generations'] = server.startHandler;
    await waitFor(() => expect(server.started).toHaveLength(1));
    await waitFor(() => expect(screen.queryByText(/will be sent when/)).not.toBeInTheDocument());
  });

  it('walks through its turns and copies one by keyboard', async () => {
    renderChat(createChatServer([questionOf(1, null), answerOf(2, 1, 'Some *text*')]), conversationId);
    await within(log()).findByText('text');
    const stopListening = listenForShortcuts(window);
    const user = userEvent.setup();
    await user.keyboard('{Alt>}{ArrowUp}{/Alt}');
    expect(answers()[0]).toHaveFocus();
    await user.keyboard('c');
    expect(await navigator.clipboard.readText()).toBe('Some *text*');
    await user.keyboard('{Alt>}{ArrowUp}{/Alt}');
    expect(screen.getByRole('article', { name: /^You/ })).toHaveFocus();
    stopListening();
  });

  it('puts a message that was not sent back into the composer', async () => {
    const server = createChatServer();
    server.handlers['POST /api/conversations/new/generations'] = () => problemAnswer('too-many-requests');
    renderChat(server);
    await ask('Change me');
    await userEvent.click(await screen.findByRole('button', { name: 'Edit' }));
    expect(await field()).toHaveValue('Change me');
    expect(screen.queryByText('This message was not sent')).not.toBeInTheDocument();
  });

  it('names why an answer failed, keeps its text, and has the question answered again', async () => {
    const server = createChatServer();
    renderChat(server);
    await ask('Try');
    server.write(...answerEvents(['half of it'], 'failed'));
    expect(await within(log()).findByText('The connection to the model’s provider broke off')).toBeVisible();
    expect(within(log()).getByText('half of it')).toBeVisible();
    server.clearLog();
    await userEvent.click(await within(log()).findByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(server.answered).toHaveLength(1));
    expect(server.started).toHaveLength(1);
    expect(await screen.findByText('Version 2 of 2')).toBeInTheDocument();
  });

  it('shows the other version of a question', async () => {
    const messages = [questionOf(1, null, 'Old'), answerOf(2, 1), questionOf(3, null, 'New'), answerOf(4, 3)];
    renderChat(createChatServer(messages), conversationId);
    expect(await within(log()).findByText('New')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Previous version' }));
    expect(within(log()).getByText('Old')).toBeVisible();
    expect(within(log()).queryByText('New')).not.toBeInTheDocument();
  });

  it('rewords a question as a new version', async () => {
    const server = createChatServer([questionOf(1, null, 'Old words'), answerOf(2, 1)]);
    renderChat(server, conversationId);
    await userEvent.click(await screen.findByRole('button', { name: 'Edit' }));
    const editor = await screen.findByRole('textbox', { name: 'Edit message' });
    expect(editor).toHaveFocus();
    await userEvent.clear(editor);
    await userEvent.type(editor, 'New words{Enter}');
    await waitFor(() => expect(server.started[0]).toMatchObject({ text: 'New words', parentMessageId: null }));
    expect(await within(log()).findByText('New words')).toBeVisible();
    expect(within(log()).queryByText('Old words')).not.toBeInTheDocument();
    expect(await screen.findByText('Version 2 of 2')).toBeInTheDocument();
  });

  it('says that a conversation does not exist', async () => {
    const server = createChatServer();
    server.handlers[`GET /api/conversations/${conversationId}/messages`] = () =>
      problemAnswer('conversation-not-found');
    renderChat(server, conversationId);
    expect(await screen.findByRole('heading', { name: 'This conversation does not exist' })).toBeVisible();
  });

  it('offers to load a conversation again that could not be loaded', async () => {
    const server = createChatServer();
    server.handlers[`GET /api/conversations/${conversationId}/messages`] = () => problemAnswer('invalid-request');
    renderChat(server, conversationId);
    await screen.findByText(/This conversation could not be loaded/);
    server.handlers[`GET /api/conversations/${conversationId}/messages`] = () =>
      json({ items: [questionOf(1, null, 'Here I am')] });
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await within(log()).findByText('Here I am')).toBeVisible();
  });
});

describe('the composer', () => {
  it('begins a new line with Shift+Enter and sends with Enter', async () => {
    const server = createChatServer();
    renderChat(server);
    await ask('one{Shift>}{Enter}{/Shift}two');
    await waitFor(() => expect(server.started[0]?.text).toBe('one\ntwo'));
  });

  it('sends with Ctrl+Enter only, if that is preferred', async () => {
    setPreferences({ sendKey: 'ctrl-enter' });
    const server = createChatServer();
    renderChat(server);
    await ask('one');
    expect(server.started).toHaveLength(0);
    await userEvent.keyboard('two{Control>}{Enter}{/Control}');
    await waitFor(() => expect(server.started[0]?.text).toBe('one\ntwo'));
    setPreferences({ sendKey: 'enter' });
  });

  it('sends nothing while an input method composes', async () => {
    const server = createChatServer();
    renderChat(server);
    const box = await field();
    await userEvent.type(box, 'にほん');
    fireEvent.keyDown(box, { key: 'Enter', isComposing: true });
    fireEvent.keyDown(box, { key: 'Enter', keyCode: 229 });
    expect(server.started).toHaveLength(0);
    expect(box).toHaveValue('にほん');
  });

  it('keeps a draft for each chat until it was sent', async () => {
    const server = createChatServer();
    const first = renderChat(server);
    await userEvent.type(await field(), 'half a thought');
    first.unmount();
    const second = renderChat(server);
    expect(await field()).toHaveValue('half a thought');
    await ask('');
    await waitFor(() => expect(server.started).toHaveLength(1));
    second.unmount();
    renderChat(server);
    expect(await field()).toHaveValue('');
  });

  it('remembers the model chosen last for new chats', async () => {
    const server = createChatServer();
    const first = renderChat(server);
    await userEvent.click(await screen.findByRole('button', { name: 'Model: chat-fast' }));
    await userEvent.click(await screen.findByRole('option', { name: /chat-quality/ }));
    first.unmount();
    renderChat(server);
    expect(await screen.findByRole('button', { name: 'Model: chat-quality' })).toBeVisible();
  });
});
