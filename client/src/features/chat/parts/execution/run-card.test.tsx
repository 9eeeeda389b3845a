import type { Message, ToolCallPart } from '@parley/contracts';
import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { json, problemAnswer } from '../../../../testing/fake-server.ts';
import { createChatServer } from '../../testing/chat-server.ts';
import { answerOf, conversationId, generationId, questionOf } from '../../testing/messages.ts';
import { renderChat } from '../../testing/render-chat.tsx';
import { eventsFrom, runningWith } from '../../testing/tool-calls.ts';
import { codeCall, codeStatus, endedRun, eventStream, fileOf, resultOf } from './testing/code-runs.ts';

function open(message: Message) {
  const server = createChatServer([questionOf(1, null), message]);
  server.handlers['GET /api/code/status'] = () => json(codeStatus);
  renderChat(server, conversationId);
  return server;
}

const openEnded = (...parts: ToolCallPart[]) => open({ ...answerOf(2, 1), parts });

const card = (language = 'Python') => screen.findByRole('figure', { name: `Code run, ${language}` });

/** The code of a card as one text, whatever its colours. */
const codeIn = (element: HTMLElement) => element.querySelector('pre')?.textContent;

beforeEach(() => {
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:parley', revokeObjectURL: () => undefined }));
});

describe('a run of code', () => {
  it('shows its code while it is written, what it prints while it runs, and how it ended', async () => {
    const server = open(runningWith(codeCall({ state: 'writing-input', source: undefined, input: '{"lang":"py",' })));
    const element = await card();
    expect(within(element).getByText('Writing…')).toBeVisible();
    const event = eventsFrom(1);
    const { callId, name, title, source, input } = codeCall();
    server.write(event({ type: 'tool-input-delta', part: 0, callId, name, start: 13, text: '"code":"print(\\"hel' }));
    await waitFor(() => expect(codeIn(element)).toBe('print("hel'));
    server.write(event({ type: 'tool-call', part: 0, callId, name, title, source, input }));
    expect(await within(element).findByText('Starting…')).toBeVisible();
    server.write(
      event({ type: 'tool-started', callId }),
      event({ type: 'tool-progress', callId, progress: 0, message: 'Waiting for its turn: 1 run is before it' }),
    );
    expect(await within(element).findByText('Waiting for its turn: 1 run is before it')).toBeVisible();
    server.write(
      event({ type: 'tool-progress', callId, progress: 0, printed: { start: 0, text: 'hel' } }),
      event({ type: 'tool-progress', callId, progress: 0, printed: { start: 3, text: 'lo\n' } }),
    );
    expect(await within(element).findByText('hello')).toBeVisible();
    expect(within(element).getByText('Running')).toBeVisible();
    const { output, execution } = endedRun({ stdout: 'hello\n' });
    server.write(event({ type: 'tool-result', callId, output, failed: false, execution }));
    expect(await within(element).findByText('Finished')).toBeVisible();
    expect(within(element).getByText('1.2 s')).toBeVisible();
    expect(within(element).getByText('hello')).toBeVisible();
    expect(codeIn(element)).toBe('print("hello")');
  });

  it('tells screen readers of its beginning and its end, and of nothing between', async () => {
    const server = open(runningWith(codeCall({ state: 'called' })));
    const element = await card();
    const region = element.querySelector('[aria-live]');
    expect(region).toBeEmptyDOMElement();
    const said = vi.fn<(text: string | null | undefined) => void>();
    const observer = new MutationObserver(() => said(region?.textContent));
    observer.observe(element, { subtree: true, childList: true, characterData: true });
    const event = eventsFrom(1);
    const { callId } = codeCall();
    server.write(event({ type: 'tool-started', callId }));
    await waitFor(() => expect(region).toHaveTextContent('Python code is running.'));
    for (const start of [0, 1, 2]) {
      server.write(event({ type: 'tool-progress', callId, progress: 0, printed: { start, text: 'x' } }));
    }
    await within(element).findByText('xxx');
    const { output, execution } = endedRun({ files: [fileOf(1, 'a.bin', 'application/octet-stream')] });
    server.write(event({ type: 'tool-result', callId, output, failed: false, execution }));
    await waitFor(() => expect(region).toHaveTextContent('Python code: Finished. It wrote 1 file.'));
    observer.disconnect();
    expect(new Set(said.mock.calls.flat())).toEqual(
      new Set(['Python code is running.', 'Python code: Finished. It wrote 1 file.']),
    );
  });

  it('says nothing of runs that were over before', async () => {
    openEnded(endedRun());
    expect((await card()).querySelector('[aria-live]')).toBeEmptyDOMElement();
  });

  it('tells its output and its errors apart, both as the text they are', async () => {
    openEnded(endedRun({ stdout: '<b>out</b>', stderr: '\u{1B}[31mTraceback\u{1B}[0m', exitCode: 1, truncated: true }));
    const element = await card();
    expect(within(element).getByText('Exit code 1')).toBeVisible();
    expect(within(element).getByText('Output').parentElement).toHaveTextContent('<b>out</b>');
    expect(within(element).getByText('Error output').parentElement).toHaveTextContent(/^Error outputTraceback$/);
    expect(within(element).getByText(/It printed more than is kept/)).toBeVisible();
    expect(within(element).queryByText(/stderr|Exit code 1\./)).toBeNull();
  });

  it('says that it printed nothing, and why it did not run', async () => {
    openEnded(
      endedRun(),
      codeCall({
        callId: 'call-2',
        state: 'failed',
        output: 'The code was not run. It is off.',
        input: '{"lang":"go"}',
      }),
      codeCall({ callId: 'call-3', state: 'denied', answer: { kind: 'deny', reason: 'No' }, input: '{"lang":"c"}' }),
    );
    expect(within(await card()).getByText('It printed nothing.')).toBeVisible();
    expect(within(await card('Go')).getByText('The code was not run. It is off.')).toBeVisible();
    expect(within(await card('C')).getByText('You did not allow this call: “No”')).toBeVisible();
  });

  it('shows what is known of a run whose answer ended before it', async () => {
    open({ ...answerOf(2, 1), status: 'stopped', parts: [codeCall({ state: 'running', printed: 'half' })] });
    const element = await card();
    expect(within(element).getByText('Not finished')).toBeVisible();
    expect(within(element).getByText('half')).toBeVisible();
  });

  it('folds long code without hiding it from anybody', async () => {
    const code = Array.from({ length: 40 }, (_, line) => `print(${String(line)})`).join('\n');
    openEnded(endedRun({}, { input: JSON.stringify({ lang: 'python', code }) }));
    const element = await card();
    expect(codeIn(element)).toBe(code);
    const toggle = within(element).getByRole('button', { name: 'Show all 40 lines', expanded: false });
    await userEvent.click(toggle);
    expect(toggle).toHaveAttribute('aria-expanded', 'true');
    expect(toggle).toHaveTextContent('Show less');
  });

  it('shows the code that ran when its arguments were edited', async () => {
    const input = '{"lang":"python","code":"edited"}';
    openEnded(endedRun({}, { approval: { kind: 'approve', scope: 'once', input } }));
    expect(codeIn(await card())).toBe('edited');
  });

  it('stops with its answer', async () => {
    const server = open(runningWith(codeCall({ state: 'running' })));
    await userEvent.click(within(await card()).getByRole('button', { name: 'Stop the answer' }));
    await waitFor(() => expect(server.stopped).toEqual([generationId(2)]));
  });
});

