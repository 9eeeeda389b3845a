import type { Conversation } from '@parley/contracts';
import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { json, problemAnswer } from '../../testing/fake-server.ts';
import { mcpServerView } from '../../testing/mcp-server-view.ts';
import { createChatServer } from './testing/chat-server.ts';
import {
  answerOf,
  conversation,
  conversationId,
  generationId,
  questionOf,
  runningAnswerOf,
} from './testing/messages.ts';
import { renderChat } from './testing/render-chat.tsx';
import { agentId, files, researcher, toolOf } from './testing/tool-calls.ts';

const builtIn = { kind: 'built-in', title: 'Built in' } as const;
const tools = [
  toolOf('calculator', 'Calculator', builtIn),
  toolOf('mcp/files/read', 'Read file', files),
  toolOf('mcp/files/delete', 'Delete file', files, 'ask'),
];
const server = mcpServerView('files', { title: 'Files', origin: 'config', state: 'connected', toolCount: 2 });

function createServer(used: Partial<Conversation> = {}, messages = [questionOf(1, null), answerOf(2, 1)]) {
  const chat = createChatServer(messages);
  chat.handlers['GET /api/tools'] = () => json({ items: tools });
  chat.handlers['GET /api/mcp/servers'] = () => json({ items: [server] });
  chat.handlers['GET /api/agents'] = () => json({ items: [researcher], nextCursor: null });
  chat.handlers[`GET /api/agents/${agentId}`] = () => json(researcher);
  chat.handlers[`GET /api/conversations/${conversationId}`] = () => json({ ...conversation, ...used });
  return chat;
}

const byAgent = { endpoint: 'agents', model: agentId, agent: { id: agentId, version: 3, name: 'Researcher' } };

async function ask(text: string) {
  await userEvent.type(await screen.findByRole('textbox', { name: 'Message' }), `${text}{Enter}`);
}

async function openTools() {
  await userEvent.click(await screen.findByRole('button', { name: /^Tools/ }));
  return within(await screen.findByRole('dialog', { name: 'Tools for this chat' }));
}

async function chooseAgent() {
  await userEvent.click(await screen.findByRole('button', { name: 'Model: chat-fast' }));
  await userEvent.click(await screen.findByRole('option', { name: /Researcher/ }));
  await screen.findByRole('button', { name: 'Agent: Researcher' });
}

describe('the tool menu', () => {
  it('turns single tools and whole servers on, and sends them with the next message', async () => {
    const chat = createServer();
    renderChat(chat, conversationId);
    const menu = await openTools();
    await userEvent.click(await menu.findByRole('checkbox', { name: 'Calculator' }));
    await userEvent.click(menu.getByRole('checkbox', { name: 'Files' }));
    await userEvent.click(menu.getByRole('button', { name: 'Show the tools of Files' }));
    expect(menu.getByRole('checkbox', { name: 'Read file' })).toBeChecked();
    await userEvent.click(menu.getByRole('checkbox', { name: 'Delete file' }));
    expect(menu.getByRole('checkbox', { name: 'Files' })).toBePartiallyChecked();
    await userEvent.keyboard('{Escape}');
    expect(await screen.findByRole('button', { name: 'Tools: 2 on' })).toHaveFocus();
    await ask('Read it');
    await waitFor(() => expect(chat.started).toHaveLength(1));
    expect(chat.started[0]).toMatchObject({ text: 'Read it', tools: ['calculator', 'mcp/files/read'] });
  });

  it('sends no tools once all are off, whatever the chat used before', async () => {
    const chat = createServer({ tools: ['calculator', 'mcp/files'] });
    renderChat(chat, conversationId);
    const menu = await openTools();
    await userEvent.click(await menu.findByRole('button', { name: 'Turn all off' }));
    await userEvent.keyboard('{Escape}');
    await ask('Without');
    await waitFor(() => expect(chat.started).toHaveLength(1));
    expect(Object.keys(chat.started[0] ?? {}).toSorted()).toEqual([
      'endpoint',
      'generationId',
      'model',
      'parentMessageId',
      'text',
    ]);
  });

  it('offers the code interpreter as one choice', async () => {
    const chat = createServer();
    const code = { kind: 'code', id: 'interpreter', title: 'Code interpreter' } as const;
    const names = ['execute_code', 'list_files', 'read_file'];
    chat.handlers['GET /api/tools'] = () =>
      json({ items: names.map((name) => toolOf(`code/interpreter/${name}`, name, code)) });
    renderChat(chat, conversationId);
    const menu = await openTools();
    await userEvent.click(await menu.findByRole('checkbox', { name: 'Code interpreter' }));
    expect(menu.queryByText('execute_code')).not.toBeInTheDocument();
    await userEvent.keyboard('{Escape}');
    await ask('Run it');
    await waitFor(() => expect(chat.started[0]).toMatchObject({ tools: ['code/interpreter'] }));
  });

  it('begins with the tools of the chat’s newest turn, and new chats with those chosen last', async () => {
    const first = renderChat(createServer({ tools: ['calculator', 'mcp/files'] }), conversationId);
    const menu = await openTools();
    await userEvent.click(await menu.findByRole('checkbox', { name: 'Calculator' }));
    first.unmount();
    const chat = createServer();
    renderChat(chat);
    expect(await screen.findByRole('button', { name: 'Tools: 1 on' })).toBeVisible();
    await screen.findByRole('button', { name: 'Model: chat-fast' });
    await ask('Hello');
    await waitFor(() => expect(chat.started[0]).toMatchObject({ tools: ['mcp/files'] }));
  });

  it('goes along with what waits in the queue', async () => {
    const chat = createServer({ tools: ['calculator'] }, [questionOf(1, null), runningAnswerOf(2, 1)]);
    renderChat(chat, conversationId);
    await screen.findByRole('button', { name: 'Stop' });
    await screen.findByRole('button', { name: 'Tools: 1 on' });
    await ask('Later');
    await waitFor(() =>
      expect(chat.queues.get(generationId(2))).toMatchObject([{ text: 'Later', tools: ['calculator'] }]),
    );
  });

  it('offers to sign in to a server that needs it, and says when the list cannot be had', async () => {
    const chat = createServer();
    chat.handlers['GET /api/mcp/servers'] = () =>
      json({ items: [{ ...server, name: 'mail', title: 'Mail', state: 'sign-in-needed', toolCount: null }] });
    const first = renderChat(chat, conversationId);
    expect(await (await openTools()).findByRole('button', { name: 'Sign in to Mail' })).toBeVisible();
    first.unmount();
    chat.handlers['GET /api/tools'] = () => problemAnswer('forbidden');
    renderChat(chat, conversationId);
    expect(await (await openTools()).findByRole('alert')).toHaveTextContent('The tools could not be loaded.');
  });
});

