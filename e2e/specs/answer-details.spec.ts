import { authRoutes } from '@parley/contracts';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { expectAccessible, expectReflow } from '../fixtures/accessible.ts';
import { ask, createFirstAccount, latestTurn, signIn, storedMessages, untilAnswered } from '../fixtures/chat-page.ts';
import { keyboardOf } from '../fixtures/keyboard.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';

const prompt = 'What can Parley do?';

test.describe('what stands behind an answer', () => {
  // Each story goes on in the conversation of the one before.
  test.describe.configure({ mode: 'serial', timeout: 180_000 });
  let parley: Parley;
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    parley = await startParley();
    page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
    await createFirstAccount(page, parley.url);
    await ask(page, prompt);
    await expect(page).toHaveURL(/\/c\/[0-9a-f-]{36}/);
    await untilAnswered(page);
  });
  test.afterAll(async () => {
    await page.context().close();
    await parley.dispose();
  });

  test('its details name the model and its tokens', async () => {
    await choose(page, 'Details');
    const panel = panelOf(page, 'Details');
    await expect(panel.getByRole('heading', { name: 'Details' })).toBeFocused();
    await expect(fact(panel, 'Asked for')).toHaveText(/\S/);
    const [, answer] = await storedMessages(page, parley.url);
    const model = answer?.trace?.[0]?.servedBy?.model ?? answer?.model ?? '?';
    await expect(panel.getByText(model).first()).toBeVisible();
    await expect(fact(panel, 'Written').first()).toHaveText(/\d/);
    await expect(fact(panel, 'Read')).toHaveText(String(answer?.usage?.input.toLocaleString('en')));
    await expect(panel.getByRole('table', { name: 'Steps of this answer' }).getByRole('row')).toHaveCount(2);
    await expectAccessible(page, 'details');
    await expectReflow(page, 'details');
    await page.keyboard.press('Escape');
    await expect(panel).toBeHidden();
    await expect(latestTurn(page).getByRole('button', { name: 'More actions' })).toBeFocused();
  });

  test('what was sent holds the prompt', async () => {
    await choose(page, 'What was sent');
    const panel = panelOf(page, 'What was sent');
    await expect(panel.locator('pre').filter({ hasText: prompt })).toBeVisible();
    await expectAccessible(page, 'what was sent');
    await expectReflow(page, 'what was sent');
    await panel.getByRole('button', { name: 'Close' }).click();
    await expect(panel).toBeHidden();
  });

  test('its rating survives a reload and shows on another device', async ({ browser }) => {
    await poorAnswer(page).click();
    const form = page.getByRole('dialog', { name: 'What was wrong?' });
    await form.getByRole('radio', { name: 'Too long' }).check();
    await form.getByRole('textbox', { name: 'Comment' }).fill('Half of it would do');
    await expectAccessible(page, 'feedback');
    await form.getByRole('button', { name: 'Send' }).click();
    await expect(form).toBeHidden();
    await expect
      .poll(async () => (await storedMessages(page, parley.url)).at(-1)?.feedback)
      .toEqual({ rating: 'down', reason: 'too-long', comment: 'Half of it would do' });
    await page.reload();
    await expect(poorAnswer(page)).toHaveAttribute('aria-pressed', 'true');

    const phone = await (await browser.newContext()).newPage();
    await signIn(phone, parley.url);
    await phone.goto(page.url());
    await expect(poorAnswer(phone)).toHaveAttribute('aria-pressed', 'true');
    await goodAnswer(phone).click();
    await expect(poorAnswer(phone)).toHaveAttribute('aria-pressed', 'false');
    await expect.poll(async () => (await storedMessages(page, parley.url)).at(-1)?.feedback?.rating).toBe('up');
    await phone.context().close();
  });

  test('the tree shows every version, and leads to each by keyboard', async () => {
    const keyboard = keyboardOf(page);
    await latestTurn(page).focus();
    await page.keyboard.press('r');
    await expect(latestTurn(page)).toContainText('2/2');
    await untilAnswered(page);
    await keyboard.fromMenu(
      latestTurn(page).getByRole('button', { name: 'More actions' }),
      page.getByRole('menuitem', { name: 'Show tree' }),
    );
    const tree = page.getByRole('tree', { name: 'Messages of this chat' });
    await expect(tree).toBeFocused();
    await expect(page.getByRole('treeitem', { name: /version 2 of 2.*shown now/ })).toHaveAttribute(
      'aria-selected',
      'true',
    );
    await expectAccessible(page, 'tree');
    await expectReflow(page, 'tree');
    await tree.focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect(latestTurn(page)).toContainText('1/2');
    await expect(latestTurn(page)).toBeFocused();
    await expect(page.getByRole('treeitem', { name: /version 1 of 2.*shown now/ })).toBeVisible();

    // F6 goes on to the panel, and its edge moves with the arrow keys.
    for (let presses = 0; presses < 4 && !(await hasFocus(tree)); presses += 1) await page.keyboard.press('F6');
    await expect(tree).toBeFocused();
    const edge = page.getByRole('separator', { name: 'Resize the panel' });
    const before = Number(await edge.getAttribute('aria-valuenow'));
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await expect(edge).toBeFocused();
    await page.keyboard.press('ArrowLeft');
    await expect(edge).toHaveAttribute('aria-valuenow', String(before + 2));
    await page.reload();
    await choose(page, 'Show tree');
    await expect(edge).toHaveAttribute('aria-valuenow', String(before + 2));
    await page.keyboard.press('Escape');
  });

  test('is a sheet on a narrow page, from which a message is gone to', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await choose(page, 'Show tree');
    const sheet = page.getByRole('dialog', { name: 'Tree of this chat' });
    await expect(sheet.getByRole('tree')).toBeFocused();
    await sheet.getByRole('treeitem', { name: /version 1 of 2/ }).click();
    await sheet.getByRole('button', { name: 'Go to message' }).click();
    await expect(sheet).toBeHidden();
    await expect(latestTurn(page)).toContainText('1/2');
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('a fork takes along what was asked for, and lives without its original', async () => {
    const original = page.url();
    const texts = await storedMessages(page, parley.url);
    expect(texts).toHaveLength(3);

    for (const [scope, count] of [
      ['Visible messages', 2],
      ['With branches', 3],
      ['Everything', 3],
    ] as const) {
      await test.step(scope, async () => {
        await page.goto(original);
        await expect(latestTurn(page)).toContainText('/2');
        await latestTurn(page).focus();
        await page.keyboard.press('b');
        const dialog = page.getByRole('dialog', { name: 'Fork this chat' });
        await dialog.getByRole('radio', { name: scope }).check();
        if (scope === 'Everything') await expectAccessible(page, 'fork');
        await dialog.getByRole('button', { name: 'Fork', exact: true }).click();
        await expect(page).not.toHaveURL(original);
        await expect(page.getByText('This is your fork.')).toBeVisible();
        await expect(page.getByText('Forked from')).toBeVisible();
        expect(await storedMessages(page, parley.url)).toHaveLength(count);
      });
    }

    await test.step('the toast leads back', async () => {
      await page.getByRole('button', { name: 'Back to the original' }).last().click();
      await expect(page).toHaveURL(original);
      await page.goBack();
      await expect(page).not.toHaveURL(original);
    });

    await test.step('the original is deleted', async () => {
      const fork = page.url();
      await expect(page.getByText('Forked from').getByRole('link')).toHaveAttribute('href', /message=/);
      await removeConversation(page, original);
      await page.goto(fork);
      await expect(page.getByText('Forked from a chat that has been deleted')).toBeVisible();
      await expect(latestTurn(page)).toContainText('/2');
      await ask(page, 'And what else?');
      await untilAnswered(page);
      expect(await storedMessages(page, parley.url)).toHaveLength(5);
    });
  });
});

