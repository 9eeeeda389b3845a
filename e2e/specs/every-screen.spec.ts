import { projectRoutes } from '@parley/contracts';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { ask, composer, latestTurn, stopButton, untilAnswered, untilAnswerHas } from '../fixtures/chat-page.ts';
import { expectEveryLook } from '../fixtures/every-look.ts';
import { ownApi, type OwnApi } from '../fixtures/own-api.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { register, signInAs, type Person } from '../fixtures/people.ts';
import { startScriptedModel, type ScriptedModel } from '../fixtures/scripted-model.ts';

const rich = `## A heading

A [link](https://example.com), \`code\`, a formula $a^2 + b^2$ and a note.[^1]

- [x] one thing done
- [ ] another

| Town | People |
|---|--:|
| Ghent | 260,000 |

\`\`\`python
print("Hello")
\`\`\`

> A quotation.

[^1]: Of the note.`;

test.describe('every screen, in every theme and width', () => {
  // Each story goes on with the page of the one before; a fresh page for every look would take minutes.
  test.describe.configure({ mode: 'serial', timeout: 400_000 });
  let model: ScriptedModel;
  let parley: Parley;
  let page: Page;
  let person: Person;
  let api: OwnApi;

  test.beforeAll(async ({ browser }) => {
    model = await startScriptedModel();
    parley = await startParley({ OPENAI_REVERSE_PROXY: model.url, OPENAI_API_KEY: 'sk-e2e' });
    person = await register(parley.url, 'Ada');
    page = await signInAs(browser, parley.url, person, { reducedMotion: 'reduce' });
  });
  test.afterAll(async () => {
    await page.context().close();
    await parley.dispose();
    await model.close();
  });

  test('before somebody has signed in', async ({ browser }) => {
    const stranger = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
    await stranger.goto(`${parley.url}/sign-in`);
    await expect(stranger.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await expectEveryLook(stranger, 'sign-in');
    await stranger.getByLabel('E-mail address').fill(person.email);
    await stranger.getByLabel('Password', { exact: true }).fill('not the password');
    await stranger.getByRole('button', { name: 'Sign in' }).click();
    await expect(stranger.getByText('E-mail address or password is wrong')).toBeVisible();
    await expectEveryLook(stranger, 'sign-in refused');
    await stranger.getByRole('link', { name: 'Create account' }).click();
    await expect(stranger.getByRole('button', { name: 'Create account' })).toBeVisible();
    await expectEveryLook(stranger, 'sign-up');
    await stranger.getByRole('button', { name: 'Create account' }).click();
    await expectEveryLook(stranger, 'sign-up with errors');
    await stranger.goto(`${parley.url}/docs/README`);
    await expect(stranger.getByRole('heading', { level: 1 }).first()).toBeVisible();
    await expectEveryLook(stranger, 'documentation');
    await stranger.goto(`${parley.url}/no/such/page`);
    await expect(stranger.getByText('There is nothing here')).toBeVisible();
    await expectEveryLook(stranger, 'not found');
    await stranger.context().close();
  });

  test('a chat: empty, streaming, stopped, failed, idle', async () => {
    await expect(page.getByText('No chats yet')).toBeVisible();
    await expectEveryLook(page, 'new chat');
    await expectEveryLook(page, 'no chats', sidebarOpen(page));

    model.play({ kind: 'stall', afterWords: 60 });
    await ask(page, 'Never end');
    await untilAnswerHas(page, 150);
    await expectEveryLook(page, 'streaming');
    await ask(page, 'This waits its turn');
    await expect(page.getByRole('region', { name: 'Waiting messages' })).toContainText('This waits its turn');
    await expectEveryLook(page, 'streaming with a waiting prompt');
    await page
      .getByRole('region', { name: 'Waiting messages' })
      .getByRole('button', { name: /^Remove/ })
      .click();
    await stopButton(page).click();
    await untilAnswered(page);
    await expectEveryLook(page, 'stopped');

    model.play({ kind: 'status', status: 401, message: 'Incorrect API key provided' });
    await ask(page, 'Fail');
    await untilAnswered(page);
    await expect(latestTurn(page)).toContainText('Incorrect API key provided');
    await expectEveryLook(page, 'failed');

    model.play({ kind: 'text', text: rich, pauseMs: 0 });
    await ask(page, 'Show me everything');
    await untilAnswered(page);
    await expect(latestTurn(page).locator('.katex').first()).toBeAttached();
    await expectEveryLook(page, 'idle, with a rich answer');
  });

  test('what opens over and beside a chat', async () => {
    model.play({ kind: 'text', text: rich, pauseMs: 0 });
    await page.goto(`${parley.url}/c/new`);
    await expect(page.getByRole('button', { name: /Model: / })).toBeVisible();
    await ask(page, 'Show me everything once more');
    await expect(latestTurn(page)).toContainText('A quotation.');
    await untilAnswered(page);
    for (const [entry, heading] of [
      ['Show tree', 'Tree of this chat'],
      ['Details', 'Details'],
      ['What was sent', 'What was sent'],
    ] as const) {
      await latestTurn(page).getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: entry }).click();
      await expect(page.getByRole('heading', { name: heading })).toBeVisible();
      await expect(page.getByText('Loading…')).toHaveCount(0);
      await expectEveryLook(page, `side panel: ${entry}`);
      await page.getByRole('button', { name: 'Close', exact: true }).click();
    }

    await latestTurn(page).focus();
    await page.keyboard.press('b');
    await expect(page.getByRole('dialog', { name: 'Fork this chat' })).toBeVisible();
    await expectEveryLook(page, 'fork');
    await page.keyboard.press('Escape');
    await latestTurn(page).focus();
    await page.keyboard.press('e');
    await expect(page.getByRole('textbox', { name: 'Edit answer' })).toBeFocused();
    await expectEveryLook(page, 'an answer being edited');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: /^Settings for this chat/ }).click();
    await expect(page.getByText('No presets yet')).toBeVisible();
    await expectEveryLook(page, 'settings of a chat, presets');
    await page.keyboard.press('Escape');

    const palette = page.getByRole('combobox', { name: 'Search chats, messages and commands' });
    await expect(async () => {
      await page.keyboard.press('ControlOrMeta+K');
      await expect(palette).toBeFocused({ timeout: 1000 });
    }).toPass({ timeout: 20_000 });
    await expectEveryLook(page, 'palette');
    await palette.fill('theme');
    await expect(page.getByRole('option').first()).toBeVisible();
    await expectEveryLook(page, 'palette with results');
    await page.keyboard.press('Escape');
    await latestTurn(page).focus();
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await expectEveryLook(page, 'shortcut list');
    await page.keyboard.press('Escape');

    await page.goto(`${parley.url}/c/new`);
    await page.getByRole('button', { name: 'Temporary chat' }).click();
    await expectEveryLook(page, 'temporary chat, empty');
    await ask(page, 'Whisper');
    await expect(page.getByText(/Temporary: deleted on/)).toBeVisible();
    await untilAnswered(page);
    await expectEveryLook(page, 'temporary chat');
    await page.goto(`${parley.url}/c/00000000-0000-4000-8000-000000000000`);
    await expect(page.getByText('This conversation does not exist')).toBeVisible();
    await expectEveryLook(page, 'unknown chat');
  });

  test('lists that are still empty, and settings', async () => {
    for (const [path, says] of [
      ['/projects', 'No projects yet'],
      ['/prompts', 'No prompts yet'],
      ['/archive', 'The archive is empty'],
      ['/search', 'Find anything you talked about'],
      ['/search?q=zzzz', 'Nothing was found'],
    ] as const) {
      await page.goto(parley.url + path);
      await expect(page.getByText(says)).toBeVisible();
      await expectEveryLook(page, `${path}, empty`);
    }
    for (const [path, heading] of [
      ['/agents', 'Agents'],
      ['/agents/new', 'New agent'],
      ['/mcp', 'MCP servers'],
      ['/actions', 'Actions'],
      ['/admin', 'Administration'],
      ['/settings', 'Settings'],
    ] as const) {
      await page.goto(parley.url + path);
      await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
      await page.waitForLoadState('networkidle');
      await expectEveryLook(page, path);
    }
  });

  test('a chat on paper, and its end', async () => {
    model.play({ kind: 'text', text: rich, pauseMs: 0 });
    await page.goto(`${parley.url}/c/new`);
    await ask(page, 'Show me everything on paper');
    await expect(latestTurn(page)).toContainText('A quotation.');
    await untilAnswered(page);
    await page.goto(`${page.url()}/print`);
    await expect(page.getByText('2 messages', { exact: true })).toBeVisible();
    await expectEveryLook(page, 'print page');
    await page.goto(`${parley.url}/settings`);
    await page.getByRole('button', { name: 'Delete all…' }).click();
    await expect(page.getByLabel('Type “delete” to go on')).toBeVisible();
    await expectEveryLook(page, 'delete all chats');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Delete account…' }).click();
    await expect(page.getByRole('dialog')).toContainText('only admin');
    await expectEveryLook(page, 'delete account');
    await page.keyboard.press('Escape');
  });

  test('lists with something in them', async () => {
    api = await ownApi(page, parley.url);
    const data = { name: 'Orchard', instructions: 'Answer as a gardener.', color: 'green' };
    const project = projectRoutes.create.response.parse(await api.post('/api/projects', data));
    const apples = await api.begin('Apples');
    const pears = await api.begin('Pears');
    await api.patch(`/api/conversations/${apples}`, { projectId: project.id, tags: ['fruit'] });
    await api.patch(`/api/conversations/${pears}`, { archived: true });
    await api.post('/api/prompts', {
      name: 'Review',
      description: 'Looks at code',
      category: 'Coding',
      command: 'review',
      text: 'Review {{what}}.',
    });

    await page.goto(`${parley.url}/projects`);
    await expect(page.getByText('1 chat', { exact: true })).toBeVisible();
    await expectEveryLook(page, 'projects');
    await page.getByRole('link', { name: 'Orchard' }).click();
    await expect(page.getByRole('heading', { name: 'Orchard' })).toBeVisible();
    await expectEveryLook(page, 'a project');
    await page.goto(`${parley.url}/prompts`);
    await expect(page.getByRole('heading', { level: 2, name: 'Review' })).toBeVisible();
    await expectEveryLook(page, 'prompts');
    await page.getByRole('button', { name: 'New prompt' }).click();
    await expect(page.getByRole('dialog').getByLabel('Name')).toBeVisible();
    await expectEveryLook(page, 'prompt editor');
    await page.goto(`${parley.url}/archive`);
    await expect(page.getByRole('main').getByText('Pears')).toBeVisible();
    await expectEveryLook(page, 'archive');
    await page.goto(`${parley.url}/search?q=apples`);
    await expect(page.getByRole('list', { name: 'Results' }).getByRole('listitem').first()).toBeVisible();
    await page.getByRole('button', { name: 'Filters' }).click();
    await expectEveryLook(page, 'search with hits and filters');

    await page.goto(`${parley.url}/c/new`);
    await expect(composer(page)).toBeVisible();
    await expectEveryLook(page, 'sidebar', sidebarOpen(page));
    await page.getByRole('button', { name: 'Select chats' }).click();
    await page.getByRole('checkbox', { name: 'Apples', exact: true }).check();
    await expectEveryLook(page, 'selecting chats', {
      narrow: async () => {
        await showSidebar(page);
        await expect(page.getByRole('checkbox', { name: 'Apples', exact: true })).toBeVisible();
      },
    });
  });
});

/** A narrow page shows the sidebar only when it is asked for. */
function sidebarOpen(page: Page) {
  return { narrow: () => showSidebar(page) };
}

async function showSidebar(page: Page): Promise<void> {
  const bar: Locator = page.getByRole('navigation', { name: 'Conversations' });
  if (!(await bar.isVisible())) await page.getByRole('button', { name: 'Open sidebar' }).click();
  await expect(bar).toBeVisible();
}
