import { randomUUID } from 'node:crypto';
import { authRoutes, conversationRoutes, generationRoutes, type Conversation } from '@parley/contracts';
import { expect, test, type Browser, type Locator, type Page } from '@playwright/test';
import { expectAccessible, expectReflow } from '../fixtures/accessible.ts';
import { ask, composer, createFirstAccount, signIn, untilAnswered } from '../fixtures/chat-page.ts';
import { keyboardOf } from '../fixtures/keyboard.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';

test.describe('chats in order', () => {
  // Each story goes on where the one before has ended.
  test.describe.configure({ mode: 'serial' });
  let parley: Parley;
  let page: Page;
  let phone: Page;

  test.beforeAll(async ({ browser }) => {
    parley = await startParley();
    page = await newDevice(browser);
    await createFirstAccount(page, parley.url);
    for (const text of ['Apples', 'Pears', 'Plums', 'Cherries']) await begin(page, parley.url, text);
    phone = await newDevice(browser);
    await signIn(phone, parley.url);
    await expect(rows(page)).toHaveCount(4);
  });
  test.afterAll(async () => {
    await page.context().close();
    await phone.context().close();
    await parley.dispose();
  });

  test('pins chats by menu, by keyboard and by dragging, in one order on two devices', async () => {
    await fromMenu(page, 'Apples', 'Pin');
    await expect(pinned(page)).toHaveText(['Apples']);
    await fromMenu(page, 'Pears', 'Pin');
    await expect(pinned(page)).toHaveText(['Pears', 'Apples']);
    await expect(pinned(phone)).toHaveText(['Pears', 'Apples']);

    await row(phone, 'Apples').focus();
    await phone.keyboard.press('ContextMenu');
    const up = phone.getByRole('menuitem', { name: 'Move up' });
    await expect(up).toBeVisible();
    await expect(async () => {
      await phone.keyboard.press('ArrowDown');
      await expect(up).toBeFocused({ timeout: 200 });
    }).toPass();
    await phone.keyboard.press('Enter');
    await expect(pinned(phone)).toHaveText(['Apples', 'Pears']);
    await expect(pinned(page)).toHaveText(['Apples', 'Pears']);

    await row(page, 'Plums').dragTo(row(page, 'Apples'), { targetPosition: { x: 60, y: 30 } });
    await expect(pinned(page)).toHaveText(['Apples', 'Plums', 'Pears']);
    await expect(pinned(phone)).toHaveText(['Apples', 'Plums', 'Pears']);
    await fromMenu(page, 'Plums', 'Unpin');
    await expect(pinned(page)).toHaveText(['Apples', 'Pears']);
    await page.reload();
    await expect(pinned(page)).toHaveText(['Apples', 'Pears']);
  });

  test('files chats under tags and shows those with one', async () => {
    await fromMenu(page, 'Apples', 'Tags…');
    const field = page.getByRole('combobox', { name: 'Add a tag' });
    await field.fill('🍏');
    await field.press('Enter');
    await expect(page.getByRole('button', { name: 'Remove tag “🍏”' })).toBeVisible();
    await field.fill('x'.repeat(51));
    await expect(page.getByText('A tag can have up to 50 characters.')).toBeVisible();
    await field.fill('.*');
    await field.press('Enter');
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(menuButton(page, 'Apples')).toBeFocused();

    await page.getByRole('button', { name: 'Filter by tag' }).click();
    await page.getByRole('menuitemradio', { name: '🍏 (1)' }).click();
    await expect(rows(page)).toHaveText([/Apples/]);
    await page.getByRole('button', { name: /All chats/ }).click();
    await expect(rows(page)).toHaveCount(4);

    await page.getByRole('button', { name: 'Filter by tag' }).click();
    await page.getByRole('menuitem', { name: 'Rename or delete tags…' }).click();
    const name = page.getByRole('textbox', { name: 'Name of tag “🍏”' });
    await name.fill('fruit');
    await name.press('Enter');
    await expect(page.getByRole('textbox', { name: 'Name of tag “fruit”' })).toBeVisible();
    await page.getByRole('button', { name: 'Delete tag “.*”' }).click();
    await expect(page.getByRole('textbox', { name: 'Name of tag “.*”' })).toHaveCount(0);
    await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
    expect((await conversation(page, parley.url, 'Apples')).tags).toEqual(['fruit']);
  });

  test('keeps chats in a project with instructions of its own', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Projects' }).click();
    await page.getByRole('button', { name: 'New project' }).click();
    await page.getByRole('button', { name: 'Create project' }).click();
    await expect(page.getByText('Please enter a name')).toBeVisible();
    await page.getByLabel('Name', { exact: true }).fill('Orchard');
    await page.getByLabel('Instructions').fill('Answer as a gardener.');
    await page.getByRole('button', { name: 'Create project' }).click();
    await expect(page.getByRole('heading', { name: 'Orchard' })).toBeVisible();
    await expect(page.getByText('No chats in this project yet.')).toBeVisible();

    await row(page, 'Cherries').dragTo(page.getByText('No chats in this project yet.'));
    const chats = page.getByRole('region', { name: 'Chats', exact: true });
    await expect(chats.getByRole('link', { name: 'Cherries' })).toBeVisible();
    await fromMenu(page, 'Pears', 'Move to project…');
    await page.getByRole('radio', { name: 'Orchard' }).check({ force: true });
    await page.getByRole('button', { name: 'Move', exact: true }).click();
    await expect(chats.getByRole('link', { name: 'Pears' })).toBeVisible();
    await chats.getByRole('button', { name: 'Take “Cherries” out of this project' }).click();
    await expect(chats.getByRole('link', { name: 'Cherries' })).toHaveCount(0);

    await page.getByRole('link', { name: 'New chat in this project' }).click();
    await expect(page.getByText('In project “Orchard”')).toBeVisible();
    await ask(page, 'Quinces');
    await untilAnswered(page);
    expect((await conversation(page, parley.url, 'Quinces')).projectId).toBeDefined();
    await page.getByRole('navigation').getByRole('link', { name: 'Projects' }).click();
    await expect(page.getByText('2 chats')).toBeVisible();

    await page.getByRole('link', { name: 'Orchard' }).click();
    await page.getByRole('button', { name: 'Delete project' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete project' }).click();
    await expect(page.getByText('No projects yet')).toBeVisible();
    expect((await conversation(page, parley.url, 'Quinces')).projectId).toBeUndefined();
    await expect(row(page, 'Quinces')).toBeVisible();
  });

  test('has temporary chats, which can be kept', async () => {
    await page.goto(`${parley.url}/c/new`);
    const toggle = page.getByRole('button', { name: 'Temporary chat' });
    await toggle.click();
    await expect(toggle).toHaveAttribute('aria-pressed', 'true');
    await ask(page, 'Whispers');
    await untilAnswered(page);
    await expect(page.getByText(/Temporary: deleted on/)).toBeVisible();
    await expect(row(page, 'Whispers')).toHaveCount(0);
    await page.reload();
    await expect(page.getByRole('log')).toContainText('Whispers');
    await expect(rows(page).first()).toBeVisible();
    await expect(row(page, 'Whispers')).toHaveCount(0);
    await page.getByRole('button', { name: 'Keep this chat' }).click();
    await expect(row(page, 'Whispers')).toBeVisible();
    await expect(row(phone, 'Whispers')).toBeVisible();
    await page.goto(`${parley.url}/c/new`);
    await expect(toggle).toHaveAttribute('aria-pressed', 'false');
  });

  test('changes many chats at once, with an undo for those that are deleted', async () => {
    await page.getByRole('button', { name: 'Select chats' }).click();
    await box(page, 'Whispers').click();
    await box(page, 'Cherries').click({ modifiers: ['Shift'] });
    const count = await page.getByRole('checkbox', { checked: true }).count();
    expect(count).toBeGreaterThanOrEqual(3);
    await box(page, 'Whispers').click();
    await box(page, 'Quinces').click();
    await expect(page.getByText(`${String(count - 2)} selected`)).toBeVisible();
    await page.getByRole('button', { name: 'Tag selected' }).click();
    await page.getByRole('combobox', { name: 'Add a tag' }).fill('many');
    await page.getByRole('combobox', { name: 'Add a tag' }).press('Enter');
    await page.getByRole('button', { name: 'Done' }).last().click();
    await expect.poll(async () => (await conversation(page, parley.url, 'Cherries')).tags).toEqual(['many']);
    await page.getByRole('checkbox', { name: 'Select all' }).check();
    await page.getByRole('button', { name: 'Delete selected' }).click();
    await expect(rows(page)).toHaveCount(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(row(page, 'Cherries')).toBeVisible();

    await fromMenu(page, 'Whispers', 'Select');
    await page.getByRole('button', { name: 'Delete selected' }).click();
    await expect(row(page, 'Whispers')).toHaveCount(0);
    // The page is left before the time for an undo is over.
    await page.goto('about:blank');
    await expect(row(phone, 'Whispers')).toHaveCount(0);
    await page.goto(`${parley.url}/c/new`);
    await expect(row(page, 'Cherries')).toBeVisible();
    await expect(row(page, 'Whispers')).toHaveCount(0);
  });

  test('marks chats as unread and read', async () => {
    const item = row(page, 'Cherries');
    await fromMenu(page, 'Cherries', 'Mark as unread');
    await expect(item.getByText('A new answer you have not seen')).toBeAttached();
    await fromMenu(page, 'Cherries', 'Mark as read');
    await expect(item.getByText('A new answer you have not seen')).toHaveCount(0);
  });

  test('can be kept in order by keyboard alone', async () => {
    const keyboard = keyboardOf(page);
    await page.goto(`${parley.url}/c/new`);
    await expect(composer(page)).toBeFocused();
    await keyboard.reach(row(page, 'Apples'));
    await page.keyboard.press('End');
    await expect(rows(page).last()).toBeFocused();
    await page.keyboard.press('Home');
    await expect(rows(page).first()).toBeFocused();
    await page.keyboard.press('F2');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText('Golden apples');
    await page.keyboard.press('Enter');
    await expect(row(page, 'Golden apples')).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await expect(row(page, 'Golden apples')).toBeFocused();
    await page.keyboard.press('Delete');
    await expect(row(page, 'Golden apples')).toHaveCount(0);
    await keyboard.press(page.getByRole('button', { name: 'Undo' }));
    await expect(row(page, 'Golden apples')).toBeVisible();
    const select = page.getByRole('button', { name: 'Select chats' });
    await keyboard.press(select);
    await keyboard.choose(box(page, 'Golden apples'));
    await expect(page.getByText('1 selected')).toBeVisible();
    await keyboard.press(page.getByRole('button', { name: 'Done' }));
    await expect(select).toBeVisible();
  });

  test('has no accessibility violation in projects', async () => {
    test.setTimeout(300_000);
    await page.goto(`${parley.url}/projects`);
    await expect(page.getByText('No projects yet')).toBeVisible();
    await check(page, 'no projects');
    await page.getByRole('button', { name: 'New project' }).click();
    await page.getByRole('button', { name: 'Create project' }).click();
    await check(page, 'new project with an error');
    await page.getByLabel('Name', { exact: true }).fill('Orchard');
    await page.getByText('Green').click();
    await page.getByRole('button', { name: 'Create project' }).click();
    await expect(page.getByRole('heading', { name: 'Orchard' })).toBeVisible();
    await fromMenu(page, 'Cherries', 'Move to project…');
    await check(page, 'moving a chat');
    await page.getByRole('radio', { name: 'Orchard' }).check({ force: true });
    await page.getByRole('button', { name: 'Move', exact: true }).click();
    await expect(page.getByRole('region', { name: 'Chats', exact: true }).getByRole('link')).toHaveCount(1);
    await check(page, 'a project');
    await page.goto(`${parley.url}/projects`);
    await expect(page.getByText('1 chat', { exact: true })).toBeVisible();
    await check(page, 'projects');
  });

  test('has no accessibility violation in the sidebar', async () => {
    test.setTimeout(300_000);
    await page.goto(`${parley.url}/c/new`);
    await fromMenu(page, 'Cherries', 'Tags…');
    await page.getByRole('combobox', { name: 'Add a tag' }).fill('stone fruit');
    await page.getByRole('combobox', { name: 'Add a tag' }).press('Enter');
    await expect(page.getByRole('button', { name: 'Remove tag “stone fruit”' })).toBeVisible();
    await check(page, 'tags of a chat');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Filter by tag' }).click();
    await page.getByRole('menuitem', { name: 'Rename or delete tags…' }).click();
    await expect(page.getByRole('textbox', { name: /Name of tag/ }).first()).toBeVisible();
    await check(page, 'all tags');
    // It went with the sidebar when the window became narrow.
    await page.goto(`${parley.url}/c/new`);
    await page.getByRole('button', { name: 'Select chats' }).click();
    await box(page, 'Cherries').check();
    await check(page, 'selecting');
    await page.goto(`${parley.url}/c/new`);
    await page.getByRole('button', { name: 'Temporary chat' }).click();
    await check(page, 'a temporary chat that has not begun');
  });

  test('stays quick with 2,000 chats, and mounts only those that show', async () => {
    test.setTimeout(180_000);
    const items = Array.from({ length: 2000 }, (_, index) => chatNumber(index));
    const fetched = new Set<string>();
    await page.route('**/api/conversations?*', async (route) => {
      const query = new URL(route.request().url()).searchParams;
      if (query.get('pinned') === 'true') return await route.fulfill({ json: { items: [], nextCursor: null } });
      const cursor = query.get('cursor') ?? '0';
      fetched.add(cursor);
      const start = Number(cursor);
      const end = start + 50;
      const nextCursor = end < items.length ? String(end) : null;
      return await route.fulfill({ json: { items: items.slice(start, end), nextCursor } });
    });
    await page.goto(`${parley.url}/c/new`);
    await expect(row(page, 'Chat 0')).toBeVisible();
    const scroller = page.locator('nav .overflow-y-auto');
    expect(fetched.size).toBeLessThanOrEqual(2);
    let most = 0;
    await expect
      .poll(
        async () => {
          most = Math.max(most, await rows(page).count());
          await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
          return await row(page, 'Chat 1999').count();
        },
        { timeout: 120_000, intervals: [20] },
      )
      .toBe(1);
    expect(most).toBeLessThan(80);
    expect(fetched.size).toBe(40);
    const last = row(page, 'Chat 1999').locator('..');
    const [position, size] = [await last.getAttribute('aria-posinset'), await last.getAttribute('aria-setsize')];
    expect(Number(position)).toBe(Number(size));

    await row(page, 'Chat 1999').focus();
    await page.keyboard.press('Home');
    await expect(row(page, 'Chat 0')).toBeFocused();
    for (let presses = 0; presses < 60; presses += 1) await page.keyboard.press('ArrowDown');
    await expect(row(page, 'Chat 60')).toBeFocused();
    await expect(row(page, 'Chat 60')).toBeInViewport();
    await page.unroute('**/api/conversations?*');
  });
});

async function newDevice(browser: Browser): Promise<Page> {
  return await (await browser.newContext()).newPage();
}

async function check(page: Page, screen: string): Promise<void> {
  await expectAccessible(page, screen);
  await expectReflow(page, screen);
}

/** Titles in the sidebar, from the top. */
function rows(page: Page): Locator {
  return page.getByRole('navigation').locator('li[data-conversation] a');
}

function row(page: Page, title: string): Locator {
  return rows(page).filter({ has: page.locator(`span[title="${title}"]`) });
}

function pinned(page: Page): Locator {
  return page.getByRole('region', { name: 'Pinned' }).locator('li a > span[title]');
}

function box(page: Page, title: string): Locator {
  return page.getByRole('checkbox', { name: title, exact: true });
}

function menuButton(page: Page, title: string): Locator {
  return page.getByRole('button', { name: `Actions for “${title}”` });
}

async function fromMenu(page: Page, title: string, entry: string): Promise<void> {
  await row(page, title).hover();
  await menuButton(page, title).click();
  await page.getByRole('menuitem', { name: entry, exact: true }).click();
}

/** Begins a chat without looking at it, and waits for its answer. */
async function begin(page: Page, url: string, text: string): Promise<void> {
  const { headers } = await sessionOf(page, url);
  const prompt = { generationId: randomUUID(), parentMessageId: null, text, endpoint: 'Parley', model: 'chat-fast' };
  const answer = await page.request.post(`${url}/api/conversations/new/generations`, { headers, data: prompt });
  const { conversationId } = generationRoutes.start.response.parse(await answer.json());
  const address = `${url}/api/conversations/${conversationId}`;
  await expect
    .poll(async () => {
      const held = await page.request.get(address, { headers });
      return conversationRoutes.get.response.parse(await held.json()).runningGenerationId;
    })
    .toBeNull();
  // A name that no model replaces.
  await page.request.patch(address, { headers, data: { title: text, unread: false } });
}

/** A chat as the server has it. */
async function conversation(page: Page, url: string, title: string): Promise<Conversation> {
  const { headers } = await sessionOf(page, url);
  const answer = await page.request.get(`${url}/api/conversations?limit=100`, { headers });
  const found = conversationRoutes.list.response.parse(await answer.json()).items.find((item) => item.title === title);
  if (!found) throw new Error(`There is no chat “${title}”`);
  return found;
}

async function sessionOf(page: Page, url: string) {
  const answer = await page.request.post(`${url}/api/auth/refresh`, { headers: { origin: url } });
  const { accessToken } = authRoutes.refresh.response.parse(await answer.json());
  return { headers: { authorization: `Bearer ${accessToken}` } };
}

function chatNumber(index: number) {
  const at = new Date(Date.now() - index * 3_600_000).toISOString();
  return {
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    title: `Chat ${String(index)}`,
    endpoint: 'Parley',
    model: 'chat-fast',
    tools: [],
    archived: false,
    runningGenerationId: null,
    waitingForInput: false,
    unread: false,
    createdAt: at,
    updatedAt: at,
  };
}
