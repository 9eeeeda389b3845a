import type { Agent } from '@parley/contracts';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { problemAnswer } from '../../testing/fake-server.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { createAgentServer } from './testing/agent-server.ts';
import { agentId, agentOf, settingsOf, versionOf } from './testing/agents.ts';

interface ChatDouble {
  readonly initialChoice: { readonly model: string };
}

vi.mock('../chat/chat-page.tsx', () => ({
  ChatPage: ({ initialChoice }: ChatDouble) => <p>{`Chat with ${initialChoice.model}`}</p>,
}));

const one = `/agents/${agentId(1)}`;
const put = `PUT /api${one}`;
const nameField = () => screen.findByRole('textbox', { name: 'Name' });
const save = () => userEvent.click(screen.getByRole('button', { name: 'Save' }));

/** Everything this browser keeps. */
function keptHere(): string {
  return Object.keys(localStorage)
    .map((key) => localStorage.getItem(key))
    .join('\n');
}

async function open(path: string, change: Partial<Agent> = {}) {
  vi.stubGlobal('matchMedia', (media: string) =>
    Object.assign(new EventTarget(), { media, matches: media === '(min-width: 900px)' }),
  );
  const agent = agentOf(1, { name: 'Travel planner', version: 3, ...change });
  const server = createAgentServer([
    { agent, settings: settingsOf() },
    { agent: agentOf(2, { name: 'Researcher' }), settings: settingsOf({ name: 'Researcher' }) },
  ]);
  return { ...(await renderApp(server, path)), server, agent };
}

