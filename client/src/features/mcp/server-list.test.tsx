import type { McpServerView } from '@parley/contracts';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { createFakeServer, json, problemAnswer } from '../../testing/fake-server.ts';
import { mcpServerView } from '../../testing/mcp-server-view.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { signedIn } from '../../testing/signed-in.ts';

async function open(items: McpServerView[]) {
  const server = createFakeServer({
    ...signedIn(),
    'GET /api/mcp/servers': () => json({ items }),
    'POST /api/mcp/servers': ({ body }) => {
      const added = mcpServerView('notes', { title: String(Object(body).title) });
      items.push(added);
      return json(added, 201);
    },
  });
  await renderApp(server, '/mcp');
  await screen.findByRole('heading', { level: 1, name: 'MCP servers' });
  return { server };
}

describe('the MCP servers', () => {
  it('say what to do while there is none, and take one by its address', async () => {
    const { server } = await open([]);
    await userEvent.click(await screen.findByRole('button', { name: 'Add a server' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Add an MCP server' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Add' }));
    expect(dialog.getByText('Please enter a name')).toBeVisible();
    expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveFocus();
    expect(server.seen('POST /api/mcp/servers')).toHaveLength(0);

    await userEvent.type(dialog.getByRole('textbox', { name: 'Name' }), 'Notes');
    await userEvent.type(dialog.getByRole('textbox', { name: 'Address' }), 'https://notes.example/mcp');
    await userEvent.selectOptions(dialog.getByRole('combobox', { name: 'How it knows you' }), 'api-key');
    await userEvent.type(dialog.getByLabelText('Key'), 'k-1');
    await userEvent.click(dialog.getByRole('button', { name: 'Add' }));
    expect(await screen.findByRole('heading', { level: 2, name: 'Notes' })).toBeVisible();
    expect(server.seen('POST /api/mcp/servers')[0]?.body).toMatchObject({
      title: 'Notes',
      url: 'https://notes.example/mcp',
      auth: { kind: 'api-key', key: 'k-1', scheme: 'bearer' },
    });
  });

  it('show how it goes with each, and its next step', async () => {
    await open([
      mcpServerView('files', {
        state: 'failing',
        trouble: 'It refuses connections.',
        origin: 'config',
        myRole: 'viewer',
      }),
      mcpServerView('mail', { auth: 'oauth', state: 'sign-in-needed' }),
      mcpServerView('maps', {
        state: 'variables-needed',
        variables: [{ name: 'KEY', title: 'Map key', description: '', sensitive: true, isSet: false }],
      }),
    ]);
    expect(await screen.findByText('It refuses connections.')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Sign in to mail' })).toBeVisible();
    expect(screen.getByRole('button', { name: 'Your details for maps' })).toBeVisible();
  });

  it('are tested on demand, and say what came of it', async () => {
    const { server } = await open([mcpServerView('files')]);
    server.handlers['POST /api/mcp/servers/files/test'] = () =>
      json({
        server: mcpServerView('files', { state: 'connected', toolCount: 2 }),
        software: 'fs 1.0',
        milliseconds: 12,
      });
    await userEvent.click(await screen.findByRole('button', { name: 'Test files' }));
    expect(await screen.findByText('files answers (fs 1.0), in 12 ms')).toBeVisible();
    server.handlers['POST /api/mcp/servers/files/test'] = () =>
      json({ server: mcpServerView('files', { state: 'failing', trouble: 'It hung up.' }), milliseconds: 3 });
    await userEvent.click(screen.getByRole('button', { name: 'Test files' }));
    expect(await screen.findByText('files does not answer. It hung up.')).toBeVisible();
  });

  it('list their tools and what had to be left out', async () => {
    const { server } = await open([mcpServerView('files')]);
    const hints = { readOnly: true, destructive: false, idempotent: true, openWorld: false };
    server.handlers['GET /api/mcp/servers/files/tools'] = () =>
      json({
        items: [
          {
            ref: 'mcp/files/read',
            title: 'Read a file',
            description: 'Reads.',
            source: { kind: 'mcp', id: 'files', title: 'files' },
            hints,
            effect: 'ask',
          },
        ],
        problems: [{ tool: 'huge', reason: 'its schema is too large' }],
      });
    await userEvent.click(await screen.findByRole('button', { name: 'Tools of files' }));
    expect(await screen.findByText('Read a file')).toBeVisible();
    expect(screen.getByText('Asks first')).toBeVisible();
    expect(screen.getByText(/huge – its schema is too large/)).toBeVisible();
  });

  it('take somebody’s details without ever showing them again', async () => {
    const { server } = await open([
      mcpServerView('maps', {
        variables: [{ name: 'KEY', title: 'Map key', description: 'From your profile.', sensitive: true, isSet: true }],
      }),
    ]);
    server.handlers['PUT /api/mcp/servers/maps/variables'] = () => json(mcpServerView('maps'));
    await userEvent.click(await screen.findByRole('button', { name: 'More about maps' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Your details' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Your details for maps' }));
    expect(dialog.getByLabelText('Map key')).toHaveValue('');
    await userEvent.click(dialog.getByRole('checkbox', { name: 'Remove Map key' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(server.seen('PUT /api/mcp/servers/maps/variables')[0]?.body).toEqual({ values: { KEY: '' } }),
    );
  });

  it('go after a question', async () => {
    const { server } = await open([mcpServerView('files')]);
    server.handlers['DELETE /api/mcp/servers/files'] = () => json(undefined, 204);
    await userEvent.click(await screen.findByRole('button', { name: 'More about files' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Remove' }));
    await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Remove' }));
    expect(await screen.findByText('files was removed')).toBeVisible();
  });
});

describe('the way back from an authorization server', () => {
  it('hands in what it was given, once, and takes it out of the address', async () => {
    const server = createFakeServer({
      ...signedIn(),
      'POST /api/mcp/servers/mail/sign-in/finish': () => problemAnswer('sign-in-failed'),
    });
    await renderApp(server, '/mcp/sign-in/mail');
    expect(await screen.findByText('Signing in did not work')).toBeVisible();
    expect(server.seen('POST /api/mcp/servers/mail/sign-in/finish')).toHaveLength(1);
  });
});
