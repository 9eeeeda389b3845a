import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { session } from '../../lib/api/call.ts';
import { useLastChoice } from '../../lib/last-choice.ts';
import { giveIndexedDb } from '../../testing/fake-indexed-db.ts';
import { json, problemAnswer } from '../../testing/fake-server.ts';
import { createFakeUploads, type SeenUpload, storedFile } from '../../testing/fake-uploads.ts';
import { useToasts } from '../../ui/toast-store.ts';
import { createChatServer } from './testing/chat-server.ts';
import { answerOf, conversationId, generationId, questionOf } from './testing/messages.ts';
import { renderChat } from './testing/render-chat.tsx';
import { toolOf } from './testing/tool-calls.ts';

const code = { kind: 'code', id: 'interpreter', title: 'Code interpreter' } as const;
const csv = (name = 'data.csv') => new File(['a,b\n1,2\n'], name, { type: 'text/csv' });
const field = () => screen.findByRole('textbox', { name: 'Message' });
const chips = () => screen.findByRole('list', { name: 'Files of this message' });
const button = (name: string | RegExp) => screen.getByRole('button', { name });
// The parts of a name are not always joined with a space.
const dataFile = /^Open ?data\.csv ?8 B$/;
const toasts = () => useToasts.getState().toasts.map(({ text }) => text);

let uploads: SeenUpload[];
const sent = (index = 0) => waitFor(() => uploads[index] ?? expect.fail('Nothing was sent'));

/** A server whose models may run code, or may not. */
function setUp(canRun = true, messages = [questionOf(1, null), answerOf(2, 1)]) {
  const server = createChatServer(messages);
  const tool = toolOf('code/interpreter/execute_code', 'Execute code', code, canRun ? 'allow' : 'deny');
  server.handlers['GET /api/tools'] = () => json({ items: [tool] });
  return server;
}

async function open(server: ReturnType<typeof setUp>) {
  const view = renderChat(server, conversationId);
  await waitFor(() => expect(button('Model: chat-fast')).toBeEnabled());
  await screen.findAllByRole('article');
  return view;
}

async function attach(...files: File[]) {
  await userEvent.upload(screen.getByTestId('attach-files'), files);
}

function dragged(files: readonly File[], folders = 0) {
  const items = [
    ...files.map(() => ({ kind: 'file', webkitGetAsEntry: () => ({ isDirectory: false }) })),
    ...Array.from({ length: folders }, () => ({ kind: 'file', webkitGetAsEntry: () => ({ isDirectory: true }) })),
  ];
  const all = [...files, ...Array.from({ length: folders }, () => new File([], 'folder'))];
  return { dataTransfer: { types: ['Files'], files: all, items } };
}

