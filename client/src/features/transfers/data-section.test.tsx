import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { session } from '../../lib/api/call.ts';
import { createQueryClient } from '../../lib/query/query-client.ts';
import { createFakeServer, json, sessionOf } from '../../testing/fake-server.ts';
import { DataSection } from './data-section.tsx';

const done = {
  id: '11111111-1111-4111-8111-111111111111',
  name: 'conversations.json',
  size: 1000,
  read: 1000,
  state: 'done',
  format: 'chatgpt',
  added: 2,
  present: 1,
  skipped: 1,
  messages: 7,
  leftOut: [{ what: 'image', count: 3 }],
  skips: [{ title: 'Old one', reason: 'empty' }],
  createdAt: '2026-11-20T10:00:00.000Z',
  updatedAt: '2026-11-20T10:00:01.000Z',
};

function open(items: readonly unknown[]) {
  const server = createFakeServer({ 'GET /api/imports': () => json({ items }) });
  vi.stubGlobal('fetch', server.fetch);
  session.start(sessionOf('token'));
  render(
    <QueryClientProvider client={createQueryClient()}>
      <DataSection />
    </QueryClientProvider>,
  );
  return server;
}

describe('an import', () => {
  it('tells what it has added, and what was left out', async () => {
    open([done]);
    expect(await screen.findByText('2 chats added with 7 messages · 1 already here · 1 not taken')).toBeVisible();
    await userEvent.click(screen.getByText('What was left out'));
    expect(screen.getByText('Images: 3')).toBeVisible();
    expect(screen.getByText('Old one').closest('li')).toHaveTextContent('Old one: has no messages');
  });

  it('shows how far it is, and can be cancelled', async () => {
    const items: unknown[] = [{ ...done, state: 'running', read: 420 }];
    const server = open(items);
    expect(await screen.findByText('Importing… 42 %')).toBeVisible();
    expect(screen.getByRole('progressbar', { name: 'Import of conversations.json' })).toHaveValue(42);
    server.handlers[`POST /api/imports/${done.id}/cancel`] = () => {
      items[0] = { ...done, state: 'cancelled' };
      return json(items[0]);
    };
    await userEvent.click(screen.getByRole('button', { name: 'Cancel the import of conversations.json' }));
    expect(await screen.findByText(/^Cancelled\./)).toBeVisible();
  });

  it('says where a file broke', async () => {
    open([{ ...done, state: 'failed', failure: { reason: 'broken', at: 12_345 } }]);
    expect(await screen.findByText(/The file is damaged\..*Byte 12,345 of the file\./)).toBeVisible();
  });
});