describe('the files of a run', () => {
  it('are pictures in place, and others to look into or save', async () => {
    const files = [
      fileOf(1, 'sales.csv', 'text/csv'),
      fileOf(2, 'plot.png', 'image/png'),
      fileOf(3, 'notes.txt', 'text/plain'),
      { ...fileOf(4, 'model.bin', 'application/octet-stream'), change: 'changed' as const },
    ];
    const server = createChatServer([
      questionOf(1, null),
      { ...answerOf(2, 1), parts: [endedRun({ files, skipped: [{ name: '<i>\n.tmp', reason: 'it is too large' }] })] },
    ]);
    server.handlers[`GET /api/code/files/${files[0]?.id ?? ''}`] = () => new Response('city,people\nParis,2\n');
    server.handlers[`GET /api/code/files/${files[1]?.id ?? ''}`] = () => new Response('bytes');
    server.handlers[`GET /api/code/files/${files[2]?.id ?? ''}`] = () => new Response('some notes');
    renderChat(server, conversationId);
    const list = within(await screen.findByRole('list', { name: 'Files' }));
    expect(await list.findByRole('img', { name: 'plot.png' })).toHaveAttribute('src', 'blob:parley');
    const seen = server.seen(`GET /api/code/files/${files[1]?.id ?? ''}`);
    expect(seen[0]?.headers.get('authorization')).toBe('Bearer token');
    expect(list.queryByRole('table')).toBeNull();
    await userEvent.click(list.getByRole('button', { name: 'Preview of sales.csv' }));
    const table = await list.findByRole('table', { name: 'sales.csv: 1 row, 2 columns' });
    expect(within(table).getByRole('columnheader', { name: 'people' })).toBeVisible();
    expect(within(table).getByRole('cell', { name: 'Paris' })).toBeVisible();
    await userEvent.click(list.getByRole('button', { name: 'Preview of notes.txt' }));
    expect(await list.findByText('some notes')).toBeVisible();
    expect(list.queryByRole('button', { name: 'Preview of model.bin' })).toBeNull();
    expect(list.getByText(/2.0 KB · changed/)).toBeVisible();
    expect(screen.getByText('1 file was not kept')).toBeVisible();
    expect(screen.getByText('it is too large', { exact: false })).toHaveTextContent('<i> .tmp: it is too large');
  });

  it('are saved under their own name, as the person who is signed in', async () => {
    const file = fileOf(1, 'out/model.bin', 'application/octet-stream');
    const server = openEnded(endedRun({ files: [file] }));
    server.handlers[`GET /api/code/files/${file.id}`] = () => new Response('bytes');
    const saved: string[] = [];
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function save(
      this: HTMLAnchorElement,
    ) {
      saved.push(this.download);
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Download out/model.bin, 2.0 KB' }));
    await waitFor(() => expect(saved).toEqual(['model.bin']));
    click.mockRestore();
  });

  it('can be asked for again when they could not be loaded', async () => {
    const file = fileOf(1, 'plot.png', 'image/png');
    const server = openEnded(endedRun({ files: [file] }));
    const again = await within(await card()).findByRole('button', { name: 'Try again' });
    server.handlers[`GET /api/code/files/${file.id}`] = () => new Response('bytes');
    await userEvent.click(again);
    expect(await screen.findByRole('img', { name: 'plot.png' })).toBeVisible();
  });

  it('are folded when there are many, and large pictures wait to be asked for', async () => {
    const many = Array.from({ length: 50 }, (_, index) => fileOf(index, `f${String(index)}.bin`, 'application/zip'));
    openEnded(endedRun({ files: [...many.slice(1), fileOf(0, 'huge.png', 'image/png', 9_000_000)] }));
    const list = within(await screen.findByRole('list', { name: 'Files' }));
    expect(list.getByRole('button', { name: /^Show huge.png/ })).toBeVisible();
    expect(list.getAllByRole('listitem')).toHaveLength(8);
    await userEvent.click(screen.getByRole('button', { name: 'Show all 50 files' }));
    expect(list.getAllByRole('listitem')).toHaveLength(50);
  });
});

describe('running it again', () => {
  it('shows the new run below, with its output and its files', async () => {
    const server = openEnded(endedRun({}, { input: '{"lang":"py","code":"1","args":["-v"]}' }));
    const stream = eventStream();
    server.handlers['POST /api/code/exec'] = () => stream.response;
    const element = within(await card());
    await userEvent.click(await element.findByRole('button', { name: 'Run again' }));
    const again = within(await element.findByRole('figure', { name: 'Your run, Python' }));
    expect(server.seen('POST /api/code/exec')[0]?.body).toMatchObject({
      conversationId,
      lang: 'py',
      code: '1',
      args: ['-v'],
      runId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    stream.send({ type: 'queued', position: 2 });
    expect(await again.findByText('Waiting, 2 runs are before it')).toBeVisible();
    const { runId } = resultOf();
    stream.send({ type: 'started', runId }, { type: 'stdout', text: 'again' }, { type: 'stderr', text: '!' });
    expect(await again.findByText('again!')).toBeVisible();
    expect(element.getByRole('button', { name: 'Run again' })).toHaveAttribute('aria-disabled', 'true');
    stream.send({
      type: 'done',
      result: resultOf({ stdout: 'all', files: [fileOf(1, 'a.zip', 'application/zip')] }),
    });
    expect(await again.findByText('Finished')).toBeVisible();
    expect(again.getByText('a.zip')).toBeVisible();
    expect(again.getByText(/gone when the page is loaded again\. Its files stay/)).toBeVisible();
    await userEvent.click(again.getByRole('button', { name: 'Remove this result' }));
    expect(element.queryByRole('figure', { name: 'Your run, Python' })).toBeNull();
    await waitFor(() =>
      expect(element.getByRole('button', { name: 'Run again' })).not.toHaveAttribute('aria-disabled'),
    );
  });

  it('can be stopped from here, by its id', async () => {
    const server = openEnded(endedRun());
    const stream = eventStream();
    server.handlers['POST /api/code/exec'] = () => stream.response;
    await userEvent.click(await screen.findByRole('button', { name: 'Run again' }));
    await waitFor(() => expect(server.seen('POST /api/code/exec')).toHaveLength(1));
    const { runId } = Object(server.seen('POST /api/code/exec')[0]?.body);
    server.handlers[`DELETE /api/code/runs/${String(runId)}`] = () => {
      stream.send({ type: 'done', result: resultOf({ reason: 'killed', exitCode: null }) });
      return json(undefined, 204);
    };
    await userEvent.click(await screen.findByRole('button', { name: 'Stop' }));
    expect(await screen.findByText('Stopped')).toBeVisible();
  });

  it('says why the server would not run it', async () => {
    const server = openEnded(endedRun());
    server.handlers['POST /api/code/exec'] = () => problemAnswer('code-queue-full');
    await userEvent.click(await screen.findByRole('button', { name: 'Run again' }));
    expect(await screen.findByText('Could not run')).toBeVisible();
    expect(screen.getByText('Too much code is running, please wait a moment.')).toBeVisible();
  });

  it('is not offered where code cannot be run, or not in this language', async () => {
    const server = openEnded(endedRun({}, { input: '{"lang":"rust","code":"fn main() {}"}' }));
    await waitFor(() => expect(server.seen('GET /api/code/status')).toHaveLength(1));
    expect(within(await card()).queryByRole('button', { name: 'Run again' })).toBeNull();
  });
});