describe('files beside a message', () => {
  beforeEach(() => {
    giveIndexedDb();
    uploads = createFakeUploads();
    useToasts.setState({ toasts: [] });
    useLastChoice.setState({ tools: [] });
  });
  afterEach(() => session.end());

  it('are uploaded at once, go with the message, and stand in its bubble', async () => {
    const server = setUp();
    await open(server);
    await attach(csv());
    const chip = within(await chips());
    expect(await chip.findByText('data.csv')).toBeVisible();
    const upload = await sent();
    expect(upload.form.has('conversationId')).toBe(false);
    upload.progress(0.4);
    expect(await chip.findByText('Uploading, 40 %')).toBeVisible();
    expect(chip.getByRole('progressbar', { name: 'Upload of data.csv' })).toHaveValue(40);
    const stored = upload.keep();
    server.files.set(stored.id, stored);
    expect(await chip.findByText('8 B')).toBeVisible();
    expect(screen.getByText('data.csv was uploaded.')).toBeInTheDocument();

    await userEvent.type(await field(), 'How many rows?{Enter}');
    await waitFor(() => expect(server.started).toHaveLength(1));
    expect(server.started[0]).toMatchObject({
      text: 'How many rows?',
      files: [stored.id],
      tools: ['code/interpreter'],
    });
    const files = within(await screen.findByRole('list', { name: 'Attached files' }));
    expect(files.getByRole('button', { name: dataFile })).toBeVisible();
    expect(screen.queryByRole('list', { name: 'Files of this message' })).not.toBeInTheDocument();
    expect(localStorage.getItem(`parley:draft-files:${conversationId}`)).toBeNull();
  });

  it('hold the message back until they are there, and one without words gets some', async () => {
    const server = setUp();
    await open(server);
    await attach(csv(), csv('more.csv'));
    await chips();
    expect(await field()).toHaveAttribute('placeholder', 'Please look at the attached files.');
    await userEvent.click(button('Send when the files are uploaded'));
    expect(button('Sent when the files are uploaded. Press to hold it back.')).toBeVisible();
    (await sent()).keep();
    await userEvent.click(button('Sent when the files are uploaded. Press to hold it back.'));
    await userEvent.click(button('Send when the files are uploaded'));
    expect(server.started).toEqual([]);
    (await sent(1)).keep();
    await waitFor(() => expect(server.started).toHaveLength(1));
    expect(server.started[0]).toMatchObject({
      text: 'Please look at the attached files.',
      files: [storedFile(1).id, storedFile(2).id],
    });
  });

  it('say why they could not be uploaded, and can be tried again or removed', async () => {
    const server = setUp();
    const large = csv('large.bin');
    Object.defineProperty(large, 'size', { value: 26 * 1024 * 1024 });
    await open(server);
    await attach(csv(), large);
    const chip = within(await chips());
    expect(await chip.findByText('Too large: 25 MB at most.')).toBeVisible();
    (await sent()).answer(409, { type: 'about:blank', title: 'Full', status: 409, code: 'workspace-full' });
    expect(await chip.findByText('There is no room left for the files of this chat.')).toBeVisible();
    expect(screen.getByText(/data.csv was not uploaded. There is no room left/)).toBeInTheDocument();
    expect(await screen.findByText('A file was not uploaded. Try it again or remove it, then send.')).toBeVisible();
    await userEvent.type(await field(), 'Hello{Enter}');
    expect(server.started).toEqual([]);

    await userEvent.click(chip.getByRole('button', { name: 'Remove large.bin' }));
    expect(chip.getByRole('button', { name: 'Remove data.csv' })).toHaveFocus();
    await userEvent.click(chip.getByRole('button', { name: 'Try to upload data.csv again' }));
    (await sent(1)).keep();
    expect(await chip.findByText('8 B')).toBeVisible();
    await userEvent.click(button('Send'));
    await waitFor(() => expect(server.started[0]).toMatchObject({ text: 'Hello', files: [storedFile(2).id] }));
  });

  it('wait for the network and go by themselves', async () => {
    await open(setUp());
    await attach(csv());
    const chip = within(await chips());
    (await sent()).breakOff();
    expect(await chip.findByText('Waits for the connection, then goes by itself')).toBeVisible();
    window.dispatchEvent(new Event('online'));
    (await sent(1)).keep();
    expect(await chip.findByText('8 B')).toBeVisible();
  });

  it('are taken back when they are removed, on the way or uploaded', async () => {
    const server = setUp();
    const { id } = storedFile(2);
    server.handlers[`DELETE /api/code/files/${id}`] = () => json(undefined, 204);
    await open(server);
    await attach(csv(), csv('other.csv'));
    const chip = within(await chips());
    const first = await sent();
    await userEvent.click(chip.getByRole('button', { name: 'Remove data.csv' }));
    expect(first.isAborted()).toBe(true);
    (await sent(1)).keep();
    expect(await chip.findByText('8 B')).toBeVisible();
    await userEvent.click(chip.getByRole('button', { name: 'Remove other.csv' }));
    expect(await field()).toHaveFocus();
    await waitFor(() => expect(server.seen(`DELETE /api/code/files/${id}`)).toHaveLength(1));
    expect(button('Send')).toHaveAttribute('aria-disabled', 'true');
  });

  it('come by drop, with folders left out, and by paste, with text left alone', async () => {
    await open(setUp());
    const page = screen.getByRole('main');
    await waitFor(() => {
      fireEvent.dragEnter(page, dragged([csv()]));
      expect(screen.getByText('Drop files to attach them')).toBeVisible();
    });
    fireEvent.drop(page, dragged([csv('dropped.csv')], 1));
    expect(screen.queryByText('Drop files to attach them')).not.toBeInTheDocument();
    expect(within(await chips()).getByText('dropped.csv')).toBeVisible();
    expect(toasts()).toContain('Folders cannot be uploaded. Drop the files that are in them.');

    const picture = new File(['x'], 'image.png', { type: 'image/png' });
    const box = await field();
    fireEvent.paste(box, { clipboardData: { types: ['text/plain', 'text/html', 'Files'], files: [picture] } });
    fireEvent.paste(box, { clipboardData: { types: ['Files'], files: [picture] } });
    expect(await within(await chips()).findByText(/^pasted \d\d-\d\d-\d\d\.png$/)).toBeVisible();
    expect(within(await chips()).getAllByRole('listitem')).toHaveLength(2);
  });

  it('never take the place of the page when they miss it', async () => {
    await open(setUp());
    await waitFor(() => expect(fireEvent.drop(document.body, dragged([csv()]))).toBe(false));
    expect(screen.queryByRole('list', { name: 'Files of this message' })).not.toBeInTheDocument();
    expect(uploads).toEqual([]);
  });

  it('are twenty at most, each with a name of its own', async () => {
    await open(setUp());
    await attach(...Array.from({ length: 22 }, () => csv()));
    expect(within(await chips()).getAllByRole('listitem')).toHaveLength(20);
    expect(screen.getByText('data (20).csv')).toBeVisible();
    expect(toasts()).toContain('A message can have 20 files at most. 2 files were left out.');
  });

  it('survive a reload of the page, and a message that was refused', async () => {
    const server = setUp();
    const before = await open(server);
    await attach(csv());
    (await sent()).keep();
    expect(await within(await chips()).findByText('8 B')).toBeVisible();
    before.unmount();

    server.handlers[`POST /api/conversations/${conversationId}/generations`] = () => problemAnswer('workspace-full');
    await open(server);
    expect(within(await chips()).getByText('data.csv')).toBeVisible();
    await userEvent.type(await field(), 'Look{Enter}');
    expect(await screen.findByText('The files of this conversation take up all their room.')).toBeVisible();
    expect(await screen.findByRole('button', { name: dataFile })).toBeVisible();
    const [, edit = document.body] = screen.getAllByRole('button', { name: 'Edit' });
    await userEvent.click(edit);
    expect(within(await chips()).getByText('data.csv')).toBeVisible();
    expect(await field()).toHaveValue('Look');
    server.handlers[`POST /api/conversations/${conversationId}/generations`] = server.startHandler;
    await userEvent.click(button('Send'));
    await waitFor(() => expect(server.started[0]).toMatchObject({ text: 'Look', files: [storedFile(1).id] }));
  });

  it('stay with a message that waits for the network', async () => {
    const server = setUp();
    server.handlers[`POST /api/conversations/${conversationId}/generations`] = () =>
      Promise.reject(new TypeError('Failed to fetch'));
    const before = await open(server);
    await attach(csv());
    (await sent()).keep();
    await within(await chips()).findByText('8 B');
    await userEvent.type(await field(), 'Later{Enter}');
    await screen.findByText('This message will be sent when you are back online');
    before.unmount();
    await open(server);
    expect(await screen.findByRole('button', { name: dataFile })).toBeVisible();
    expect(screen.queryByRole('list', { name: 'Files of this message' })).not.toBeInTheDocument();
    server.handlers[`POST /api/conversations/${conversationId}/generations`] = server.startHandler;
    window.dispatchEvent(new Event('online'));
    await waitFor(() => expect(server.started[0]).toMatchObject({ text: 'Later', files: [storedFile(1).id] }));
  });

  it('stay with a question that is reworded', async () => {
    const file = storedFile(7, { name: 'letters.csv' });
    const question = questionOf(1, null);
    const server = setUp(true, [{ ...question, parts: [{ type: 'file', file }, ...question.parts] }, answerOf(2, 1)]);
    server.files.set(file.id, file);
    await open(server);
    expect(await screen.findByRole('button', { name: /^Open ?letters\.csv ?2\.0 KB$/ })).toBeVisible();
    await userEvent.click(button('Edit'));
    const box = await screen.findByRole('textbox', { name: 'Edit message' });
    await userEvent.type(box, ' again{Enter}');
    await waitFor(() => expect(server.started[0]).toMatchObject({ text: 'Question 1 again', files: [file.id] }));
  });

  it('wait in the queue with their message, and come back with it', async () => {
    const server = setUp();
    await open(server);
    await userEvent.type(await field(), 'First{Enter}');
    await waitFor(() => expect(server.started).toHaveLength(1));
    await attach(csv());
    (await sent()).keep();
    await within(await chips()).findByText('8 B');
    expect(screen.queryByRole('button', { name: 'Add to this answer' })).not.toBeInTheDocument();
    await userEvent.type(await field(), 'Second{Enter}');
    const line = within(await screen.findByRole('region', { name: 'Waiting messages' }));
    expect(await line.findByText('1 file · Sent when the answer is complete')).toBeVisible();
    expect(line.queryByRole('button', { name: 'Add to this answer: Second' })).not.toBeInTheDocument();
    await userEvent.click(line.getByRole('button', { name: 'Edit the waiting message: Second' }));
    expect(await within(await chips()).findByText('data.csv')).toBeVisible();
    expect(await field()).toHaveValue('Second');
  });
});