/** Opens a line of the newest turn's menu. */
async function choose(page: Page, line: string): Promise<void> {
  await latestTurn(page).getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: line }).click();
}

function goodAnswer(page: Page): Locator {
  return latestTurn(page).getByRole('button', { name: 'Good answer' });
}

function poorAnswer(page: Page): Locator {
  return latestTurn(page).getByRole('button', { name: 'Poor answer' });
}

function panelOf(page: Page, name: string): Locator {
  return page.getByRole('complementary', { name }).or(page.getByRole('dialog', { name }));
}

/** What a panel says under a name. */
function fact(panel: Locator, name: string): Locator {
  return panel.locator('dt', { hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::dd[1]');
}

async function hasFocus(element: Locator): Promise<boolean> {
  return await element.evaluate((node) => node === document.activeElement);
}

/** Deletes a conversation as another device of its owner would. */
async function removeConversation(page: Page, address: string): Promise<void> {
  const { origin, pathname } = new URL(address);
  const session = await page.request.post(`${origin}/api/auth/refresh`, { headers: { origin } });
  const { accessToken } = authRoutes.refresh.response.parse(await session.json());
  const response = await page.request.delete(`${origin}/api/conversations/${pathname.split('/').at(-1) ?? ''}`, {
    headers: { authorization: `Bearer ${accessToken}`, origin },
  });
  expect(response.ok()).toBe(true);
}
