import type { Conversation, ConversationId, Participant, UserId } from '@parley/contracts';
import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { session } from '../../lib/api/call.ts';
import { conversationQuery } from '../../lib/query/queries.ts';
import { createQueryClient } from '../../lib/query/query-client.ts';
import { createFakeServer, json, problemAnswer, sessionOf } from '../../testing/fake-server.ts';
import { PeopleSection } from './people-section.tsx';

const id = '22222222-2222-4222-8222-222222222222' as ConversationId;
const ada = personOf(1, 'Ada Lovelace', 'owner');
const grace = personOf(3, 'Grace Hopper', 'participant');
const path = `/api/conversations/${id}/participants/${grace.id}`;

function personOf(number: number, name: string, role: Participant['role']): Participant {
  return { id: `${String(number).repeat(8)}-1111-4111-8111-111111111111` as UserId, name, role };
}

function conversationWith(extra: Partial<Conversation>): Conversation {
  return {
    id,
    title: 'Tea',
    endpoint: 'Parley',
    model: 'chat-fast',
    archived: false,
    runningGenerationId: null,
    waitingForInput: false,
    tools: [],
    unread: false,
    createdAt: '2026-11-20T10:00:00.000Z',
    updatedAt: '2026-11-20T10:00:00.000Z',
    ...extra,
  };
}

function open(extra: Partial<Conversation> = {}) {
  const conversation = conversationWith(extra);
  const server = createFakeServer({
    [`GET /api/conversations/${id}`]: () => json(conversation),
    [`PUT ${path}`]: () => json({ items: [ada, grace] }),
    [`DELETE ${path}`]: () => json(undefined, 204),
    'GET /api/principals': () =>
      json({
        items: [
          { principal: { type: 'user', id: ada.id }, name: ada.name },
          { principal: { type: 'user', id: grace.id }, name: grace.name, detail: 'grace@example.com' },
          { principal: { type: 'group', id: personOf(4, '', 'owner').id }, name: 'Grace’s group' },
        ],
      }),
  });
  vi.stubGlobal('fetch', server.fetch);
  session.start(sessionOf('token'));
  function Section() {
    const held = useQuery(conversationQuery(id)).data;
    return held ? <PeopleSection conversation={held} /> : null;
  }
  render(
    <QueryClientProvider client={createQueryClient()}>
      <Section />
    </QueryClientProvider>,
  );
  return server;
}

const field = () => screen.findByRole('combobox', { name: 'Invite somebody with an account here' });
const list = () => screen.findByRole('list', { name: 'Who takes part' });

afterEach(() => session.end());

describe('the people of a chat', () => {
  it('are found by name and invited by keyboard; neither groups nor oneself are offered', async () => {
    const server = open();
    await userEvent.type(await field(), 'gra');
    expect(await screen.findByRole('option', { name: /Grace Hopper/ })).toBeVisible();
    expect(screen.getAllByRole('option')).toHaveLength(1);
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(server.seen(`PUT ${path}`)).toHaveLength(1));
    const rows = within(await list()).getAllByRole('listitem');
    expect(rows.map((row) => row.textContent)).toEqual([
      expect.stringContaining('Ada Lovelace (you)Owner'),
      expect.stringContaining('Grace HopperTakes part'),
    ]);
    expect(await field()).toHaveValue('');
  });

  it('are removed after a second thought', async () => {
    const server = open({ participants: [ada, grace] });
    await userEvent.click(await screen.findByRole('button', { name: 'Remove Grace Hopper' }));
    const question = within(screen.getByRole('group', { name: 'Remove Grace Hopper' }));
    expect(question.getByRole('button', { name: 'Cancel' })).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    expect(server.seen(`DELETE ${path}`)).toHaveLength(0);
    await waitFor(() => expect(screen.getByRole('button', { name: 'Remove Grace Hopper' })).toHaveFocus());
    await userEvent.keyboard('{Enter}');
    await userEvent.click(screen.getByRole('button', { name: 'Remove' }));
    await waitFor(() => expect(screen.queryByText('Grace Hopper')).toBeNull());
    expect(server.seen(`DELETE ${path}`)).toHaveLength(1);
    expect(await field()).toHaveFocus();
  });

  it('stay when the server refuses, which is told', async () => {
    const server = open({ participants: [ada, grace] });
    server.handlers[`DELETE ${path}`] = () => problemAnswer('forbidden');
    await userEvent.click(await screen.findByRole('button', { name: 'Remove Grace Hopper' }));
    await userEvent.click(screen.getByRole('button', { name: 'Remove' }));
    await waitFor(() => expect(server.seen(`DELETE ${path}`)).toHaveLength(1));
    expect(screen.getByText('Grace Hopper')).toBeVisible();
  });

  it('are only shown to those who do not own it', async () => {
    open({
      sharedBy: { id: grace.id, name: grace.name },
      participants: [
        { ...grace, role: 'owner' },
        { ...ada, role: 'participant' },
      ],
    });
    expect(within(await list()).getAllByRole('listitem')).toHaveLength(2);
    expect(screen.queryByRole('combobox')).toBeNull();
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('cannot be invited into a temporary chat', async () => {
    open({ expiresAt: '2026-12-20T10:00:00.000Z' });
    expect(await screen.findByText(/temporary chat/)).toBeVisible();
    expect(screen.queryByRole('combobox')).toBeNull();
  });
});
