import type { GenerationEvent, Message, ToolCallPart, ToolResultId } from '@parley/contracts';
import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createChatServer } from './testing/chat-server.ts';
import { answerOf, conversationId, questionOf } from './testing/messages.ts';
import { renderChat } from './testing/render-chat.tsx';
import { agentId, approval, callOf, eventsFrom, lineName, runningWith } from './testing/tool-calls.ts';

const stored = '00000000-0000-4000-8000-000000009001' as ToolResultId;
const run = {
  agent: { id: agentId, version: 1, name: 'Researcher' },
  parts: [],
  progress: { step: 0, attempt: 1, isBegun: false, isUsageHeld: false },
};

function open(...messages: Message[]) {
  const server = createChatServer([questionOf(1, null), ...messages]);
  renderChat(server, conversationId);
  return server;
}

function openRunning(part: Partial<ToolCallPart>) {
  return open(runningWith(callOf(part)));
}

function finished(part: Partial<ToolCallPart>): Message {
  return { ...answerOf(2, 1), parts: [callOf({ state: 'done', output: 'all good', ...part })] };
}

/** The line of the call, with how it goes with it. */
const line = (status: string) => screen.findByRole('button', { name: lineName('Files · Delete file', status) });

const attachment = (number: number, kind: 'image' | 'audio' | 'file' | 'app', title: string) => ({
  id: `00000000-0000-4000-8000-00000000910${String(number)}` as ToolResultId,
  kind,
  mimeType: 'application/octet-stream',
  title,
  size: 2000,
});

/** The event as it happens inside the call. */
const nested = (event: object): object => ({ ...event, within: ['call-1'] });

beforeEach(() => {
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:parley', revokeObjectURL: () => undefined }));
});