describe('the builder', () => {
  it('makes an agent, and goes on with it on the same page', async () => {
    const { server, router } = await open('/agents/new');
    const name = await nameField();
    expect(screen.getByText('Save it to try it')).toBeVisible();
    await userEvent.type(name, 'Poet');
    await userEvent.type(screen.getByLabelText('Temperature'), '0.9');
    await userEvent.click(screen.getByRole('button', { name: 'Save and try' }));
    await waitFor(() => expect(router.state.location.pathname).toBe(`/agents/${agentId(50)}`));
    expect(await screen.findByText(`Chat with ${agentId(50)}`)).toBeVisible();
    expect(screen.getByRole('textbox', { name: 'Name' })).toBe(name);
    expect(server.seen('POST /api/agents')[0]?.body).toMatchObject({
      name: 'Poet',
      model: 'chat-fast',
      parameters: { temperature: 0.9 },
    });
  });

  it('puts what is wrong at its field and goes to the first', async () => {
    const { server } = await open('/agents/new');
    await userEvent.type(await screen.findByLabelText('Top P'), '7');
    await save();
    expect(await screen.findByText('2 fields need your attention.')).toBeVisible();
    const name = await nameField();
    await waitFor(() => expect(name).toHaveFocus());
    expect(name).toHaveAccessibleDescription('Please enter a name');
    expect(screen.getByLabelText('Top P')).toHaveAccessibleDescription('Must be at most 1.');
    expect(server.seen('POST /api/agents')).toHaveLength(0);
    await userEvent.type(name, 'Poet');
    expect(name).not.toHaveAttribute('aria-invalid');
  });

  it('saves a new version with Ctrl+S and says so', async () => {
    const { server } = await open(one);
    await userEvent.type(await nameField(), ' 2');
    expect(screen.getByText('Unsaved changes')).toBeVisible();
    expect(screen.getByText(/You are trying version 3/)).toBeVisible();
    await userEvent.keyboard('{Control>}s{/Control}');
    expect(await screen.findByText('Saved as version 4')).toBeVisible();
    expect(server.seen(put)[0]?.body).toMatchObject({ baseVersion: 3, settings: { name: 'Travel planner 2' } });
    expect(screen.queryByText(/You are trying version/)).toBeNull();
  });

  it('brings back after a reload what was typed and not saved', async () => {
    await open(one);
    const name = await nameField();
    await userEvent.type(name, ' by train');
    window.dispatchEvent(new Event('pagehide'));
    document.body.replaceChildren();
    await open(one);
    expect(await screen.findByText('Your unsaved changes from last time are back.')).toBeVisible();
    expect(await nameField()).toHaveValue('Travel planner by train');
    await userEvent.click(screen.getByRole('button', { name: 'Discard them' }));
    expect(await nameField()).toHaveValue('Travel planner');
  });

  it('keeps what was typed when the page is left, and leads back', async () => {
    const { router } = await open(one);
    await userEvent.type(await nameField(), '!');
    await userEvent.click(screen.getByRole('link', { name: 'All agents' }));
    await screen.findByRole('heading', { name: 'Agents', level: 1 });
    await userEvent.click(screen.getByRole('button', { name: 'Go back' }));
    await waitFor(() => expect(router.state.location.pathname).toBe(one));
    expect(await nameField()).toHaveValue('Travel planner!');
  });

  it('forgets what was typed when somebody signs out', async () => {
    const { session } = await open(one);
    await userEvent.type(await nameField(), ' secret');
    window.dispatchEvent(new Event('pagehide'));
    expect(keptHere()).toContain('secret');
    session.end();
    expect(await screen.findByRole('heading', { name: 'Sign in to Parley' })).toBeVisible();
    expect(keptHere()).not.toContain('secret');
  });

  it('shows a newer version while nothing was changed, and otherwise says that there is one', async () => {
    const { server, agent, queryClient } = await open(one);
    const name = await nameField();
    const newer = (version: number, title: string) => {
      server.handlers[`GET /api${one}/settings`] = () =>
        Response.json({ agent: { ...agent, version }, settings: settingsOf({ name: title }) });
      return queryClient.refetchQueries({ queryKey: ['agents', 'settings'] });
    };
    await newer(4, 'By Grace');
    await waitFor(() => expect(name).toHaveValue('By Grace'));
    await userEvent.type(name, ' and me');
    await newer(5, 'By Grace again');
    expect(await screen.findByText('Meanwhile somebody saved version 5.')).toBeVisible();
    expect(name).toHaveValue('By Grace and me');
  });

  it('shows who was faster and what they changed, and keeps mine on top', async () => {
    const { server, agent } = await open(one);
    await userEvent.type(await nameField(), ' of mine');
    // Grace saves meanwhile.
    const stored = { agent: { ...agent, version: 4 }, settings: settingsOf({ instructions: 'Be brief.' }) };
    server.handlers[`GET /api${one}/settings`] = () => Response.json(stored);
    server.setVersions(agent, [
      versionOf(4, 'Grace Hopper', { instructions: 'Be brief.' }),
      versionOf(3, 'Ada Lovelace'),
    ]);
    const answer = server.handlers[put];
    server.handlers[put] = (request) => {
      const { baseVersion } = request.body as { baseVersion: number };
      if (baseVersion === 4) return Response.json({ ...stored, agent: { ...agent, version: 5 } });
      return answer?.({ ...request, body: { ...(request.body as object), baseVersion: 2 } }) ?? new Response();
    };
    await save();
    const dialog = within(await screen.findByRole('dialog', { name: 'Somebody else saved meanwhile' }));
    expect(await dialog.findByText(/Grace Hopper saved version 4/)).toBeVisible();
    expect(await dialog.findByText('Be brief.')).toBeVisible();
    await userEvent.click(dialog.getByRole('button', { name: 'Keep mine' }));
    expect(await screen.findByText('Saved as version 5')).toBeVisible();
    expect(server.seen(put).at(-1)?.body).toMatchObject({
      baseVersion: 4,
      settings: { name: 'Travel planner of mine' },
    });
  });

  it('chooses a whole server and other agents', async () => {
    const { server } = await open(one);
    await userEvent.click(await screen.findByRole('button', { name: 'Choose tools' }));
    const tools = within(screen.getByRole('dialog', { name: 'Choose tools' }));
    await userEvent.click(await tools.findByRole('checkbox', { name: /Write file/ }));
    await userEvent.click(tools.getByRole('checkbox', { name: 'Everything of Files' }));
    expect(tools.getByRole('checkbox', { name: /Read file/ })).toBeDisabled();
    await userEvent.click(tools.getByRole('button', { name: 'Done' }));
    const helpers = within(screen.getByRole('group', { name: 'Agents it may ask for help' }));
    await userEvent.click(helpers.getByRole('button', { name: 'Choose agents' }));
    const agents = within(screen.getByRole('dialog', { name: 'Agents it may ask for help' }));
    await userEvent.click(await agents.findByRole('checkbox', { name: /Researcher/ }));
    expect(agents.queryByRole('checkbox', { name: /Travel planner/ })).toBeNull();
    await userEvent.click(agents.getByRole('button', { name: 'Done' }));
    await save();
    await waitFor(() => expect(server.seen(put)).toHaveLength(1));
    expect(server.seen(put)[0]?.body).toMatchObject({
      settings: { tools: ['mcp/files'], subAgents: [agentId(2)] },
    });
  });

  it('orders conversation starters by their buttons', async () => {
    await open(one);
    const add = await screen.findByRole('button', { name: 'Add a starter' });
    for (const text of ['First', 'Second']) {
      await userEvent.click(add);
      await userEvent.type(screen.getByRole('textbox', { name: `Starter ${text === 'First' ? '1' : '2'}` }), text);
    }
    await userEvent.click(screen.getByRole('button', { name: 'Move starter 2 up' }));
    expect(screen.getByRole('textbox', { name: 'Starter 1' })).toHaveValue('Second');
    expect(screen.getByText('Moved to place 1')).toBeInTheDocument();
    await waitFor(() => expect(screen.getByRole('button', { name: 'Move starter 1 up' })).toHaveFocus());
    await userEvent.click(screen.getByRole('button', { name: 'Remove starter 1' }));
    expect(screen.getByRole('textbox', { name: 'Starter 1' })).toHaveValue('First');
  });

  it('puts a variable where the cursor is', async () => {
    await open(one);
    const field = await screen.findByRole<HTMLTextAreaElement>('textbox', {
      name: 'What the agent should know and do',
    });
    field.setSelectionRange(3, 3);
    await userEvent.click(screen.getByRole('button', { name: 'Insert variable' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: /Today’s date/ }));
    expect(field).toHaveValue('Ask{{current_date}} for dates first.');
  });

  it('is a page to read for those who may only use the agent', async () => {
    await open(one, { myRole: 'viewer', authorName: 'Grace Hopper' });
    expect(await screen.findByText(/Grace Hopper shares this agent with you/)).toBeVisible();
    expect(screen.getByRole('link', { name: 'Chat with Travel planner' })).toBeVisible();
  });

  it('says that an agent is not there', async () => {
    const server = createAgentServer();
    for (const path of [one, `${one}/settings`]) {
      server.handlers[`GET /api${path}`] = () => problemAnswer('agent-not-found');
    }
    await renderApp(server, one);
    expect(await screen.findByText('This agent does not exist')).toBeVisible();
  });
});

