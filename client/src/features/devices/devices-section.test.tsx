import type { Device, SessionId } from '@parley/contracts';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { createFakeServer, json, problemAnswer } from '../../testing/fake-server.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { signedIn } from '../../testing/signed-in.ts';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

function deviceOf(id: string, name: string, online: boolean): Device {
  return { id: id as SessionId, name, signedInAt: minutesAgo(600), lastSeenAt: minutesAgo(12.5), online };
}

async function open() {
  const shelf = [
    deviceOf('phone', 'Safari on iPhone', false),
    deviceOf('own', 'Firefox on Linux', true),
    deviceOf('work', 'Edge on Windows', true),
  ];
  const server = createFakeServer({
    ...signedIn(),
    'GET /api/user/devices': () => json({ items: shelf, currentId: 'own' }),
    'DELETE /api/user/devices/phone': () => {
      shelf.shift();
      return json(undefined, 204);
    },
    'DELETE /api/user/devices': () => {
      shelf.splice(0, shelf.length, deviceOf('own', 'Firefox on Linux', true));
      return json(undefined, 204);
    },
  });
  await renderApp(server, '/settings');
  const section = within(await screen.findByRole('region', { name: 'Devices' }));
  await section.findByText('Firefox on Linux');
  return { server, section };
}

describe('the devices', () => {
  it('are listed, this one first, with when they were last there', async () => {
    const { section } = await open();
    const rows = section.getAllByRole('listitem').map((row) => row.textContent);
    expect(rows[0]).toMatch(/Firefox on Linux.*This device.*Online now/);
    expect(rows[1]).toMatch(/Safari on iPhone.*Last seen 12 minutes ago/);
    expect(rows[2]).toMatch(/Edge on Windows.*Online now/);
    expect(section.queryByRole('button', { name: 'Sign out Firefox on Linux' })).toBeNull();
  });

  it('are signed out one by one, after a question', async () => {
    const { server, section } = await open();
    await userEvent.click(section.getByRole('button', { name: 'Sign out Safari on iPhone' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Sign out Safari on iPhone?' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Cancel' }));
    expect(server.seen('DELETE /api/user/devices/phone')).toHaveLength(0);

    await userEvent.click(section.getByRole('button', { name: 'Sign out Safari on iPhone' }));
    await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Sign out' }));
    expect(await screen.findByText('Safari on iPhone has been signed out')).toBeVisible();
    await waitFor(() => expect(section.queryByText('Safari on iPhone')).toBeNull());
  });

  it('are signed out all but this one', async () => {
    const { section } = await open();
    await userEvent.click(section.getByRole('button', { name: 'Sign out everywhere else' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Sign out everywhere else?' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Sign out everywhere else' }));
    await waitFor(() => expect(section.getAllByRole('listitem')).toHaveLength(1));
    expect(section.queryByRole('button', { name: 'Sign out everywhere else' })).toBeNull();
  });

  it('say why one could not be signed out', async () => {
    const { server, section } = await open();
    server.handlers['DELETE /api/user/devices/phone'] = () => problemAnswer('internal-error');
    await userEvent.click(section.getByRole('button', { name: 'Sign out Safari on iPhone' }));
    await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Sign out' }));
    expect(await screen.findByText(/Signing out failed/)).toBeVisible();
  });
});
