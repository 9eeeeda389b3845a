import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { json, problemAnswer } from '../../testing/fake-server.ts';
import { endToast, useToasts } from '../../ui/toast-store.ts';
import { createChatServer } from './testing/chat-server.ts';
import { answerOf, conversationId, messageId, questionOf } from './testing/messages.ts';
import { renderChat } from './testing/render-chat.tsx';

const log = () => screen.getByRole('log');
const removePath = `DELETE /api/conversations/${conversationId}/messages/${messageId(3)}`;
const toast = () => useToasts.getState().toasts.at(-1);
const end = (how: 'expired' | 'action') => endToast(toast()?.id ?? 0, how);

async function deleteThird() {
  const messages = [questionOf(1, null), answerOf(2, 1), questionOf(3, 2), answerOf(4, 3)];
  const server = createChatServer(messages);
  server.handlers[removePath] = () => {
    messages.splice(2);
    return json({ removed: [messageId(3), messageId(4)] });
  };
  renderChat(server, conversationId);
  await within(log()).findByText('Question 3');
  const menus = screen.getAllByRole('button', { name: 'More actions' });
  await userEvent.click(menus[2] as HTMLElement);
  await userEvent.click(await screen.findByRole('menuitem', { name: /Delete from here/ }));
  await waitFor(() => expect(within(log()).queryByText('Question 3')).not.toBeInTheDocument());
  return { server, asked: () => server.requests.filter(({ method }) => method === 'DELETE').length };
}

afterEach(() => useToasts.setState({ toasts: [] }));

describe('what is deleted from a message on', () => {
  it('is out of sight at once, and is deleted when it cannot be undone any more', async () => {
    const { asked } = await deleteThird();
    expect(within(log()).queryByText('Answer 4')).not.toBeInTheDocument();
    expect(within(log()).getByText('Answer 2')).toBeVisible();
    expect(toast()?.text).toBe('2 messages deleted');
    expect(asked()).toBe(0);
    end('expired');
    await waitFor(() => expect(asked()).toBe(1));
    expect(within(log()).queryByText('Question 3')).not.toBeInTheDocument();
  });

  it('comes back when it is undone', async () => {
    const { asked } = await deleteThird();
    end('action');
    expect(await within(log()).findByText('Question 3')).toBeVisible();
    expect(asked()).toBe(0);
  });

  it('is deleted when the page goes away', async () => {
    const { asked } = await deleteThird();
    window.dispatchEvent(new Event('pagehide'));
    await waitFor(() => expect(asked()).toBe(1));
  });

  it('comes back with the reason when an answer is being written there', async () => {
    const { server } = await deleteThird();
    server.handlers[removePath] = () => problemAnswer('generation-running');
    end('expired');
    expect(await within(log()).findByText('Question 3')).toBeVisible();
    expect(toast()?.text).toContain('Stop it first');
  });
});
