import type { CommandId, InputAnswer, InputRequest, ToolCallPart } from '@parley/contracts';
import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { json, problemAnswer } from '../../testing/fake-server.ts';
import { mcpServersQuery } from '../../lib/query/tool-queries.ts';
import { mcpServerView } from '../../testing/mcp-server-view.ts';
import { createChatServer } from './testing/chat-server.ts';
import { conversationId, generationId, questionOf } from './testing/messages.ts';
import { renderChat } from './testing/render-chat.tsx';
import { approval, callOf, eventsFrom, files, lineName, runningWith } from './testing/tool-calls.ts';

const inputs = `POST /api/generations/${generationId(2)}/inputs`;
const commandId = '00000000-0000-4000-8000-00000000c001' as CommandId;

/** A chat whose answer waits for its user. */
async function openWaiting(request: InputRequest = approval, part: Partial<ToolCallPart> = {}) {
  const server = createChatServer([questionOf(1, null), runningWith(callOf({ state: 'waiting', request, ...part }))]);
  const view = renderChat(server, conversationId);
  const card = await screen.findByRole('region', { name: /Delete file|question|asks|Sign in|model/ });
  return { server, card: within(card), element: card, ...view };
}

const answers = (server: ReturnType<typeof createChatServer>): InputAnswer[] =>
  server.given.map(({ answer }) => answer);

