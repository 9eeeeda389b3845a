import { randomUUID } from 'node:crypto';
import { authRoutes, generationRoutes, generationStateSchema, startedGenerationSchema } from '@parley/contracts';
import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, expectReflow } from '../fixtures/accessible.ts';
import { ask, composer, createFirstAccount, untilAnswered } from '../fixtures/chat-page.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { startScriptedModel, type ScriptedModel } from '../fixtures/scripted-model.ts';

/** A person's own words to the api, with the session of a page. */
async function apiOf(page: Page, url: string) {
  const session = await page.request.post(`${url}/api/auth/refresh`, { headers: { origin: url } });
  const { accessToken } = authRoutes.refresh.response.parse(await session.json());
  const headers = { authorization: `Bearer ${accessToken}`, origin: url };
  return {
    async say(conversationId: string, parentMessageId: string | null, text: string) {
      const path = generationRoutes.start.path.replace(':id', conversationId);
      const data = { generationId: randomUUID(), parentMessageId, text, endpoint: 'Parley', model: 'chat-fast' };
      const response = await page.request.post(url + path, { headers, data });
      expect(response.status(), await response.text()).toBe(202);
      const started = startedGenerationSchema.parse(await response.json());
      const state = url + generationRoutes.state.path.replace(':id', started.generationId);
      await expect
        .poll(
          async () => generationStateSchema.parse(await (await page.request.get(state, { headers })).json()).status,
          { intervals: [50], timeout: 20_000 },
        )
        .not.toBe('running');
      return started;
    },
  };
}

