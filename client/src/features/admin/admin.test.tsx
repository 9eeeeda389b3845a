import type { Agent, AgentId, AuditEntry, Group, Role } from '@parley/contracts';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { createFakeServer, json, problemAnswer, sessionOf } from '../../testing/fake-server.ts';
import type { SeenRequest } from '../../testing/fake-server.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { signedIn } from '../../testing/signed-in.ts';

const grace = '22222222-2222-4222-8222-222222222222';

function entry(id: string, extra: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id,
    at: '2026-11-20T10:00:00.000Z',
    actor: null,
    action: 'tool-approved',
    subject: `notes__add_${id}`,
    details: { scope: 'once' },
    ...extra,
  };
}

async function open(
  section: string,
  handlers: Record<string, (request: SeenRequest) => Response> = {},
  role: Role = 'ADMIN',
) {
  const { user, ...rest } = sessionOf('token');
  const session = { ...rest, user: { ...user, role } };
  const server = createFakeServer({
    ...signedIn(session),
    ...handlers,
  });
  await renderApp(server, `/admin?section=${section}`);
  await screen.findByRole('heading', { level: 1, name: 'Administration' });
  return server;
}

describe('the audit', () => {
  it('goes back page by page and can be narrowed', async () => {
    const server = await open('audit', {
      'GET /api/admin/audit': ({ url }) => {
        if (url.includes('action=')) return json({ items: [entry('9', { action: 'tool-denied' })], nextCursor: null });
        return url.includes('cursor=')
          ? json({ items: [entry('2')], nextCursor: null })
          : json({ items: [entry('1')], nextCursor: 'next' });
      },
    });
    const list = within(await screen.findByRole('list', { name: 'Audit' }));
    expect(list.getByText('notes__add_1')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Show older entries' }));
    expect(await list.findByText('notes__add_2')).toBeVisible();
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Show only' }), 'Denied a tool');
    expect(await screen.findByText('notes__add_9')).toBeVisible();
    expect(server.seen('GET /api/admin/audit').at(-1)?.url).toContain('action=tool-denied');
  });

  it('is for admins', async () => {
    await open('audit', {}, 'USER');
    expect(await screen.findByText('Only admins can see this page.')).toBeVisible();
  });

  it('can be asked for again when it failed', async () => {
    const server = await open('audit', { 'GET /api/admin/audit': () => problemAnswer('forbidden') });
    const retry = await screen.findByRole('button', { name: 'Try again' });
    server.handlers['GET /api/admin/audit'] = () => json({ items: [], nextCursor: null });
    await userEvent.click(retry);
    expect(await screen.findByText('Nothing has been decided yet')).toBeVisible();
  });
});

describe('groups', () => {
  it('are made of people that are found by name', async () => {
    const groups: Group[] = [];
    const server = await open('groups', {
      'GET /api/groups': () => json({ items: groups }),
      'GET /api/principals': () =>
        json({
          items: [
            { principal: { type: 'user', id: grace }, name: 'Grace Hopper', detail: 'grace@example.com' },
            { principal: { type: 'role', id: 'USER' }, name: 'Users' },
          ],
        }),
      'POST /api/groups': ({ body }) =>
        json({ id: '33333333-3333-4333-8333-333333333333', name: String(Object(body).name), members: [] }, 201),
    });
    await userEvent.click(await screen.findByRole('button', { name: 'New group' }));
    const dialog = within(screen.getByRole('dialog', { name: 'New group' }));
    await userEvent.type(dialog.getByRole('textbox', { name: 'Name' }), 'Writers');
    await userEvent.type(dialog.getByRole('combobox', { name: 'Add people' }), 'gra');
    await userEvent.click(await dialog.findByRole('option', { name: /Grace Hopper/ }));
    expect(dialog.getByRole('button', { name: 'Take Grace Hopper out' })).toBeVisible();
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(server.seen('POST /api/groups')[0]?.body).toEqual({ name: 'Writers', memberIds: [grace] }),
    );
    expect(await screen.findByText('Writers was saved')).toBeVisible();
  });
});

describe('the agents of everybody', () => {
  const poet: Agent = {
    id: '33333333-3333-4333-8333-333333333333' as AgentId,
    version: 1,
    name: 'Poet',
    description: '',
    avatar: null,
    category: null,
    conversationStarters: [],
    myRole: 'viewer',
    authorName: 'Ada Lovelace',
    promoted: false,
    disabled: false,
    createdAt: '2026-11-20T10:00:00.000Z',
    updatedAt: '2026-11-20T10:00:00.000Z',
  };

  it('are listed with their use, promoted and disabled', async () => {
    let agent = poet;
    const server = await open('agents', {
      'GET /api/admin/agents': () =>
        json({ items: [{ agent, turns: 12, users: 3, usage: { input: 1000, output: 234 } }] }),
      [`PATCH /api/agents/${poet.id}/standing`]: ({ body }) => {
        agent = { ...agent, ...(body as Partial<Agent>) };
        return json(agent);
      },
    });
    const row = within(await screen.findByRole('row', { name: /Poet/ }));
    expect(row.getByText('1,234')).toBeVisible();
    await userEvent.click(row.getByRole('button', { name: 'Promote or disable Poet' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Promote' }));
    expect(await row.findByText('Promoted')).toBeVisible();
    await userEvent.click(row.getByRole('button', { name: 'Promote or disable Poet' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Disable' }));
    expect(await row.findByText('Disabled')).toBeVisible();
    const bodies = server.seen(`PATCH /api/agents/${poet.id}/standing`).map(({ body }) => body);
    expect(bodies).toEqual([{ promoted: true }, { disabled: true }]);
  });
});

describe('tool rules', () => {
  it('are added, checked and saved together', async () => {
    const server = await open('tools', {
      'GET /api/admin/tool-policy': () => json({ rules: [{ pattern: 'fetch_page', effect: 'deny' }] }),
      'PUT /api/admin/tool-policy': ({ body }) => json(body),
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Add a rule' }));
    await userEvent.click(screen.getByRole('button', { name: 'Save rules' }));
    expect(await screen.findByText('Please enter a pattern')).toBeVisible();
    expect(server.seen('PUT /api/admin/tool-policy')).toHaveLength(0);

    const second = within(screen.getByRole('group', { name: 'Rule 2' }));
    await userEvent.type(second.getByRole('textbox', { name: 'Tools' }), 'mcp/files/*');
    await userEvent.selectOptions(second.getByRole('combobox', { name: 'May run' }), 'allow');
    await userEvent.selectOptions(second.getByRole('combobox', { name: 'For' }), 'ADMIN');
    await userEvent.click(screen.getByRole('button', { name: 'Remove rule 1' }));
    await userEvent.click(screen.getByRole('button', { name: 'Save rules' }));
    await waitFor(() =>
      expect(server.seen('PUT /api/admin/tool-policy')[0]?.body).toEqual({
        rules: [{ pattern: 'mcp/files/*', effect: 'allow', roles: ['ADMIN'] }],
      }),
    );
    expect(await screen.findByText('The rules were saved')).toBeVisible();
  });
});
