import type { ApiKey } from '@parley/contracts';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { createFakeServer, json } from '../../testing/fake-server.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { signedIn } from '../../testing/signed-in.ts';

const key: ApiKey = {
  id: 'k1',
  name: 'Laptop script',
  prefix: 'parley-Ab3d',
  scopes: ['agents:run'],
  createdAt: '2026-11-20T10:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
};

async function open() {
  const items = [key];
  const server = createFakeServer({
    ...signedIn(),
    'GET /api/user/devices': () => json({ items: [], currentId: 'own' }),
    'GET /api/api-keys': () => json({ items }),
    'POST /api/api-keys': () => json({ key: { ...key, id: 'k2', name: 'New' }, secret: 'parley-secret-words' }, 201),
    'DELETE /api/api-keys/k1': () => {
      items.length = 0;
      return json(undefined, 204);
    },
  });
  await renderApp(server, '/settings');
  const section = within(await screen.findByRole('region', { name: 'Keys for programs' }));
  return { server, section };
}

describe('keys for programs', () => {
  it('are listed with what they may and when they were used', async () => {
    const { section } = await open();
    expect(await section.findByText('Laptop script')).toBeVisible();
    expect(section.getByText(/parley-Ab3d… · ask agents · Never used/)).toBeVisible();
    expect(section.getByText(/\/api\/agents\/v1$/)).toBeVisible();
  });

  it('show their secret once, when they are made', async () => {
    const { server, section } = await open();
    await userEvent.click(await section.findByRole('button', { name: 'New key' }));
    const dialog = within(screen.getByRole('dialog', { name: 'New key' }));
    await userEvent.type(dialog.getByRole('textbox', { name: 'Name' }), 'New');
    await userEvent.click(dialog.getByRole('checkbox', { name: 'list agents' }));
    await userEvent.click(dialog.getByRole('checkbox', { name: 'run code' }));
    await userEvent.selectOptions(dialog.getByRole('combobox', { name: 'Ends' }), 'never');
    await userEvent.click(dialog.getByRole('button', { name: 'Make key' }));
    expect(await screen.findByText('parley-secret-words')).toBeVisible();
    expect(server.seen('POST /api/api-keys')[0]?.body).toEqual({ name: 'New', scopes: ['agents:run'], days: null });
    await userEvent.click(screen.getByRole('button', { name: 'Done' }));
    expect(screen.queryByText('parley-secret-words')).toBeNull();
  });

  it('end after a question', async () => {
    const { section } = await open();
    await userEvent.click(await section.findByRole('button', { name: 'Remove Laptop script' }));
    await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Remove' }));
    await waitFor(() => expect(section.queryByText('Laptop script')).toBeNull());
  });
});
