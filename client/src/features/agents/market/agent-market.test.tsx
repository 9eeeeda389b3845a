import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { json, problemAnswer } from '../../../testing/fake-server.ts';
import { renderApp } from '../../../testing/render-app.tsx';
import { createAgentServer } from '../testing/agent-server.ts';
import { agentId, agentOf, settingsOf } from '../testing/agents.ts';

const planner = agentOf(1, { name: 'Planner', promoted: true, category: 'general' });
const lawyer = agentOf(2, { name: 'Lawyer', myRole: 'viewer', authorName: 'Grace Hopper' });

async function open(path = '/agents') {
  const server = createAgentServer([
    { agent: planner, settings: settingsOf() },
    { agent: lawyer, settings: settingsOf() },
  ]);
  const app = await renderApp(server, path);
  await screen.findByRole('heading', { name: 'Agents', level: 1 });
  return { ...app, server };
}

const card = async (name: string) => within(await screen.findByRole('listitem', { name }));
const queries = (server: Awaited<ReturnType<typeof open>>['server']) =>
  server.seen('GET /api/agents').map(({ url }) => Object.fromEntries(new URLSearchParams(url.split('?')[1])));

describe('the marketplace', () => {
  it('shows each agent with what may be done with it', async () => {
    await open();
    const own = await card('Planner');
    expect(own.getByText('Featured')).toBeVisible();
    expect(own.getByRole('link', { name: 'Chat with Planner' })).toHaveAttribute('href', `/c/new?agent=${agentId(1)}`);
    expect(own.getByRole('link', { name: 'Edit Planner' })).toBeVisible();
    const shared = await card('Lawyer');
    expect(shared.getByText('by Grace Hopper')).toBeVisible();
    expect(shared.queryByRole('link', { name: 'Edit Lawyer' })).toBeNull();
  });

  it('keeps shelf, category and search in the address', async () => {
    const { router, server } = await open('/agents?shelf=mine');
    expect(await screen.findByRole('radio', { name: 'Mine' })).toBeChecked();
    await userEvent.click(screen.getByRole('radio', { name: 'Writing' }));
    await userEvent.type(screen.getByRole('searchbox', { name: 'Search agents' }), 'trip');
    await waitFor(() =>
      expect(router.state.location.search).toEqual({ shelf: 'mine', category: 'writing', query: 'trip' }),
    );
    await waitFor(() =>
      expect(queries(server).at(-1)).toMatchObject({ shelf: 'mine', category: 'writing', query: 'trip' }),
    );
    // Not one request for each key.
    expect(queries(server).some(({ query }) => query === 'tri')).toBe(false);
  });

  it('says that nothing fits, and shows everything again', async () => {
    const { server, router } = await open('/agents?query=nothing');
    server.handlers['GET /api/agents'] = () => json({ items: [], nextCursor: null });
    await userEvent.type(await screen.findByRole('searchbox'), ' at all');
    expect(await screen.findByText('No agent fits')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Show all agents' }));
    await waitFor(() => expect(router.state.location.search).toEqual({}));
    expect(await screen.findByRole('link', { name: 'Build an agent' })).toHaveAttribute('href', '/agents/new');
  });

  it('shows more when asked, and tries again after a failure', async () => {
    const server = createAgentServer();
    server.handlers['GET /api/agents'] = () => problemAnswer('forbidden');
    await renderApp(server, '/agents');
    expect(await screen.findByText('The agents could not be loaded.')).toBeVisible();
    server.handlers['GET /api/agents'] = ({ url }) =>
      url.includes('cursor=next')
        ? json({ items: [lawyer], nextCursor: null })
        : json({ items: [planner], nextCursor: 'next' });
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await card('Planner');
    await userEvent.click(screen.getByRole('button', { name: 'Show more' }));
    await card('Lawyer');
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
  });

  it('deletes an agent only after a question', async () => {
    const { server } = await open();
    await userEvent.click((await card('Planner')).getByRole('button', { name: 'More actions for Planner' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Delete' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Delete “Planner”?' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(screen.queryByRole('listitem', { name: 'Planner' })).toBeNull());
    expect(server.seen(`DELETE /api/agents/${agentId(1)}`)).toHaveLength(1);
  });

  it('lets an admin feature and disable agents', async () => {
    const { server } = await open();
    server.handlers[`PATCH /api/agents/${agentId(2)}/standing`] = () => json({ ...lawyer, disabled: true });
    await userEvent.click((await card('Lawyer')).getByRole('button', { name: 'More actions for Lawyer' }));
    expect(await screen.findByRole('menuitem', { name: 'Feature in the marketplace' })).toBeVisible();
    await userEvent.click(screen.getByRole('menuitem', { name: 'Disable for everyone' }));
    expect(await screen.findByText('“Lawyer” is disabled for everyone')).toBeVisible();
    expect(server.seen(`PATCH /api/agents/${agentId(2)}/standing`)[0]?.body).toEqual({ disabled: true });
  });

  it('exports an agent as a file', async () => {
    const { server } = await open();
    const kept = vi.fn<(content: Blob) => string>(() => 'blob:file');
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: kept, revokeObjectURL: () => undefined }));
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue();
    const { subAgents: _, handOffs: __, ...settings } = settingsOf();
    const file = { format: 'parley-agent', formatVersion: 1, settings: { ...settings, subAgents: [], handOffs: [] } };
    server.handlers[`GET /api/agents/${agentId(1)}/export`] = () => json(file);
    await userEvent.click((await card('Planner')).getByRole('button', { name: 'More actions for Planner' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Export as a file' }));
    await waitFor(() => expect(click).toHaveBeenCalledOnce());
    expect(JSON.parse((await kept.mock.calls[0]?.[0].text()) ?? '')).toEqual(file);
    click.mockRestore();
  });
});

describe('importing an agent', () => {
  it('tells what had to be left out before it opens it', async () => {
    const { dialog, router } = await importFile({ format: 'parley-agent', formatVersion: 1, settings: settingsOf() });
    expect(await dialog.findByText('mcp/trains')).toBeVisible();
    await userEvent.click(dialog.getByRole('button', { name: 'Open the agent' }));
    await waitFor(() => expect(router.state.location.pathname).toBe(`/agents/${agentId(1)}`));
  });

  it('refuses a file that is none', async () => {
    const { dialog, server } = await importFile({ hello: 'world' });
    expect(await dialog.findByText(/This is not an agent file/)).toBeVisible();
    expect(server.seen('POST /api/agents/import')).toHaveLength(0);
  });
});

function fileOf(content: unknown): File {
  return new File([JSON.stringify(content)], 'agent.json', { type: 'application/json' });
}

async function importFile(content: unknown) {
  const { server, router } = await open();
  server.handlers['POST /api/agents/import'] = () =>
    json({ agent: planner, settings: settingsOf(), leftOut: ['mcp/trains'] }, 201);
  await userEvent.click(screen.getByRole('button', { name: 'Import' }));
  await userEvent.upload(screen.getByTestId('agent-file'), fileOf(content));
  return { server, router, dialog: within(screen.getByRole('dialog', { name: 'Import an agent' })) };
}
