import type { StoredFile } from '@parley/contracts';
import { QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { session } from '../../lib/api/call.ts';
import { createQueryClient } from '../../lib/query/query-client.ts';
import { createFakeServer, json, problemAnswer, sessionOf } from '../../testing/fake-server.ts';
import { createFakeUploads, type SeenUpload, storedFile } from '../../testing/fake-uploads.ts';
import { FilesButton } from './files-button.tsx';

const conversationId = '00000000-0000-4000-8000-000000000001' as Parameters<typeof FilesButton>[0]['conversationId'];
const plot = storedFile(2, { name: 'plot.png', mimeType: 'image/png', origin: 'run', size: 1_572_864 });

let uploads: SeenUpload[];
const sent = (index = 0) => waitFor(() => uploads[index] ?? expect.fail('Nothing was sent'));

function setUp(items: StoredFile[]) {
  const server = createFakeServer({
    'GET /api/code/files': () =>
      json({ items, used: items.reduce((sum, { size }) => sum + size, 0), room: 134_217_728 }),
  });
  for (const { id } of items) {
    server.handlers[`GET /api/code/files/${id}`] = () => new Response('a,b\n1,<b>2</b>\n');
    server.handlers[`DELETE /api/code/files/${id}`] = () => {
      items.splice(
        items.findIndex((file) => file.id === id),
        1,
      );
      return json(undefined, 204);
    };
  }
  vi.stubGlobal('fetch', server.fetch);
  render(
    <QueryClientProvider client={createQueryClient()}>
      <FilesButton conversationId={conversationId} />
    </QueryClientProvider>,
  );
  return { server, items };
}

async function open(name: string | RegExp = /^Files of this chat/) {
  await userEvent.click(await screen.findByRole('button', { name }));
  return within(await screen.findByRole('dialog', { name: 'Files of this chat' }));
}

describe('the files of a chat', () => {
  beforeEach(() => {
    uploads = createFakeUploads();
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:x', revokeObjectURL: () => undefined }));
    session.start(sessionOf('token'));
  });
  afterEach(() => session.end());

  it('are counted, and listed with what they are and the room they take up', async () => {
    setUp([storedFile(1, { name: 'data.csv' }), plot]);
    const panel = await open('Files of this chat, 2');
    const rows = (await panel.findAllByRole('listitem')).map(({ textContent }) => textContent);
    expect(rows[0]).toMatch(/^data\.csv2\.0 KB · uploaded · /);
    expect(rows[1]).toMatch(/^plot\.png1\.5 MB · made by code · /);
    expect(panel.getByText('1.5 MB of 128 MB used')).toBeVisible();
    expect(panel.getByRole('meter', { name: 'Room used' })).toBeInTheDocument();
  });

  it('open to be looked at: pictures as such, text as it is, the rest to download', async () => {
    const zip = storedFile(3, { name: 'all.zip', mimeType: 'application/zip' });
    setUp([storedFile(1, { name: 'data.csv' }), plot, zip]);
    const panel = await open();
    await userEvent.click(await panel.findByRole('button', { name: 'Open data.csv, 2.0 KB' }));
    expect(await screen.findByText(/1,<b>2<\/b>/)).toBeVisible();
    await userEvent.click(
      within(screen.getByRole('dialog', { name: 'data.csv' })).getByRole('button', { name: 'Close' }),
    );
    await userEvent.click(panel.getByRole('button', { name: 'Open plot.png, 1.5 MB' }));
    expect(await screen.findByRole('img', { name: 'plot.png' })).toHaveAttribute('src', 'blob:x');
    await userEvent.click(
      within(screen.getByRole('dialog', { name: 'plot.png' })).getByRole('button', { name: 'Close' }),
    );
    await userEvent.click(panel.getByRole('button', { name: 'Open all.zip, 2.0 KB' }));
    expect(await screen.findByText('There is no preview for files of this kind.')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Download' })).toBeVisible();
  });

  it('say why one cannot be shown or saved, and try again', async () => {
    const { server, items } = setUp([storedFile(1, { name: 'data.csv' })]);
    const path = `GET /api/code/files/${items[0]?.id ?? ''}`;
    server.handlers[path] = () => problemAnswer('file-not-found');
    const panel = await open();
    await userEvent.click(await panel.findByRole('button', { name: 'Download data.csv' }));
    expect(await panel.findByRole('alert')).toHaveTextContent(
      'The file could not be downloaded. This file does not exist.',
    );
    await userEvent.click(panel.getByRole('button', { name: 'Open data.csv, 2.0 KB' }));
    expect(await screen.findByText(/The file could not be loaded\. This file does not exist\./)).toBeVisible();
    server.handlers[path] = () => new Response('now');
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('now')).toBeVisible();
  });

  it('are uploaded by button and by drop, straight into the workspace', async () => {
    const { items } = setUp([]);
    const panel = await open('Files of this chat');
    expect(await panel.findByText('No files yet')).toBeVisible();
    await userEvent.upload(panel.getByTestId('upload-files'), [new File(['x'], 'a.txt'), new File(['y'], 'b.txt')]);
    const first = await sent();
    expect(first.form.get('conversationId')).toBe(conversationId);
    expect(uploads).toHaveLength(1);
    first.progress(0.5);
    expect(await panel.findByText('Uploading, 50 %')).toBeVisible();
    items.push(first.keep());
    expect(await panel.findByText('a.txt was uploaded.')).toBeInTheDocument();
    (await sent(1)).answer(409, { type: 'about:blank', title: 'Full', status: 409, code: 'workspace-full' });
    expect(await panel.findByText('There is no room left for the files of this chat.')).toBeVisible();
    await userEvent.click(panel.getByRole('button', { name: 'Try to upload b.txt again' }));
    items.push((await sent(2)).keep());
    expect(await panel.findByRole('button', { name: /^Open b\.txt/ })).toBeVisible();

    const dropped = new File(['z'], 'c.txt');
    const target = panel.getByText('Files', { selector: 'h2' });
    const dataTransfer = { types: ['Files'], files: [dropped], items: [{ kind: 'file' }] };
    await waitFor(() => {
      fireEvent.dragOver(target, { dataTransfer });
      expect(panel.getByText('Drop files to upload them')).toBeVisible();
    });
    fireEvent.drop(target, { dataTransfer });
    expect((await sent(3)).name).toBe('c.txt');
    await userEvent.click(panel.getByRole('button', { name: 'Remove c.txt' }));
    expect(uploads[3]?.isAborted()).toBe(true);
  });

  it('are deleted after a question, and stay where that fails', async () => {
    const { server } = setUp([storedFile(1, { name: 'data.csv' }), plot]);
    const panel = await open();
    await userEvent.click(await panel.findByRole('button', { name: 'Delete data.csv' }));
    const question = within(await screen.findByRole('dialog', { name: 'Delete data.csv?' }));
    await userEvent.click(question.getByRole('button', { name: 'Cancel' }));
    expect(server.seen(`DELETE /api/code/files/${storedFile(1).id}`)).toEqual([]);
    await userEvent.click(panel.getByRole('button', { name: 'Delete data.csv' }));
    await userEvent.click(screen.getByRole('button', { name: 'Delete' }));
    expect(await panel.findByText('data.csv was deleted.')).toBeInTheDocument();
    await waitFor(() => expect(panel.getAllByRole('listitem')).toHaveLength(1));

    server.handlers[`DELETE /api/code/files/${plot.id}`] = () => problemAnswer('not-ready');
    await userEvent.click(panel.getByRole('button', { name: 'Delete plot.png' }));
    await userEvent.click(screen.getByRole('button', { name: 'Delete' }));
    expect(await panel.findByRole('alert')).toHaveTextContent(
      'The file could not be deleted. The server is not ready.',
    );
    expect(panel.getByRole('button', { name: 'Delete plot.png' })).toBeVisible();
  });
});