describe('a call of a tool', () => {
  it('is one line with its source that opens to what went in and came out', async () => {
    open(finished({}));
    await userEvent.click(await screen.findByRole('button', { name: lineName('Files · Delete file', 'done') }));
    expect(await screen.findByText(/"path": "\/letters\/old.txt"/)).toBeVisible();
    expect(screen.getByText('all good')).toBeVisible();
  });

  it('says what happens to it, with a bar while it runs', async () => {
    const server = openRunning({ state: 'writing-input', input: '' });
    expect(await line('preparing…')).toBeVisible();
    const event = eventsFrom(1);
    const { input, name, title, source, callId } = callOf();
    server.write(event({ type: 'tool-call', part: 0, callId, name, title, source, input }));
    expect(await line('starting…')).toBeVisible();
    server.write(event({ type: 'tool-started', callId }));
    expect(await line('running…')).toBeVisible();
    server.write(event({ type: 'tool-progress', callId, progress: 3, message: 'Counting' }));
    expect(await screen.findByText('Counting')).toBeVisible();
    expect(screen.queryByRole('progressbar')).toBeNull();
    server.write(event({ type: 'tool-progress', callId, progress: 5, total: 20 }));
    expect(await line('25 %')).toBeVisible();
    expect(screen.getByRole<HTMLProgressElement>('progressbar').value).toBe(25);
    server.write(event({ type: 'tool-result', callId, output: 'no', failed: true }));
    expect(await line('failed')).toBeVisible();
    expect(screen.queryByRole('progressbar')).toBeNull();
  });

  it('shows the words of a denial', async () => {
    open(finished({ state: 'denied', request: approval, answer: { kind: 'deny', reason: 'Not mine' } }));
    await userEvent.click(await screen.findByRole('button', { name: lineName('Files · Delete file', 'denied') }));
    expect(await screen.findByText('You did not allow this call: “Not mine”')).toBeVisible();
  });

  it('asks nothing any more once its answer has ended', async () => {
    open({ ...answerOf(2, 1), status: 'stopped', parts: [callOf({ state: 'waiting', request: approval })] });
    expect(await screen.findByRole('button', { name: lineName('Files · Delete file', 'not finished') })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Approve' })).toBeNull();
  });

  it('shows all of a long result, fetched as the person who is signed in', async () => {
    const server = open(finished({ output: 'the begin', stored: { id: stored, length: 1_234_567 } }));
    server.handlers[`GET /api/tool-results/${stored}`] = () => new Response('the beginning and the end');
    await userEvent.click(await screen.findByRole('button', { name: /Delete file/ }));
    await userEvent.click(await screen.findByRole('button', { name: 'Show all 1.2 MB' }));
    expect(await screen.findByText('the beginning and the end')).toBeVisible();
    expect(server.seen(`GET /api/tool-results/${stored}`)[0]?.headers.get('authorization')).toBe('Bearer token');
    expect(screen.getByRole('button', { name: 'Download 1.2 MB' })).toBeVisible();
  });

  it('shows pictures, recordings, files and what cannot be shown here', async () => {
    const attachments = [
      attachment(1, 'image', 'A map'),
      attachment(2, 'audio', 'A song'),
      attachment(3, 'file', 'letters.zip'),
      attachment(4, 'app', 'A board'),
    ];
    const server = createChatServer([questionOf(1, null), finished({ attachments })]);
    for (const { id } of attachments) server.handlers[`GET /api/tool-results/${id}`] = () => new Response('bytes');
    renderChat(server, conversationId);
    expect(await screen.findByRole('img', { name: 'A map' })).toHaveAttribute('src', 'blob:parley');
    expect(await screen.findByLabelText('A song')).toHaveAttribute('src', 'blob:parley');
    expect(await screen.findByText(/Apps are not shown here/)).toBeVisible();
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
    await userEvent.click(screen.getByRole('button', { name: 'Download letters.zip, 2.0 KB' }));
    await waitFor(() => expect(click).toHaveBeenCalledOnce());
    click.mockRestore();
  });

  it('says when a picture could not be loaded, and tries again', async () => {
    const image = { id: stored, kind: 'image' as const, mimeType: 'image/png', title: 'A map', size: 10 };
    const server = open(finished({ attachments: [image] }));
    const list = within(await screen.findByRole('list', { name: 'What the tool gave' }));
    const again = await list.findByRole('button', { name: 'Try again' });
    server.handlers[`GET /api/tool-results/${stored}`] = () => new Response('bytes');
    await userEvent.click(again);
    expect(await list.findByRole('img', { name: 'A map' })).toBeVisible();
  });
});

describe('a sub-agent', () => {
  it('has a card of its own that says how it goes and opens to what it does', async () => {
    const server = openRunning({ name: 'ask_researcher', title: 'Ask Researcher', state: 'running', run });
    const card = await screen.findByRole('button', { name: 'Researcher is working' });
    const event = eventsFrom(1);
    const write = (...events: object[]) => server.write(...events.map((one): GenerationEvent => event(nested(one))));
    write({ type: 'step-started' }, { type: 'text-delta', part: 0, start: 0, text: 'Let me look.' });
    expect(await screen.findByRole('button', { name: 'Researcher is working · 1 step' })).toBe(card);
    expect(screen.queryByText('Let me look.')).toBeNull();
    await userEvent.click(card);
    expect(screen.getByText('Let me look.')).toBeVisible();
    write({ type: 'usage', usage: { input: 1000, output: 200 } }, { type: 'step-finished' });
    expect(await screen.findByText('1,200 tokens')).toBeVisible();
    server.write(event({ type: 'tool-result', callId: 'call-1', output: 'found', failed: false }));
    expect(
      await screen.findByRole('button', { name: lineName('Researcher is done · 1 step', '1,200 tokens') }),
    ).toBeVisible();
  });

  it('shows what waits in it without being opened, and sends the answer to the nested call', async () => {
    const server = openRunning({ title: 'Ask Researcher', state: 'running', run });
    await screen.findByRole('button', { name: 'Researcher is working' });
    const event = eventsFrom(1);
    const { callId: _, ...call } = callOf();
    server.write(
      event(nested({ ...call, type: 'tool-call', part: 0, callId: 'call-1/a' })),
      event(nested({ type: 'input-requested', callId: 'call-1/a', request: approval })),
    );
    const card = await screen.findByRole('region', { name: 'Allow “Delete file”?' });
    expect(screen.getByRole('button', { name: 'Researcher waits for you' })).toHaveAttribute('aria-expanded', 'true');
    expect(screen.getByRole('button', { name: 'Waiting for you' })).toBeVisible();
    await userEvent.click(within(card).getByRole('button', { name: 'Approve' }));
    await waitFor(() => expect(server.given).toMatchObject([{ callId: 'call-1/a', answer: { kind: 'approve' } }]));
  });
});

describe('an answer of several agents', () => {
  it('says who answers from where on, and what to know about it', async () => {
    const handOff = { type: 'hand-off', step: 1, agent: { ...run.agent, name: 'Writer' } } as const;
    open({ ...answerOf(2, 1), parts: [handOff], notices: ['The server “Mail” could not be reached.'] });
    expect(await screen.findByText('Now answering: Writer')).toBeVisible();
    expect(screen.getByText('The server “Mail” could not be reached.')).toBeVisible();
  });
});
