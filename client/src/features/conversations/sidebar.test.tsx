import type { Conversation, ConversationId } from '@parley/contracts';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createFakeServer, json, problemAnswer } from '../../testing/fake-server.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { signedIn } from '../../testing/signed-in.ts';

vi.mock('../chat/chat-page.tsx', () => ({
  ChatPage: ({ conversationId }: { conversationId: string | undefined }) => (
    <main>{conversationId ?? 'a new chat'}</main>
  ),
}));

const tea = conversationOf('22222222-2222-4222-8222-222222222222', 'Tea');
const ada = '11111111-1111-4111-8111-111111111111';
const coffee = conversationOf('33333333-3333-4333-8333-333333333333', 'Coffee');

afterEach(() => {
  vi.useRealTimers();
  // Deletions that still wait would otherwise be carried out in the next test.
  window.dispatchEvent(new Event('pagehide'));
});

describe('sidebar', () => {
  it('lists conversations and marks the current one', async () => {
    await open(`/c/${tea.id}`);
    expect(await screen.findByRole('link', { name: 'Tea' })).toHaveAttribute('aria-current', 'page');
    expect(screen.getByRole('link', { name: 'Coffee' })).not.toHaveAttribute('aria-current');
    expect(screen.getByRole('heading', { name: 'Today' })).toBeVisible();
  });

  it('says that it is empty', async () => {
    await open('/c/new', { list: () => json({ items: [], nextCursor: null }) });
    expect(await screen.findByText('No chats yet')).toBeVisible();
  });

  it('offers to try again when the list cannot be loaded', async () => {
    const { server } = await open('/c/new', { list: () => problemAnswer('forbidden') });
    expect(await screen.findByText('Your chats could not be loaded.')).toBeVisible();
    server.handlers['GET /api/conversations'] = () => json({ items: [tea], nextCursor: null });
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('link', { name: 'Tea' })).toBeVisible();
  });

  it('pages by cursor', async () => {
    await open('/c/new', {
      list: ({ url }) =>
        url.includes('cursor=two')
          ? json({ items: [coffee], nextCursor: null })
          : json({ items: [tea], nextCursor: 'two' }),
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Show older chats' }));
    expect(await screen.findByRole('link', { name: 'Coffee' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Show older chats' })).toBeNull();
  });

  it('shows which conversation is being answered', async () => {
    const running = { ...tea, runningGenerationId: '44444444-4444-4444-8444-444444444444' };
    await open('/c/new', { list: () => json({ items: [running], nextCursor: null }), get: () => json(running) });
    expect(await screen.findByText('An answer is being written')).toBeInTheDocument();
  });

  it('shows which conversation waits for somebody’s answer', async () => {
    const runningGenerationId = '44444444-4444-4444-8444-444444444444';
    const waiting = { ...tea, runningGenerationId, waitingForInput: true };
    await open('/c/new', { list: () => json({ items: [waiting], nextCursor: null }), get: () => json(waiting) });
    expect(await screen.findByText('Waits for you')).toBeInTheDocument();
    expect(screen.queryByText('An answer is being written')).toBeNull();
  });

  it('shows an answer that nobody has seen, but not in the chat that is open', async () => {
    const unread = [tea, coffee].map((one) => ({ ...one, unread: true }));
    await open(`/c/${tea.id}`, { list: () => json({ items: unread, nextCursor: null }) });
    const row = await screen.findByRole('link', { name: /Coffee/ });
    expect(within(row).getByText('A new answer you have not seen')).toBeInTheDocument();
    expect(screen.getAllByText('A new answer you have not seen')).toHaveLength(1);
  });

  it('has what others share in a section of its own, which can only be left', async () => {
    const grace = { id: '99999999-9999-4999-8999-999999999999', name: 'Grace Hopper' };
    const shared = { ...coffee, sharedBy: grace, unread: true };
    const { server } = await open(`/c/${coffee.id}`, {
      list: ({ url }) => json({ items: [url.includes('shared=true') ? shared : tea], nextCursor: null }),
    });
    server.handlers[`GET /api/conversations/${coffee.id}`] = () => json(shared);
    server.handlers[`DELETE /api/conversations/${coffee.id}/participants/${ada}`] = () => json(undefined, 204);
    const section = within(await screen.findByRole('region', { name: 'Shared with you' }));
    const row = section.getByRole('link', { name: /Coffee/ });
    act(() => row.focus());
    await userEvent.keyboard('{F2}{Delete}');
    expect(screen.queryByLabelText('Title of the chat')).toBeNull();
    expect(row).toBeVisible();
    const button = await section.findByRole('button', { name: 'Actions for “Coffee”' });
    act(() => button.focus());
    await userEvent.keyboard('{Enter}');
    expect(await screen.findByText('Shared by Grace Hopper')).toBeVisible();
    expect(screen.getAllByRole('menuitem').map((item) => item.textContent)).toEqual([
      'Mark as read',
      'Leave this chat',
    ]);
    act(() => screen.getByRole('menuitem', { name: 'Leave this chat' }).focus());
    await userEvent.keyboard('{Enter}');
    await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Leave' }));
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Shared with you' })).toBeNull());
    expect(server.seen(`DELETE /api/conversations/${coffee.id}/participants/${ada}`)).toHaveLength(1);
    expect(await screen.findByText('a new chat')).toBeVisible();
  });

  it('goes from title to title with the arrow keys', async () => {
    await open('/c/new');
    (await screen.findByRole('link', { name: 'Tea' })).focus();
    await userEvent.keyboard('{ArrowDown}');
    expect(screen.getByRole('link', { name: 'Coffee' })).toHaveFocus();
  });
});

describe('renaming', () => {
  it('keeps the new title with Enter', async () => {
    const { server } = await open('/c/new');
    await choose('Tea', 'Rename');
    await retitle('Green tea{Enter}');
    expect(await screen.findByRole('link', { name: 'Green tea' })).toBeVisible();
    expect(server.seen(`PATCH /api/conversations/${tea.id}`)[0]?.body).toEqual({ title: 'Green tea' });
  });

  it('keeps the old title with Esc', async () => {
    const { server } = await open('/c/new');
    await choose('Tea', 'Rename');
    await retitle('Green tea{Escape}');
    expect(await screen.findByRole('link', { name: 'Tea' })).toBeVisible();
    expect(server.seen(`PATCH /api/conversations/${tea.id}`)).toHaveLength(0);
  });

  it('puts the old title back when the server refuses, and says why', async () => {
    const { server } = await open('/c/new');
    server.handlers[`PATCH /api/conversations/${tea.id}`] = () => problemAnswer('conversation-not-found');
    await choose('Tea', 'Rename');
    await retitle('Green tea{Enter}');
    expect(await screen.findByText(/could not be renamed.*does not exist/)).toBeVisible();
    expect(screen.getByRole('link', { name: 'Tea' })).toBeVisible();
  });
});

describe('archiving', () => {
  it('takes the chat out of the list and can be undone', async () => {
    const { server } = await open('/c/new');
    const shelf = new Map([[tea.id, tea]]);
    server.handlers['GET /api/conversations'] = ({ url }) =>
      json({
        items: [...shelf.values()].filter(({ archived }) => url.includes(`archived=${String(archived)}`)),
        nextCursor: null,
      });
    server.handlers[`PATCH /api/conversations/${tea.id}`] = ({ body }) => {
      shelf.set(tea.id, { ...tea, ...(body as Partial<Conversation>) });
      return json(shelf.get(tea.id));
    };
    await choose('Tea', 'Archive');
    await waitFor(() => expect(screen.queryByRole('link', { name: 'Tea' })).toBeNull());
    await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(await screen.findByRole('link', { name: 'Tea' })).toBeVisible();
  });
});

describe('deleting', () => {
  it('hides the chat at once and brings it back with Undo', async () => {
    const { server } = await open('/c/new');
    await choose('Tea', 'Delete');
    expect(screen.queryByRole('link', { name: 'Tea' })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(screen.getByRole('link', { name: 'Tea' })).toBeVisible();
    expect(server.seen(`DELETE /api/conversations/${tea.id}`)).toHaveLength(0);
  });

  it('leaves the page of the chat that goes', async () => {
    const { router } = await open(`/c/${tea.id}`);
    await choose('Tea', 'Delete');
    expect(await screen.findByText('a new chat')).toBeVisible();
    expect(router.state.location.pathname).toBe('/c/new');
  });

  it('deletes for good after ten seconds', async () => {
    const { server } = await open('/c/new');
    const row = await screen.findByRole('link', { name: 'Tea' });
    vi.useFakeTimers();
    fireEvent.keyDown(row, { key: 'Delete' });
    await act(() => vi.advanceTimersByTimeAsync(9_900));
    expect(server.seen(`DELETE /api/conversations/${tea.id}`)).toHaveLength(0);
    await act(() => vi.advanceTimersByTimeAsync(200));
    expect(server.seen(`DELETE /api/conversations/${tea.id}`)).toHaveLength(1);
    expect(screen.queryByRole('link', { name: 'Tea' })).toBeNull();
  });

  it('deletes at once when the page is left', async () => {
    const { server } = await open('/c/new');
    await choose('Tea', 'Delete');
    window.dispatchEvent(new Event('pagehide'));
    await waitFor(() => expect(server.seen(`DELETE /api/conversations/${tea.id}`)).toHaveLength(1));
    expect(server.seen(`DELETE /api/conversations/${tea.id}`)[0]?.keepalive).toBe(true);
  });

  it('shows the chat again when the server refuses', async () => {
    const { server } = await open('/c/new');
    server.handlers[`DELETE /api/conversations/${tea.id}`] = () => problemAnswer('internal-error');
    await choose('Tea', 'Delete');
    const toast = within(screen.getByRole('region', { name: 'Notifications' }));
    await userEvent.click(toast.getByRole('button', { name: 'Dismiss' }));
    expect(await screen.findByRole('link', { name: 'Tea' })).toBeVisible();
    expect(screen.getByText(/could not be deleted/)).toBeVisible();
  });
});

/** Picks a line of a conversation's menu, by keyboard. */
async function choose(title: string, line: string): Promise<void> {
  const button = await screen.findByRole('button', { name: `Actions for “${title}”` });
  act(() => button.focus());
  await userEvent.keyboard('{Enter}');
  const item = await screen.findByRole('menuitem', { name: line });
  act(() => item.focus());
  await userEvent.keyboard('{Enter}');
}

/** Types over the title, which is selected when the field appears. */
async function retitle(keys: string): Promise<void> {
  expect(await screen.findByLabelText('Title of the chat')).toHaveFocus();
  await userEvent.keyboard(keys);
}

type Handler = NonNullable<Parameters<typeof createFakeServer>[0]>[string];

async function open(path: string, given: { list?: Handler; get?: Handler } = {}) {
  const server = createFakeServer({
    ...signedIn(),
    'GET /api/conversations': given.list ?? (() => json({ items: [tea, coffee], nextCursor: null })),
    [`GET /api/conversations/${tea.id}`]: given.get ?? (() => json(tea)),
    [`PATCH /api/conversations/${tea.id}`]: ({ body }) => json({ ...tea, ...(body as Partial<Conversation>) }),
    [`DELETE /api/conversations/${tea.id}`]: () => json(undefined, 204),
  });
  return { ...(await renderApp(server, path)), server };
}

function conversationOf(id: string, title: string): Conversation {
  const now = new Date().toISOString();
  return {
    id: id as ConversationId,
    title,
    endpoint: 'Parley',
    model: 'chat-fast',
    archived: false,
    runningGenerationId: null,
    waitingForInput: false,
    tools: [],
    unread: false,
    createdAt: now,
    updatedAt: now,
  };
}
