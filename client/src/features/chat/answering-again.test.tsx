import type { Message } from '@parley/contracts';
import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { problemAnswer } from '../../testing/fake-server.ts';
import { answerEvents } from './testing/answer-events.ts';
import { createChatServer } from './testing/chat-server.ts';
import { answerOf, conversationId, messageId, questionOf } from './testing/messages.ts';
import { renderChat } from './testing/render-chat.tsx';

const log = () => screen.getByRole('log');
const lastTurn = () => within(log()).getAllByRole('article').at(-1) as HTMLElement;
const answersPath = `POST /api/conversations/${conversationId}/answers`;

const three = () => [questionOf(1, null), answerOf(2, 1), answerOf(3, 1), answerOf(4, 1)];

async function open(messages: Message[] = [questionOf(1, null), answerOf(2, 1)]) {
  const server = createChatServer(messages);
  const view = renderChat(server, conversationId);
  await waitFor(() => expect(screen.getByRole('button', { name: /^Model: / })).toBeEnabled());
  await within(log()).findAllByRole('article');
  return { server, ...view };
}

const button = (name: string) => screen.findByRole('button', { name });

describe('an answer', () => {
  it('is written again beside the one that is there, by the same model', async () => {
    const { server } = await open([questionOf(1, null), { ...answerOf(2, 1), model: 'chat-quality' }]);
    const question = within(log()).getByText('Question 1');
    await userEvent.click(await button('Regenerate'));
    await waitFor(() =>
      expect(server.answered[0]).toMatchObject({
        userMessageId: messageId(1),
        endpoint: 'Parley',
        model: 'chat-quality',
      }),
    );
    server.write(...answerEvents(['Another one']));
    expect(await within(log()).findByText('Another one')).toBeVisible();
    expect(within(log()).queryByText('Answer 2')).not.toBeInTheDocument();
    expect(question).toBeInTheDocument();
    expect(screen.getByText('Version 2 of 2')).toBeInTheDocument();
    expect(server.started).toHaveLength(0);
  });

  it('keeps the focus on the new one, from the key that asked for it to its end', async () => {
    const { server } = await open();
    lastTurn().focus();
    await userEvent.keyboard('r');
    expect(lastTurn()).toHaveFocus();
    await waitFor(() => expect(server.answered).toHaveLength(1));
    server.write(...answerEvents(['Another one']));
    await within(log()).findByText('Another one');
    expect(lastTurn()).toHaveFocus();
  });

  it('is written again shorter, longer, or by another model', async () => {
    const { server } = await open();
    await userEvent.click(await button('More ways to regenerate'));
    await userEvent.click(await button('Shorter'));
    await waitFor(() => expect(server.answered[0]).toMatchObject({ guidance: 'shorter', model: 'chat-fast' }));
    server.write(...answerEvents(['Short']));
    await within(log()).findByText('Short');
    server.clearLog();
    await userEvent.click(await button('More ways to regenerate'));
    await userEvent.click(await screen.findByRole('option', { name: /chat-quality/ }));
    await waitFor(() => expect(server.answered[1]).toMatchObject({ model: 'chat-quality' }));
    expect(server.answered[1]?.guidance).toBeUndefined();
  });

  it('goes on where it was cut, as one text', async () => {
    const cut: Message = { ...answerOf(2, 1, 'One and '), finishReason: 'length' };
    const { server } = await open([questionOf(1, null), cut]);
    await userEvent.click(await button('Continue'));
    await waitFor(() => expect(server.answered[0]).toMatchObject({ continues: messageId(2) }));
    const text = { type: 'text-delta' as const, n: 0, step: 1, part: 1, start: 0, text: 'a half' };
    server.write(text);
    expect(await within(log()).findByText('One and a half')).toBeVisible();
  });

  it('does not offer to go on where it ended by itself', async () => {
    await open();
    expect(await button('Regenerate')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Continue' })).not.toBeInTheDocument();
  });

  it('that failed offers to try again, another model, and to go on from what is there', async () => {
    const failed: Message = {
      ...answerOf(2, 1),
      status: 'failed',
      finishReason: 'error',
      parts: [
        { type: 'text', step: 0, text: 'Half' },
        { type: 'error', code: 'upstream-cut', title: 'It broke off' },
      ],
    };
    const { server } = await open([questionOf(1, null), failed]);
    expect(await button('Try again')).toBeVisible();
    expect(await button('Switch model')).toBeVisible();
    await userEvent.click(await button('Continue from here'));
    await waitFor(() => expect(server.answered[0]).toMatchObject({ continues: messageId(2) }));
  });

  it('is asked for once the server can be reached, under the same id', async () => {
    const { server } = await open();
    server.handlers[answersPath] = () => problemAnswer('not-ready');
    await userEvent.click(await button('Regenerate'));
    expect(await screen.findByText('The new answer will be asked for as soon as the server can take it')).toBeVisible();
    const ids = () => server.seen(answersPath).map(({ body }) => (body as { generationId: string }).generationId);
    server.handlers[answersPath] = server.answerHandler;
    await userEvent.click(await button('Try now'));
    await waitFor(() => expect(server.answered).toHaveLength(1));
    expect(new Set(ids()).size).toBe(1);
  });

  it('that the server would not ask for leaves the old one in sight, and is tried anew', async () => {
    const { server } = await open();
    server.handlers[answersPath] = () => problemAnswer('model-not-found');
    await userEvent.click(await button('Regenerate'));
    expect(await screen.findByText('The new answer could not be asked for')).toBeVisible();
    expect(within(log()).getByText('Answer 2')).toBeVisible();
    server.handlers[answersPath] = server.answerHandler;
    await userEvent.click(await button('Try again'));
    await waitFor(() => expect(server.answered).toHaveLength(1));
    expect(screen.queryByText('The new answer could not be asked for')).not.toBeInTheDocument();
  });
});

describe('the versions of an answer', () => {
  it('are stepped through with arrows that keep the focus, and stay chosen when the chat is opened again', async () => {
    const { unmount, server, queryClient } = await open(three());
    expect(within(log()).getByText('Answer 4')).toBeVisible();
    await userEvent.click(await button('Previous version'));
    expect(within(log()).getByText('Answer 3')).toBeVisible();
    expect(await button('Previous version')).toHaveFocus();
    expect(screen.getByText('Version 2 of 3')).toBeInTheDocument();
    expect(server.answered).toHaveLength(0);
    unmount();
    renderChat(server, conversationId, queryClient);
    expect(await within(log()).findByText('Answer 3')).toBeVisible();
  });

  it('are stepped through with arrow keys', async () => {
    await open(three());
    lastTurn().focus();
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}');
    expect(within(log()).getByText('Answer 2')).toBeVisible();
    expect(lastTurn()).toHaveFocus();
    await userEvent.keyboard('{ArrowRight}');
    expect(within(log()).getByText('Answer 3')).toBeVisible();
    expect(lastTurn()).toHaveFocus();
  });
});