test.describe('search, palette and keys', () => {
  test.describe.configure({ mode: 'serial' });
  let model: ScriptedModel;
  let parley: Parley;
  let page: Page;
  let longChat: string;

  test.beforeAll(async ({ browser }) => {
    test.setTimeout(180_000);
    model = await startScriptedModel();
    parley = await startParley({ OPENAI_REVERSE_PROXY: model.url, OPENAI_API_KEY: 'sk-e2e' });
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    await createFirstAccount(page, parley.url);
    const api = await apiOf(page, parley.url);
    const first = await api.say('new', null, 'Where do okapis live, crème brûlée aside?');
    longChat = first.conversationId;
    // The other branch is the newest, and too long to be on the page as a whole.
    let parent: string | null = null;
    for (let turn = 0; turn < 34; turn += 1) {
      const started: { responseMessageId: string } = await api.say(longChat, parent, `Turn number ${turn} of many`);
      parent = started.responseMessageId;
    }
    await api.say('new', null, 'A recipe for bread');
  });
  test.afterAll(async () => {
    await page.context().close();
    await parley.dispose();
    await model.close();
  });

  test('finds a message as it is typed and shows exactly that one, on another branch', async () => {
    await page.goto(`${parley.url}/search`);
    const field = page.getByRole('searchbox', { name: 'Search titles and messages' });
    await expect(field).toBeFocused();
    const results = page.getByRole('list', { name: 'Results' });
    await expect(async () => {
      await field.fill('');
      await field.pressSequentially('creme oka');
      await expect(results.getByRole('listitem').first()).toContainText('okapis', { timeout: 2_000 });
    }).toPass({ timeout: 20_000 });
    await expect(results.locator('mark').first()).toBeVisible();
    await expect(page).toHaveURL(/q=creme/);
    await expectAccessible(page, 'search');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const turn = page.getByRole('article').filter({ hasText: 'Where do okapis live' });
    await expect(turn).toBeFocused({ timeout: 15_000 });
    await expect(page).toHaveURL(`${parley.url}/c/${longChat}`);
  });

  test('jumps far up in a long branch', async () => {
    await page.goto(`${parley.url}/search?q=%22turn+number+2%22`);
    await page.getByRole('list', { name: 'Results' }).getByRole('link').filter({ hasText: 'Turn number 2 of' }).click();
    const turn = page.getByRole('article').filter({ hasText: 'Turn number 2 of many' });
    await expect(turn).toBeInViewport({ timeout: 15_000 });
  });

  test('keeps to its filters, says when nothing fits, and takes signs as they are', async () => {
    await page.goto(`${parley.url}/search?q=okapis`);
    const results = page.getByRole('list', { name: 'Results' }).getByRole('listitem');
    await expect(results.first()).toBeVisible();
    await page.getByRole('button', { name: 'Filters' }).click();
    await expectAccessible(page, 'search with filters');
    await page.getByLabel('Where').selectOption('archived');
    await expect(page.getByText('Nothing was found')).toBeVisible();
    await expectAccessible(page, 'search without a result');
    await expectReflow(page, 'search with filters');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect(results.first()).toBeVisible();
    await page.getByLabel('Written by').selectOption('user');
    await expect(results).toHaveCount(1);
    await page.getByRole('searchbox').fill('.*');
    await expect(page.getByText('Nothing was found')).toBeVisible();
  });

  test('tells when the search does not work, and tries again', async () => {
    await page.route('**/api/search?*', (route) => route.fulfill({ status: 500, body: '{}' }));
    await page.goto(`${parley.url}/search?q=bread`);
    await expect(page.getByText('The search did not work.')).toBeVisible({ timeout: 30_000 });
    await expectAccessible(page, 'search that failed');
    await page.unroute('**/api/search?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('list', { name: 'Results' }).getByRole('listitem').first()).toBeVisible();
  });

  test('does everything from the palette by keyboard alone', async () => {
    await page.goto(`${parley.url}/c/${longChat}`);
    await expect(composer(page)).toBeVisible();
    const field = page.getByRole('combobox', { name: 'Search chats, messages and commands' });
    const choose = async (text: string, option: RegExp | string) => {
      await expect(async () => {
        if (!(await field.isVisible())) await page.keyboard.press('ControlOrMeta+K');
        await expect(field).toBeFocused({ timeout: 1_000 });
      }).toPass();
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.insertText(text);
      const wanted = page.getByRole('option', { name: option }).first();
      await expect(wanted).toBeVisible();
      for (let presses = 0; presses < 30 && (await wanted.getAttribute('aria-selected')) !== 'true'; presses += 1)
        await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await expect(field).toBeHidden();
    };
    const title = page.getByRole('navigation').getByRole('link', { name: 'All about okapis' });

    await choose('rename', 'Rename this chat');
    await expect(page.getByRole('textbox', { name: 'New title' })).toBeFocused();
    await page.keyboard.insertText('All about okapis');
    await page.keyboard.press('Enter');
    await expect(title).toBeVisible();

    await choose('bread', /A recipe for bread/);
    await expect(page).not.toHaveURL(new RegExp(longChat));
    await choose('okapis', 'All about okapis');
    await expect(page).toHaveURL(new RegExp(longChat));

    await choose('dark', /light and dark/);
    await expect(page.locator('html')).toHaveAttribute('data-theme', /dark|light/);
    await choose('keyb', /^Keyboard$|Keyboard Settings/);
    await expect(page.getByRole('heading', { name: 'Keyboard', exact: true })).toBeInViewport();
    await choose('new ch', 'New chat');
    await expect(page).toHaveURL(/\/c\/new/);
    await choose('chat-quality', /chat-quality/);
    await expect(page.getByRole('button', { name: /chat-quality/ })).toBeVisible();

    await page.keyboard.press('ControlOrMeta+K');
    await expectAccessible(page, 'palette');
    await page.keyboard.insertText('turn number');
    await expect(page.getByRole('option', { name: /Turn number/ }).first()).toBeVisible();
    await expectAccessible(page, 'palette with results');
    await page.keyboard.press('Escape');
    await expect(field).toBeHidden();
  });

  test('finds in a chat, also what is not on the page', async () => {
    await page.goto(`${parley.url}/c/${longChat}`);
    await expect(page.getByRole('article').last()).toBeVisible();
    const bar = page.getByRole('searchbox', { name: 'Find in this chat' });
    await expect(async () => {
      await page.keyboard.press('ControlOrMeta+F');
      await expect(bar).toBeFocused({ timeout: 1_000 });
    }).toPass();
    await bar.fill('number 3 of');
    await expect(page.getByText('1 of 1')).toBeVisible();
    await bar.press('Enter');
    await expect(page.getByRole('article').filter({ hasText: 'Turn number 3 of many' }).first()).toBeInViewport({
      timeout: 15_000,
    });
    await expect(bar).toBeFocused();
    expect(await page.evaluate(() => CSS.highlights.get('find-current')?.size)).toBe(1);
    await bar.fill('okapis live');
    await expect(page.getByText('1 of 1')).toBeVisible();
    await bar.press('Enter');
    await expect(page.getByRole('article').filter({ hasText: 'okapis live' })).toBeInViewport({ timeout: 15_000 });
    await expectAccessible(page, 'find bar');
    await bar.press('Escape');
    await expect(bar).toBeHidden();
  });

  test('takes keys of one’s own, and tells of a conflict', async () => {
    await page.goto(`${parley.url}/settings`);
    const palette = page.getByRole('button', { name: /Change keys of: Search chats and commands/ });
    await palette.click();
    await page.keyboard.press('ControlOrMeta+Shift+O');
    await expect(page.getByText(/already belongs to “New chat”/)).toBeVisible();
    await page.keyboard.press('ControlOrMeta+J');
    await expect(palette).toContainText('J');
    await expectAccessible(page, 'keys in the settings');
    await page.keyboard.press('ControlOrMeta+J');
    const field = page.getByRole('combobox', { name: 'Search chats, messages and commands' });
    await expect(field).toBeFocused();
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await expect(list.getByText('Find in this chat')).toBeVisible();
    await expect(list.getByText('Copy the focused turn')).toBeVisible();
    await expectAccessible(page, 'list of shortcuts');
    await page.keyboard.press('Escape');

    // A key that a turn handles itself can be another one, too.
    await page.getByRole('button', { name: /Change keys of: Edit the focused turn/ }).click();
    await page.keyboard.press('x');
    await page.goto(`${parley.url}/c/new`);
    await ask(page, 'What is to be edited');
    await untilAnswered(page);
    await page.getByRole('article').first().focus();
    await page.keyboard.press('x');
    await expect(page.getByRole('textbox', { name: /edit/i })).toBeFocused();
    await page.keyboard.press('Escape');
    await page.goto(`${parley.url}/settings`);
    await page.getByRole('button', { name: 'Reset all keys' }).click();
    await expect(palette).toContainText('K');
  });
});
