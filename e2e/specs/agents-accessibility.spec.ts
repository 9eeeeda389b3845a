import { agentRoutes, authRoutes, type Route, type RouteArguments } from '@parley/contracts';
import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, expectReflow } from '../fixtures/accessible.ts';
import { ask, createFirstAccount } from '../fixtures/chat-page.ts';
import { startNotesServer, type NotesServer } from '../fixtures/notes-server.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { startToolModel, type Asked, type Said, type ToolModel } from '../fixtures/tool-model.ts';

/** What the model says: it asks to write a note down, asks its user, or has nothing to add. */
function decide({ prompt, results }: Asked): Said {
  if (results.length > 0) return 'Thank you.';
  if (prompt.includes('note')) return [{ name: 'notes__add_note', input: { text: 'A draft', tags: ['a', 'b'] } }];
  if (prompt.includes('question')) {
    const questions = [{ question: 'Which colour?', choices: ['Red', 'Green'] }, { question: 'And why?' }];
    return [{ name: 'ask_user', input: { questions } }];
  }
  return 'Hello.';
}

test.describe('the screens of agents and tools', () => {
  let notes: NotesServer;
  let model: ToolModel;
  let parley: Parley;

  test.beforeAll(async () => {
    notes = await startNotesServer();
    model = await startToolModel(decide);
    parley = await startParley(
      { OPENAI_REVERSE_PROXY: model.url, OPENAI_API_KEY: 'sk-e2e' },
      { settings: `mcpServers:\n  notes:\n    title: 'Notes'\n    url: '${notes.url}'\n` },
    );
  });
  test.afterAll(async () => {
    await parley.dispose();
    await model.close();
    await notes.close();
  });

  test('have no accessibility violation in either theme', async ({ page }) => {
    test.setTimeout(420_000);
    const check = async (screen: string) => {
      await expectAccessible(page, screen);
      await expectReflow(page, screen);
    };
    const open = async (path: string, heading: string) => {
      await page.goto(parley.url + path);
      await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    };
    await createFirstAccount(page, parley.url);

    await open('/agents', 'Agents');
    await check('marketplace without agents');
    const { agent } = agentRoutes.create.response.parse(
      await send(page, parley.url, agentRoutes.create, {
        body: {
          name: 'Notekeeper',
          description: 'Keeps notes for everybody.',
          avatar: null,
          instructions: 'You keep notes.',
          endpoint: 'Parley',
          model: 'chat-fast',
          parameters: {},
          tools: ['mcp/notes', 'calculator', 'ask_user'],
          subAgents: [],
          handOffs: [],
          conversationStarters: ['What did I note?'],
          limits: { steps: 25, seconds: null, costMicroUsd: null },
          category: 'writing',
        },
      }),
    );
    await open('/agents', 'Agents');
    await expect(page.getByText('Keeps notes for everybody.')).toBeVisible();
    await check('marketplace');

    await page.goto(`${parley.url}/agents/${agent.id}`);
    await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Notekeeper');
    await check('builder');
    await page.getByRole('button', { name: 'Change tools' }).click();
    await expect(page.getByRole('dialog', { name: 'Choose tools' })).toBeVisible();
    await check('choosing tools');
    await page.keyboard.press('Escape');
    await page.goto(`${parley.url}/agents/new`);
    await page.getByRole('button', { name: 'Save', exact: true }).first().click();
    await check('builder with errors');

    await open('/mcp', 'MCP servers');
    await page.getByRole('button', { name: 'Test Notes' }).click();
    await expect(page.getByText(/Notes answers/)).toBeVisible();
    await page.getByRole('button', { name: '2 tools of Notes' }).click();
    await expect(page.getByText('Add a note')).toBeVisible();
    await check('MCP servers');
    await page.getByRole('button', { name: 'Add a server' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
    await check('adding an MCP server, with errors');

    await open('/actions', 'Actions');
    await check('actions');
    for (const section of ['agents', 'groups', 'tools', 'audit']) {
      await open(`/admin?section=${section}`, 'Administration');
      await page.waitForLoadState('networkidle');
      await check(`administration of ${section}`);
    }
    await page.goto(`${parley.url}/settings`);
    await expect(page.getByRole('region', { name: 'Keys for programs' })).toBeVisible();
    await check('settings');

    await page.goto(`${parley.url}/agents`);
    await page.getByRole('link', { name: 'Chat with Notekeeper' }).click();
    await expect(page.getByText('What did I note?')).toBeVisible();
    await check('a chat with an agent, before its first question');
    await ask(page, 'Please note this');
    const card = page.getByRole('region', { name: 'Allow “Add a note”?' });
    await expect(card).toBeVisible();
    await check('approval');
    await card.getByRole('button', { name: 'Edit' }).click();
    await check('approval, editing');
    await card.getByRole('button', { name: 'Deny' }).click();
    await expect(page.getByRole('log')).toContainText('Thank you.');
    await check('after a denial');
    await ask(page, 'Ask me a question');
    await expect(page.getByText('Which colour?')).toBeVisible();
    await check('questions');
  });
});

/** Sends a request with the page's own session. */
async function send<R extends Route>(page: Page, url: string, route: R, input: RouteArguments<R>): Promise<unknown> {
  const session = await page.request.post(`${url}/api/auth/refresh`, { headers: { origin: url } });
  const { accessToken } = authRoutes.refresh.response.parse(await session.json());
  const { body }: { body?: unknown } = input;
  const response = await page.request.fetch(url + route.path, {
    method: route.method,
    headers: { authorization: `Bearer ${accessToken}` },
    ...(body === undefined ? {} : { data: body }),
  });
  expect(response.ok(), await response.text()).toBe(true);
  return await response.json();
}
