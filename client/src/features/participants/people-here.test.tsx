import type { Conversation, ConversationId, News, Participant, UserId } from '@parley/contracts';
import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { session } from '../../lib/api/call.ts';
import { createQueryClient } from '../../lib/query/query-client.ts';
import { createFakeServer, json, sessionOf } from '../../testing/fake-server.ts';
import { PeopleHere } from './people-here.tsx';
import { TypingHint } from './typing-hint.tsx';
import { useTyping } from './use-typing.ts';

const id = '22222222-2222-4222-8222-222222222222' as ConversationId;
const [ada, grace, alan] = ['Ada', 'Grace Hopper', 'Alan Turing'].map((name, index): Participant => ({
  id: `${String(index + 1).repeat(8)}-1111-4111-8111-111111111111` as UserId,
  name,
  role: index === 1 ? 'owner' : 'participant',
})) as [Participant, Participant, Participant];

const conversation: Conversation = {
  id,
  title: 'Tea',
  endpoint: 'Parley',
  model: 'chat-fast',
  archived: false,
  participants: [grace, ada, alan],
  sharedBy: grace,
  runningGenerationId: null,
  waitingForInput: false,
  tools: [],
  unread: false,
  createdAt: '2026-11-20T10:00:00.000Z',
  updatedAt: '2026-11-20T10:00:00.000Z',
};

/** What the tab with the connection tells, and hears. */
let tabs: BroadcastChannel;
let heard: unknown[];
const tell = (message: object) => tabs.postMessage(message);
const typing = () => heard.filter((message) => (message as { type: string }).type === 'typing');
const present = (...people: readonly { id: UserId; name: string; typing?: boolean }[]) => {
  const news: News = { type: 'presence-changed', conversationId: id, people: [...people] };
  tell({ type: 'connection', connected: true });
  tell({ type: 'news', news });
};

beforeEach(() => {
  heard = [];
  tabs = new BroadcastChannel('parley:news');
  tabs.addEventListener('message', ({ data }) => heard.push(data));
});
afterEach(() => {
  tabs.close();
  session.end();
});

function open() {
  const server = createFakeServer({
    [`DELETE /api/conversations/${id}/participants/${ada.id}`]: () => json(undefined, 204),
  });
  vi.stubGlobal('fetch', server.fetch);
  session.start(sessionOf('token'));
  const onContinue = vi.fn<() => void>();
  const onLeaving = vi.fn<() => void>();
  function Writing() {
    const tellTyping = useTyping(id);
    return <input aria-label="Message" onChange={() => tellTyping?.(true)} onBlur={() => tellTyping?.(false)} />;
  }
  const view = render(
    <QueryClientProvider client={createQueryClient()}>
      <PeopleHere conversation={conversation} onContinue={onContinue} onLeaving={onLeaving} />
      <TypingHint conversationId={id} />
      <Writing />
    </QueryClientProvider>,
  );
  return { ...view, server, onContinue, onLeaving };
}

describe('a shared chat', () => {
  it('tells which of the others look at it, and who of them writes', async () => {
    open();
    expect(screen.getByRole('button', { name: 'People in this chat' })).toBeVisible();
    await waitFor(() => {
      present(ada, grace, { ...alan, typing: true });
      expect(
        screen.getByRole('button', { name: 'People in this chat. Here now: Grace Hopper, Alan Turing' }),
      ).toBeVisible();
    });
    expect(screen.getByText('Alan Turing is writing…')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: /^People/ }));
    const rows = within(await screen.findByRole('list', { name: 'Who takes part' })).getAllByRole('listitem');
    expect(rows.map(({ textContent }) => textContent)).toEqual([
      'Grace HopperOwner · here now',
      'Ada (you)Takes part',
      'Alan TuringTakes part · writing',
    ]);
  });

  it('is looked at while it is shown, and not after that', async () => {
    const { unmount } = open();
    await waitFor(() => expect(heard).toContainEqual(expect.objectContaining({ type: 'look', id })));
    unmount();
    await waitFor(() => expect(heard).toContainEqual(expect.objectContaining({ type: 'look', id: null })));
  });

  it('tells the others that a prompt is being written, once in a while, and when that is over', async () => {
    open();
    await userEvent.type(screen.getByRole('textbox'), 'Hello');
    await userEvent.tab();
    await waitFor(() => expect(typing()).toHaveLength(2));
    expect(typing()).toMatchObject([{ isTyping: true }, { isTyping: false }]);
  });

  it('can be gone on with privately, and left after a second thought', async () => {
    const { server, onContinue, onLeaving } = open();
    await userEvent.click(screen.getByRole('button', { name: /^People/ }));
    await userEvent.click(await screen.findByRole('button', { name: 'Continue privately' }));
    expect(onContinue).toHaveBeenCalledOnce();
    await userEvent.click(screen.getByRole('button', { name: /^People/ }));
    await userEvent.click(await screen.findByRole('button', { name: 'Leave this chat' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Leave this chat?' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Leave' }));
    expect(onLeaving).toHaveBeenCalledOnce();
    await waitFor(() => expect(server.seen(`DELETE /api/conversations/${id}/participants/${ada.id}`)).toHaveLength(1));
  });
});