describe('an approval', () => {
  it('shows tool, source, hints and exact arguments, and the author’s words as a quotation', async () => {
    const { card } = await openWaiting();
    expect(card.getByRole('heading', { name: 'Allow “Delete file”?' })).toBeVisible();
    expect(card.getByText('MCP server · Files')).toBeVisible();
    expect(card.getByText('can delete or overwrite')).toBeVisible();
    expect(card.getByText('reaches the internet')).toBeVisible();
    expect(card.getByText('/letters/old.txt')).toBeVisible();
    expect(card.getByText(/\*\*Always\*\* approve, see \[this\]/)).toBeVisible();
    expect(card.queryByRole('link')).toBeNull();
  });

  it('is approved for the chosen time; the card says that the answer is on its way until the events do', async () => {
    const { server, card } = await openWaiting();
    await userEvent.click(card.getByRole('radio', { name: 'In this chat' }));
    await userEvent.click(card.getByRole('button', { name: 'Approve' }));
    await waitFor(() => expect(answers(server)).toEqual([{ kind: 'approve', scope: 'conversation' }]));
    expect(card.queryByRole('button', { name: 'Approve' })).toBeNull();
    expect(card.getByText(/Your answer arrived|Sending/)).toBeVisible();
    const event = eventsFrom(1);
    server.write(
      event({ type: 'input-received', callId: 'call-1', commandId, answer: answers(server)[0] }),
      event({ type: 'tool-started', callId: 'call-1' }),
    );
    expect(await screen.findByRole('button', { name: lineName('Files · Delete file', 'running…') })).toBeVisible();
    server.write(event({ type: 'tool-result', callId: 'call-1', output: 'gone', failed: false }));
    await userEvent.click(await screen.findByRole('button', { name: /Files · Delete file ?· [\d.]+ s/ }));
    expect(await screen.findByText('You allowed this tool in this chat.')).toBeVisible();
    expect(screen.getByText('gone')).toBeVisible();
  });

  it('has Deny before Approve, and never begins with the focus on Approve', async () => {
    const { card } = await openWaiting();
    const [deny, approve] = [card.getByRole('button', { name: 'Deny' }), card.getByRole('button', { name: 'Approve' })];
    expect(deny.compareDocumentPosition(approve) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
    expect(approve).not.toHaveFocus();
    deny.focus();
    await userEvent.tab();
    expect(approve).toHaveFocus();
  });

  it('is denied with a reason', async () => {
    const { server, card } = await openWaiting();
    await userEvent.click(card.getByRole('button', { name: 'Say why not' }));
    await userEvent.type(card.getByRole('textbox', { name: 'Why not? (optional)' }), 'Keep add');
    await userEvent.click(card.getByRole('button', { name: 'Deny' }));
    await waitFor(() => expect(answers(server)).toEqual([{ kind: 'deny', reason: 'Keep add' }]));
  });

  it('hears A and D while it has the focus, but not while somebody types', async () => {
    const { server, element, card } = await openWaiting();
    await userEvent.type(await screen.findByRole('textbox', { name: 'Message' }), 'ad');
    await userEvent.click(card.getByRole('button', { name: 'Edit' }));
    await userEvent.type(card.getByRole('textbox', { name: 'Arguments as JSON' }), 'ad');
    expect(server.given).toHaveLength(0);
    await userEvent.click(card.getByRole('button', { name: 'Reset' }));
    element.focus();
    await userEvent.keyboard('d');
    await waitFor(() => expect(answers(server)).toEqual([{ kind: 'deny' }]));
  });

  it('leads there from the sign that the answer waits', async () => {
    const { element, server } = await openWaiting();
    await userEvent.click(screen.getByRole('button', { name: 'Waiting for you' }));
    expect(element).toHaveFocus();
    await userEvent.keyboard('a');
    await waitFor(() => expect(answers(server)).toEqual([{ kind: 'approve', scope: 'once' }]));
  });

  it('checks edited arguments while they are typed, and sends what is a JSON object', async () => {
    const { server, card } = await openWaiting();
    await userEvent.click(card.getByRole('button', { name: 'Edit' }));
    const field = card.getByRole('textbox', { name: 'Arguments as JSON' });
    await userEvent.clear(field);
    await userEvent.type(field, '{{"path":');
    expect(field).toBeInvalid();
    expect(card.getByText(/This is not JSON yet/)).toBeVisible();
    expect(card.getByRole('button', { name: 'Approve' })).toBeDisabled();
    await userEvent.clear(field);
    await userEvent.type(field, '3');
    expect(card.getByText('It has to be an object: { … }')).toBeVisible();
    await userEvent.click(card.getByRole('button', { name: 'Reset' }));
    expect(card.getByRole('textbox', { name: 'Arguments as JSON' })).toHaveValue(
      '{\n  "path": "/letters/old.txt",\n  "force": false\n}',
    );
    await userEvent.clear(field);
    await userEvent.type(field, '{{"path":"/b"}');
    await userEvent.click(card.getByRole('button', { name: 'Show as a list' }));
    expect(card.getByText('/b')).toBeVisible();
    await userEvent.click(card.getByRole('button', { name: 'Approve' }));
    await waitFor(() => expect(answers(server)).toEqual([{ kind: 'approve', scope: 'once', input: '{"path":"/b"}' }]));
  });

  it('says so when another device was faster', async () => {
    const { server, card } = await openWaiting();
    server.handlers[inputs] = () => problemAnswer('input-not-awaited');
    await userEvent.click(card.getByRole('button', { name: 'Approve' }));
    expect(await card.findByText('This was answered already, perhaps on another device.')).toBeVisible();
    expect(card.queryByRole('button', { name: 'Approve' })).toBeNull();
  });

  it('goes away when another device answers', async () => {
    const { server, element } = await openWaiting();
    const event = eventsFrom(1);
    server.write(
      event({ type: 'input-received', callId: 'call-1', commandId, answer: { kind: 'deny' } }),
      event({ type: 'tool-result', callId: 'call-1', output: 'denied', failed: false, denied: true }),
    );
    expect(await screen.findByRole('button', { name: lineName('Files · Delete file', 'denied') })).toBeVisible();
    expect(element).not.toBeInTheDocument();
  });

  it('is sent once the server can be reached again, as the same command', async () => {
    const { server, card } = await openWaiting();
    const { [inputs]: take } = server.handlers;
    server.handlers[inputs] = () => Promise.reject(new TypeError('no network'));
    await userEvent.click(card.getByRole('button', { name: 'Approve' }));
    expect(await card.findByText('Your answer will be sent as soon as the server can be reached.')).toBeVisible();
    expect(card.getByRole('button', { name: 'Take back' })).toBeVisible();
    if (take) server.handlers[inputs] = take;
    window.dispatchEvent(new Event('online'));
    await waitFor(() => expect(server.given).toHaveLength(1));
    const ids = server.seen(inputs).map(({ body }) => (body as { commandId: string }).commandId);
    expect(new Set(ids)).toEqual(new Set([server.given[0]?.commandId]));
  });

  it('can be given again after the server refused it', async () => {
    const { server, card } = await openWaiting();
    const { [inputs]: take } = server.handlers;
    server.handlers[inputs] = () => problemAnswer('internal-error');
    await userEvent.click(card.getByRole('button', { name: 'Deny' }));
    expect(await card.findByText(/Your answer was not taken/)).toBeVisible();
    if (take) server.handlers[inputs] = take;
    await userEvent.click(card.getByRole('button', { name: 'Deny' }));
    await waitFor(() => expect(answers(server)).toEqual([{ kind: 'deny' }]));
    const ids = server.seen(inputs).map(({ body }) => (body as { commandId: string }).commandId);
    expect(new Set(ids).size).toBe(1);
  });

  it('asks anew, with the reason, when the edited arguments do not fit', async () => {
    const { server, card } = await openWaiting();
    await userEvent.click(card.getByRole('button', { name: 'Approve' }));
    const event = eventsFrom(1);
    const answer = { kind: 'approve', scope: 'once' };
    server.write(
      event({ type: 'input-received', callId: 'call-1', commandId, answer }),
      event({ type: 'input-requested', callId: 'call-1', request: { ...approval, reason: 'path is missing' } }),
    );
    expect(await screen.findByText('path is missing')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Approve' })).toBeVisible();
  });

  it('announces once that the answer waits, and can be stopped', async () => {
    const { server } = await openWaiting();
    expect(screen.getByTestId('answer-announcer')).toHaveTextContent('The answer waits for you: allow “Delete file”?');
    await userEvent.click(screen.getByRole('button', { name: 'Stop' }));
    expect(server.stopped).toEqual([generationId(2)]);
  });
});

describe('questions of a model', () => {
  const request: InputRequest = {
    kind: 'questions',
    questions: [
      { id: '1', text: 'When?', choices: ['Morning', 'Evening'], multiple: false },
      { id: '2', text: 'With what?', choices: ['Power', 'Bike'], multiple: true },
    ],
  };

  it('are answered with choices and own words', async () => {
    const { server, card } = await openWaiting(request);
    await userEvent.click(card.getByRole('button', { name: 'Send answer' }));
    expect(card.getAllByText('Please answer this.')).toHaveLength(2);
    await userEvent.click(card.getByRole('radio', { name: 'Morning' }));
    await userEvent.click(card.getByRole('radio', { name: 'Evening' }));
    await userEvent.click(card.getByRole('checkbox', { name: 'Bike' }));
    const [, own] = card.getAllByRole('textbox', { name: 'Something else' });
    if (own) await userEvent.type(own, 'A dog{Enter}');
    await waitFor(() =>
      expect(answers(server)).toEqual([
        {
          kind: 'answers',
          answers: [
            { id: '1', choices: ['Evening'], text: '' },
            { id: '2', choices: ['Bike'], text: 'A dog' },
          ],
        },
      ]),
    );
  });

  it('can be left without an answer', async () => {
    const { server, card } = await openWaiting(request);
    await userEvent.click(card.getByRole('button', { name: 'Do not answer' }));
    await waitFor(() => expect(answers(server)).toEqual([{ kind: 'decline' }]));
  });
});

describe('what a server asks', () => {
  const schema = {
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 2, title: 'Name' },
      mail: { type: 'string', format: 'email', title: 'E-mail' },
      age: { type: 'integer', minimum: 18, title: 'Age' },
      news: { type: 'boolean', title: 'News', default: true },
      level: { type: 'string', enum: ['g', 's'], enumNames: ['Gold', 'Silver'], title: 'Level' },
    },
    required: ['name'],
  };

  it('is a form with fields that are checked', async () => {
    const { server, card } = await openWaiting(form(JSON.stringify(schema)));
    const send = card.getByRole('button', { name: 'Send' });
    await userEvent.click(send);
    expect(card.getByText('Please fill this in.')).toBeVisible();
    expect(card.getByRole('textbox', { name: 'Name' })).toHaveFocus();
    await userEvent.type(card.getByRole('textbox', { name: 'Name' }), 'Ada');
    await userEvent.type(card.getByRole('textbox', { name: 'E-mail (optional)' }), 'nowhere');
    await userEvent.type(card.getByRole('textbox', { name: 'Age (optional)' }), '17');
    await userEvent.click(send);
    expect(card.getByText('Please enter an e-mail address.')).toBeVisible();
    expect(card.getByText('It has to be at least 18.')).toBeVisible();
    await userEvent.type(card.getByRole('textbox', { name: 'E-mail (optional)' }), '@example.com');
    await userEvent.clear(card.getByRole('textbox', { name: 'Age (optional)' }));
    await userEvent.selectOptions(card.getByRole('combobox', { name: 'Level (optional)' }), 'Silver');
    await userEvent.click(send);
    await waitFor(() => expect(server.given).toHaveLength(1));
    const [answer] = answers(server);
    expect(answer?.kind === 'accept' ? JSON.parse(answer.content ?? '') : answer).toEqual({
      name: 'Ada',
      mail: 'nowhere@example.com',
      news: true,
      level: 's',
    });
  });

  it('can only be declined when its form is none of ours', async () => {
    const { server, card } = await openWaiting(form('{"properties":{"deep":{"type":"object"}}}'));
    expect(card.queryByRole('button', { name: 'Send' })).toBeNull();
    await userEvent.click(card.getByRole('button', { name: 'Decline' }));
    await waitFor(() => expect(answers(server)).toEqual([{ kind: 'decline' }]));
  });

  it('is an address that is shown whole and opened by a click, in a tab that knows nothing of this page', async () => {
    const url = 'https://pay.example.com/confirm?session=42';
    const { server, card } = await openWaiting({ kind: 'url', source: files, message: 'Pay', url });
    expect(card.getByText(url)).toBeVisible();
    expect(card.getByText('It leads to pay.example.com.')).toBeVisible();
    const link = card.getByRole('link', { name: /Open the page/ });
    expect(link).toHaveAttribute('href', url);
    expect(link).toHaveAttribute('rel', expect.stringContaining('noopener'));
    await userEvent.click(link);
    await waitFor(() => expect(answers(server)).toEqual([{ kind: 'accept' }]));
  });

  it('is never an address that leads elsewhere than to the web', async () => {
    const { card } = await openWaiting({ kind: 'url', source: files, message: 'Hi', url: 'javascript:alert(1)' });
    expect(card.queryByRole('link')).toBeNull();
    expect(card.getByText(/cannot be opened/)).toBeVisible();
  });

  it('is to sign in, in a tab of its own; the call goes on by itself afterwards', async () => {
    const location = { replace: vi.fn<(url: string) => void>() };
    const open = vi.fn<() => unknown>(() => ({ opener: window, location, close: () => undefined }));
    vi.stubGlobal('open', open);
    const { server, card, queryClient } = await openWaiting({ kind: 'sign-in', source: files });
    // As it was before the server asked; somebody may be signed in and still be asked for more.
    queryClient.setQueryData(mcpServersQuery.queryKey, [serverOf(true)]);
    let isSignedIn = false;
    server.handlers['GET /api/mcp/servers'] = () => json({ items: [{ ...serverOf(isSignedIn), isSignedIn: true }] });
    server.handlers['POST /api/mcp/servers/files/sign-in'] = () =>
      json({ authorizationUrl: 'https://login.example.com/authorize?state=1' });
    await userEvent.click(card.getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(location.replace).toHaveBeenCalledWith('https://login.example.com/authorize?state=1'));
    expect(await card.findByText(/Waiting until you have signed in/)).toBeVisible();
    await waitFor(() => expect(queryClient.getQueryData(mcpServersQuery.queryKey)?.[0]?.state).toBe('sign-in-needed'));
    expect(server.given).toHaveLength(0);
    isSignedIn = true;
    await waitFor(() => expect(answers(server)).toEqual([{ kind: 'accept' }]));
  });

  it('is a model’s answer, of which the prompt is shown first', async () => {
    const { server, card } = await openWaiting({ kind: 'sampling', source: files, prompt: 'Sum up <b>this</b>' });
    expect(card.getByText('Sum up <b>this</b>')).toBeVisible();
    await userEvent.click(card.getByRole('button', { name: 'Let the model answer' }));
    await waitFor(() => expect(answers(server)).toEqual([{ kind: 'accept' }]));
  });
});

/** A form by its JSON Schema. */
function form(schema: string): InputRequest {
  return { kind: 'form', source: files, message: 'Who?', schema };
}

function serverOf(isSignedIn: boolean) {
  const state = isSignedIn ? 'connected' : 'sign-in-needed';
  return mcpServerView('files', { title: 'Files', auth: 'oauth', state, isSignedIn });
}
