import { expect, test, type Locator, type Page } from '@playwright/test';
import {
  composer,
  latestTurn,
  stopButton,
  storedMessages,
  untilAnswered,
  untilAnswerHas,
} from '../fixtures/chat-page.ts';
import { keyboardOf, type Keyboard } from '../fixtures/keyboard.ts';
import { ownApi, type OwnApi } from '../fixtures/own-api.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { register, signInAs } from '../fixtures/people.ts';
import { startScriptedModel, type ScriptedModel } from '../fixtures/scripted-model.ts';

test.describe('by keyboard alone', () => {
  let model: ScriptedModel;
  let parley: Parley;
  let page: Page;
  let keyboard: Keyboard;
  let api: OwnApi;

  test.beforeAll(async ({ browser }) => {
    model = await startScriptedModel();
    parley = await startParley({ OPENAI_REVERSE_PROXY: model.url, OPENAI_API_KEY: 'sk-e2e' });
    page = await signInAs(browser, parley.url, await register(parley.url, 'Ada'), {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    keyboard = keyboardOf(page);
    api = await ownApi(page, parley.url);
  });
  test.beforeEach(() => model.play({ kind: 'count', words: 5, pauseMs: 0 }));
  test.afterAll(async () => {
    await page.context().close();
    await parley.dispose();
    await model.close();
  });

  test('somebody begins a new chat', async () => {
    await openChat('Begin');
    await page.keyboard.press('ControlOrMeta+Shift+O');
    await expect(page).toHaveURL(`${parley.url}/c/new`);
    await expect(composer(page)).toBeFocused();
  });

  test('sends a question', async () => {
    await openNewChat();
    await page.keyboard.type('How are you?');
    await page.keyboard.press('Enter');
    await expect(turn(0)).toContainText('How are you?');
    await untilAnswered(page);
    await expect(turn(1)).toContainText('w0 w1 w2 w3 w4');
    await expect(composer(page)).toBeFocused();
  });

  test('stops an answer', async () => {
    model.play({ kind: 'count', words: 20_000, pauseMs: 10 });
    await openNewChat();
    await page.keyboard.type('Count');
    await page.keyboard.press('Enter');
    await untilAnswerHas(page, 60);
    await page.keyboard.press('Escape');
    await untilAnswered(page);
    await expect(stopButton(page)).toHaveCount(0);
    expect((await storedMessages(page, parley.url)).at(-1)).toMatchObject({ status: 'stopped' });
  });

  test('has an answer written again, and goes between its versions', async () => {
    await openChat('Again');
    await page.keyboard.press('Alt+ArrowUp');
    await expect(turn(1)).toBeFocused();
    await page.keyboard.press('r');
    await expect(turn(1).getByText('Version 2 of 2')).toBeAttached();
    await untilAnswered(page);
    await expect(turn(1)).toBeFocused();
    await page.keyboard.press('ArrowLeft');
    await expect(turn(1).getByText('Version 1 of 2')).toBeAttached();
    await expect(turn(1)).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await expect(turn(1).getByText('Version 2 of 2')).toBeAttached();
  });

  test('rewords a question', async () => {
    await openChat('Reword');
    await focusQuestion();
    await page.keyboard.press('e');
    await expect(page.getByRole('textbox', { name: 'Edit message' })).toBeFocused();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('In other words');
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(turn(0)).toContainText('In other words');
    await expect(turn(0).getByText('Version 2 of 2')).toBeAttached();
    await untilAnswered(page);
  });

  test('copies an answer', async () => {
    await openChat('Copy');
    await page.keyboard.press('Alt+ArrowUp');
    await page.keyboard.press('c');
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('w0 w1 w2 w3 w4');
  });

  test('jumps to a chat with the palette', async () => {
    const id = await api.begin('Quinces of the north');
    await openNewChat();
    await pressUntilFocused(
      'ControlOrMeta+K',
      page.getByRole('combobox', { name: 'Search chats, messages and commands' }),
    );
    await page.keyboard.type('quinces');
    await chooseOption(page.getByRole('option', { name: 'Quinces of the north' }).first());
    await expect(page).toHaveURL(`${parley.url}/c/${id}`);
  });

  test('searches all messages and goes to one', async () => {
    const id = await api.begin('Where do okapis live');
    await openNewChat();
    const field = page.getByRole('searchbox', { name: 'Search titles and messages' });
    await pressUntilFocused('ControlOrMeta+Shift+F', field);
    const hit = page.getByRole('list', { name: 'Results' }).getByRole('link').first();
    // What was written this second is found a moment later.
    await expect(async () => {
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type('okapis');
      await expect(hit).toBeVisible({ timeout: 2000 });
    }).toPass({ timeout: 20_000 });
    for (let presses = 0; presses < 10 && !(await isFocused(hit)); presses += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(id));
    await expect(page.getByRole('log')).toContainText('Where do okapis live');
  });

  test('renames a chat', async () => {
    await openChat('Plain name');
    await keyboard.reach(row('Plain name'));
    await page.keyboard.press('F2');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('A better name');
    await page.keyboard.press('Enter');
    await expect(row('A better name')).toBeFocused();
    await page.reload();
    await expect(row('A better name')).toBeVisible();
  });

  test('pins a chat', async () => {
    await openChat('To be pinned');
    await keyboard.fromMenu(
      page.getByRole('button', { name: 'Actions for “To be pinned”' }),
      page.getByRole('menuitem', { name: 'Pin', exact: true }),
    );
    await expect(page.getByRole('region', { name: 'Pinned' }).getByText('To be pinned')).toBeVisible();
  });

  test('deletes a chat and takes that back', async () => {
    await api.begin('To be deleted');
    await openNewChat();
    await keyboard.reach(row('To be deleted'));
    await page.keyboard.press('Delete');
    await expect(row('To be deleted')).toHaveCount(0);
    await keyboard.press(page.getByRole('button', { name: 'Undo' }));
    await expect(row('To be deleted')).toBeVisible();
  });

  test('chooses another model', async () => {
    await openNewChat();
    await keyboard.press(page.getByRole('button', { name: /Model: chat-fast/ }));
    await expect(page.getByRole('option').first()).toBeVisible();
    await chooseOption(page.getByRole('option', { name: /chat-quality/ }).first());
    await expect(page.getByRole('button', { name: /Model: chat-quality/ })).toBeVisible();
    await expect(composer(page)).toBeFocused();
    await keyboard.press(page.getByRole('button', { name: /Model: chat-quality/ }));
    await chooseOption(page.getByRole('option', { name: /chat-fast/ }).first());
  });

  test('opens the settings and changes the theme', async () => {
    await openNewChat();
    await keyboard.fromMenu(
      page.getByRole('button', { name: /Account of/ }),
      page.getByRole('menuitem', { name: 'Settings' }),
    );
    const themes = page.getByRole('group', { name: 'Theme' });
    await keyboard.reach(themes.getByRole('radio', { name: 'System' }));
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'system');
  });

  test('forks a chat', async () => {
    const original = await openChat('Fork');
    await page.keyboard.press('Alt+ArrowUp');
    await page.keyboard.press('b');
    const dialog = page.getByRole('dialog', { name: 'Fork this chat' });
    await expect(dialog).toBeVisible();
    await keyboard.press(dialog.getByRole('button', { name: 'Fork', exact: true }));
    await expect(page).not.toHaveURL(new RegExp(original));
    await expect(page.getByText('Forked from')).toBeVisible();
    expect(await storedMessages(page, parley.url)).toHaveLength(2);
  });

  test('rates an answer', async () => {
    await openChat('Rate');
    const good = latestTurn(page).getByRole('button', { name: 'Good answer' });
    await keyboard.press(good);
    await expect(good).toHaveAttribute('aria-pressed', 'true');
    await expect.poll(async () => (await storedMessages(page, parley.url)).at(-1)?.feedback?.rating).toBe('up');
  });

  async function openNewChat(): Promise<void> {
    await page.goto(`${parley.url}/c/new`);
    await expect(composer(page)).toBeFocused();
  }

  /** A chat of one question and its answer, with the focus in the composer. Yields its id. */
  async function openChat(title: string): Promise<string> {
    const id = await api.begin(title);
    await page.goto(`${parley.url}/c/${id}`);
    await expect(turn(1)).toContainText('w4');
    await expect(composer(page)).toBeFocused();
    return id;
  }

  async function focusQuestion(): Promise<void> {
    await page.keyboard.press('Alt+ArrowUp');
    await page.keyboard.press('Alt+ArrowUp');
    await expect(turn(0)).toBeFocused();
  }

  /** A shortcut whose code is fetched when the page is there acts from then on. */
  async function pressUntilFocused(keys: string, field: Locator): Promise<void> {
    await expect(async () => {
      await page.keyboard.press(keys);
      await expect(field).toBeFocused({ timeout: 1000 });
    }).toPass({ timeout: 20_000 });
  }

  async function chooseOption(option: Locator): Promise<void> {
    await expect(option).toBeVisible();
    const isActive = () =>
      option.evaluate(({ id }) => document.activeElement?.getAttribute('aria-activedescendant') === id);
    for (let presses = 0; presses < 30 && !(await isActive()); presses += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
  }

  function turn(index: number): Locator {
    return page.getByRole('log').getByRole('article').nth(index);
  }

  function row(title: string): Locator {
    return page.locator('li[data-conversation] a').filter({ has: page.locator(`span[title="${title}"]`) });
  }
});

async function isFocused(element: Locator): Promise<boolean> {
  return await element.evaluate((node) => node === document.activeElement);
}
