import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { session } from '../../lib/api/call.ts';
import { createQueryClient } from '../../lib/query/query-client.ts';
import { createFakeServer, json, problemAnswer, sessionOf } from '../../testing/fake-server.ts';
import { useToasts } from '../../ui/toast-store.ts';
import { ToolGrantsSection } from './tool-grants-section.tsx';

const grant = {
  id: 'grant-1',
  title: 'Read file',
  source: { kind: 'mcp', id: 'files', title: 'Files' },
  scope: 'always',
  createdAt: '2026-11-20T10:00:00.000Z',
};

function open(items: readonly unknown[]) {
  const server = createFakeServer({ 'GET /api/tools/grants': () => json({ items }) });
  vi.stubGlobal('fetch', server.fetch);
  session.start(sessionOf('token'));
  render(
    <QueryClientProvider client={createQueryClient()}>
      <ToolGrantsSection />
    </QueryClientProvider>,
  );
  return server;
}

describe('what somebody allowed', () => {
  it('is listed, and can be taken back', async () => {
    const server = open([grant]);
    expect(await screen.findByText('Files · Read file')).toBeVisible();
    expect(screen.getByText('In all chats · since November 20, 2026')).toBeVisible();
    server.handlers['DELETE /api/tools/grants/grant-1'] = () => json(undefined, 204);
    await userEvent.click(screen.getByRole('button', { name: 'Ask me again before Read file runs' }));
    await waitFor(() => expect(screen.queryByText('Files · Read file')).toBeNull());
    expect(screen.getByText(/you are asked every time/)).toHaveFocus();
  });

  it('stays when it could not be taken back', async () => {
    const server = open([grant]);
    server.handlers['DELETE /api/tools/grants/grant-1'] = () => problemAnswer('internal-error');
    await userEvent.click(await screen.findByRole('button', { name: 'Ask me again before Read file runs' }));
    await waitFor(() => expect(useToasts.getState().toasts.at(-1)?.text).toMatch('This could not be changed.'));
    expect(screen.getByText('Files · Read file')).toBeVisible();
  });

  it('says so when it is nothing', async () => {
    open([]);
    expect(await screen.findByText(/you are asked every time/)).toBeVisible();
  });
});
