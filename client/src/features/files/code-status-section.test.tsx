import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { session } from '../../lib/api/call.ts';
import { createQueryClient } from '../../lib/query/query-client.ts';
import { createFakeServer, json, problemAnswer, sessionOf } from '../../testing/fake-server.ts';
import { useToasts } from '../../ui/toast-store.ts';
import { CodeStatusSection } from './code-status-section.tsx';

/** The state of a code interpreter that works, or does not for a reason. */
function codeStatus(reason?: string) {
  return {
    enabled: reason === undefined,
    ...(reason === undefined
      ? { engine: { name: 'Docker', version: '28.1.0', runtime: 'runc' } }
      : { reason, remedy: 'npm run sandbox build' }),
    languages: [
      { id: 'python', label: 'Python', ready: reason === undefined, version: '3.13.5' },
      { id: 'rust', label: 'Rust', ready: false, reason: 'Its image is not built' },
    ],
    limits: {
      runSeconds: 30,
      compileSeconds: 15,
      codeBytes: 262_144,
      fileBytes: 26_214_400,
      workspaceBytes: 134_217_728,
      filesPerRun: 50,
    },
  };
}

function setUp(reason: string | undefined, role: 'ADMIN' | 'USER') {
  const user = { ...sessionOf('token').user, role };
  const server = createFakeServer({
    'GET /api/user': () => json(user),
    'GET /api/code/status': () => json(codeStatus(reason)),
    'POST /api/code/status/check': () => json(codeStatus()),
  });
  vi.stubGlobal('fetch', server.fetch);
  render(
    <QueryClientProvider client={createQueryClient()}>
      <CodeStatusSection />
    </QueryClientProvider>,
  );
  return server;
}

describe('the state of the code interpreter', () => {
  beforeEach(() => {
    useToasts.setState({ toasts: [] });
    session.start(sessionOf('token'));
  });
  afterEach(() => session.end());

  it('tells the engine and the languages, and which of them are not ready', async () => {
    setUp(undefined, 'USER');
    expect(await screen.findByText('Partly on')).toBeVisible();
    expect(screen.getByText('Docker 28.1.0, containers run with runc')).toBeVisible();
    const table = within(screen.getByRole('table', { name: 'Languages' }));
    expect(table.getAllByRole('row').map(({ textContent }) => textContent)).toEqual([
      'LanguageVersionState',
      'Python3.13.5Ready',
      'Rust–Its image is not built',
    ]);
    expect(screen.queryByRole('button', { name: 'Check again' })).not.toBeInTheDocument();
  });

  it('says why it is off and what helps, and an admin can have it checked', async () => {
    const server = setUp('Docker does not answer at /var/run/docker.sock.', 'ADMIN');
    expect(await screen.findByText('Docker does not answer at /var/run/docker.sock.')).toBeVisible();
    const user = userEvent.setup();
    await user.click(screen.getByRole('button', { name: 'Copy the command' }));
    expect(await navigator.clipboard.readText()).toBe('npm run sandbox build');
    await user.click(await screen.findByRole('button', { name: 'Check again' }));
    expect(await screen.findByText('Partly on')).toBeVisible();
    server.handlers['POST /api/code/status/check'] = () => problemAnswer('too-many-requests');
    await user.click(screen.getByRole('button', { name: 'Check again' }));
    await waitFor(() =>
      expect(useToasts.getState().toasts.map(({ text }) => text)).toEqual([
        'The command was copied.',
        'Checked: code can be run.',
        'It could not be checked. Too many tries. Please wait a moment, then try again.',
      ]),
    );
  });
});