describe('the versions', () => {
  it('show what each changed, and bring one back', async () => {
    const { server, agent } = await open(one);
    server.setVersions(agent, [
      versionOf(3, 'Ada Lovelace'),
      versionOf(2, 'Grace Hopper', { name: 'Trips', instructions: 'Ask for dates.' }),
      versionOf(1, 'Ada Lovelace', { name: 'Trips', instructions: '' }),
    ]);
    server.handlers[`POST /api${one}/versions/2/restore`] = () =>
      Response.json({ agent: { ...agent, version: 4, name: 'Trips' }, settings: settingsOf({ name: 'Trips' }) });
    await nameField();
    fireEvent.click(screen.getByRole('button', { name: 'More actions for Travel planner' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Versions' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Versions' }));
    await userEvent.click(await dialog.findByRole('button', { name: /Version 2/ }));
    expect(await dialog.findByText('Ask for dates.')).toHaveTextContent('Added: Ask for dates.');
    await userEvent.click(dialog.getByRole('radio', { name: 'The newest' }));
    expect(dialog.getByText('Travel planner')).toHaveTextContent('Added: Travel planner');
    await userEvent.click(dialog.getByRole('button', { name: 'Restore this version' }));
    expect(await screen.findByText('Version 2 is back, as version 4')).toBeVisible();
    expect(await nameField()).toHaveValue('Trips');
  });
});