describe('an agent in a chat', () => {
  it('is chosen beside the models, greets with its starters, and answers what they ask', async () => {
    const chat = createServer();
    renderChat(chat);
    await chooseAgent();
    expect(await screen.findByRole('heading', { name: 'Researcher' })).toBeVisible();
    expect(screen.getByText('Looks things up')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'What is new?' }));
    await waitFor(() =>
      expect(chat.started).toMatchObject([{ text: 'What is new?', endpoint: 'agents', model: agentId }]),
    );
    expect(chat.started[0]).not.toHaveProperty('agentVersion');
    expect(await screen.findByRole('article', { name: 'Researcher' })).toBeVisible();
  });

  it('is found by keyboard alone', async () => {
    renderChat(createServer(), conversationId);
    const button = await screen.findByRole('button', { name: 'Model: chat-fast' });
    await waitFor(() => expect(button).toBeEnabled());
    button.focus();
    await userEvent.keyboard('{Enter}');
    const list = await screen.findByRole('listbox', { name: 'Who answers' });
    await screen.findByRole('option', { name: /Researcher/ });
    await waitFor(() => expect(list).toHaveFocus());
    await userEvent.keyboard('{Home}{Enter}');
    expect(await screen.findByRole('button', { name: 'Agent: Researcher' })).toBeVisible();
    await waitFor(() => expect(screen.getByRole('textbox', { name: 'Message' })).toHaveFocus());
  });

  it('stays in its version until somebody moves on, once', async () => {
    const chat = createServer(byAgent);
    renderChat(chat, conversationId);
    expect(await screen.findByText(/This chat uses version 3/)).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Use version 5' }));
    expect(screen.getByText('Your next message is answered by version 5.')).toBeVisible();
    await ask('Go on');
    await waitFor(() => expect(chat.started).toMatchObject([{ model: agentId, agentVersion: 5 }]));
    await waitFor(() => expect(screen.queryByText(/version/)).toBeNull());
  });

  it('that is gone is named, and a model answers', async () => {
    const chat = createServer(byAgent);
    chat.handlers[`GET /api/agents/${agentId}`] = () => problemAnswer('agent-not-found');
    renderChat(chat, conversationId);
    expect(await screen.findByText(/Researcher does not exist any more/)).toBeVisible();
    expect(screen.getByRole('button', { name: 'Model: chat-fast' })).toBeVisible();
  });

  it('that an admin has disabled is named, and a model answers', async () => {
    const chat = createServer(byAgent);
    chat.handlers[`GET /api/agents/${agentId}`] = () => json({ ...researcher, disabled: true });
    renderChat(chat, conversationId);
    expect(await screen.findByText(/An admin has disabled Researcher/)).toBeVisible();
  });
});