describe('the code interpreter', () => {
  beforeEach(() => {
    giveIndexedDb();
    uploads = createFakeUploads();
    useToasts.setState({ toasts: [] });
    useLastChoice.setState({ tools: ['calculator'] });
  });
  afterEach(() => session.end());

  it('is switched on by a file for this chat alone, says so once, and can be switched off', async () => {
    const server = setUp();
    const { unmount } = await open(server);
    await attach(csv());
    (await sent()).keep();
    expect(await screen.findByText('Tools: 1 on')).toBeInTheDocument();
    await waitFor(() => expect(toasts()).toEqual([expect.stringMatching(/^The code interpreter is on for this chat/)]));
    await userEvent.click(button('Tools: 1 on'));
    await userEvent.click(await screen.findByRole('button', { name: 'Turn all off' }));
    await userEvent.keyboard('{Escape}');
    expect(await screen.findByRole('button', { name: 'Tools' })).toBeVisible();
    await userEvent.type(await field(), 'Just read it{Enter}');
    await waitFor(() => expect(server.started).toHaveLength(1));
    expect(server.started[0]).not.toHaveProperty('tools');
    expect(useLastChoice.getState().tools).toEqual([]);
    unmount();

    useToasts.setState({ toasts: [] });
    await open(setUp());
    await attach(csv());
    (await sent(1)).keep();
    expect(await screen.findByText('Tools: 1 on')).toBeInTheDocument();
    expect(toasts()).toEqual([]);
  });

  it('is not switched on where it is off, and what that means is said', async () => {
    const server = setUp(false);
    await open(server);
    await attach(csv());
    (await sent()).keep();
    expect(await screen.findByText(/The model cannot run code here at the moment/)).toBeVisible();
    await userEvent.type(await field(), 'Look{Enter}');
    await waitFor(() => expect(server.started).toHaveLength(1));
    expect(server.started[0]).not.toHaveProperty('tools');
  });

  it('has the files looked at again once it has run', async () => {
    const server = setUp();
    const { queryClient } = await open(server);
    const invalidate = vi.spyOn(queryClient, 'invalidateQueries');
    await userEvent.type(await field(), 'Run it{Enter}');
    await waitFor(() => expect(server.started).toHaveLength(1));
    const span = { start: 0, end: 0 };
    const execution = {
      runId: generationId(9),
      language: 'python',
      phase: 'run',
      exitCode: 0,
      reason: 'ok',
      truncated: false,
      durationMs: 1,
      queueMs: 0,
      files: [],
      skipped: [],
      stdout: span,
      stderr: span,
    };
    const at = '2026-11-20T10:00:00.000Z';
    server.write(
      { type: 'tool-call-started', n: 0, step: 0, callId: 'c', name: 'execute_code', at } as never,
      { type: 'tool-result', n: 1, step: 0, callId: 'c', output: '', failed: false, execution, at } as never,
    );
    await waitFor(() => expect(invalidate).toHaveBeenCalledWith({ queryKey: ['files', conversationId] }));
  });
});
