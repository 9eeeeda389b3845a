import type { AccessGrant, GroupId, UserId } from '@parley/contracts';
import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { session } from '../../lib/api/call.ts';
import { createQueryClient } from '../../lib/query/query-client.ts';
import { createFakeServer, json, problemAnswer, sessionOf } from '../../testing/fake-server.ts';
import { ShareDialog } from './share-dialog.tsx';

const ada: AccessGrant = { principal: { type: 'user', id: idOf(1) }, name: 'Ada Lovelace', role: 'owner' };
const desk = { principal: { type: 'group', id: idOf(2) as string as GroupId }, name: 'Travel desk' } as const;
const path = '/api/permissions/agent/one';

function idOf(number: number): UserId {
  return `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000` as UserId;
}

async function open() {
  const server = createFakeServer({
    [`GET ${path}`]: () => json({ grants: [ada] }),
    [`PUT ${path}`]: () => json({ grants: [ada] }),
    'GET /api/principals': () => json({ items: [ada, desk].map(({ principal, name }) => ({ principal, name })) }),
  });
  vi.stubGlobal('fetch', server.fetch);
  session.start(sessionOf('token'));
  const onClose = vi.fn<() => void>();
  render(
    <QueryClientProvider client={createQueryClient()}>
      <ShareDialog thing={{ type: 'agent', id: 'one', name: 'Planner' }} onClose={onClose} />
    </QueryClientProvider>,
  );
  const dialog = within(screen.getByRole('dialog', { name: 'Share “Planner”' }));
  await dialog.findByText('Ada Lovelace');
  return { server, dialog, onClose };
}

describe('sharing', () => {
  afterEach(() => session.end());

  it('adds a group found by its name, chosen by keyboard, and saves the whole list', async () => {
    const { server, dialog, onClose } = await open();
    const field = dialog.getByRole('combobox', { name: 'Add people, groups or roles' });
    await userEvent.type(field, 'tra');
    expect(await dialog.findByRole('option', { name: /Travel desk/ })).toHaveAttribute('aria-selected', 'true');
    expect(dialog.queryByRole('option', { name: /Ada/ })).toBeNull();
    await userEvent.keyboard('{Enter}');
    expect(dialog.getByText('Travel desk was added to the list')).toBeInTheDocument();
    expect(field).toHaveValue('');
    await userEvent.selectOptions(dialog.getByRole('combobox', { name: 'Access of Travel desk' }), 'Editor');
    await userEvent.selectOptions(dialog.getByRole('combobox', { name: 'Access of Everyone' }), 'Viewer');
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
    expect(server.seen(`PUT ${path}`)[0]?.body).toEqual({
      grants: [
        { principal: ada.principal, role: 'owner' },
        { principal: desk.principal, role: 'editor' },
        { principal: { type: 'public' }, role: 'viewer' },
      ],
    });
  });

  it('explains that somebody has to stay owner', async () => {
    const { server, dialog, onClose } = await open();
    server.handlers[`PUT ${path}`] = () => problemAnswer('last-owner');
    await userEvent.click(dialog.getByRole('button', { name: 'Remove Ada Lovelace' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await dialog.findByText(/Somebody has to stay its owner/)).toBeVisible();
    expect(onClose).not.toHaveBeenCalled();
  });

  it('says that nobody fits', async () => {
    const { server, dialog } = await open();
    server.handlers['GET /api/principals'] = () => json({ items: [] });
    await userEvent.type(dialog.getByRole('combobox', { name: 'Add people, groups or roles' }), 'zz');
    expect(await dialog.findByText('Nobody fits.')).toBeVisible();
  });
});
