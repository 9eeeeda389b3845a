import { expect, test, type Browser, type Locator, type Page } from '@playwright/test';
import { expectAccessible, expectReflow } from '../fixtures/accessible.ts';
import {
  ask,
  composer,
  createFirstAccount,
  latestTurn,
  signIn,
  stopButton,
  storedMessages,
  untilAnswered,
  untilAnswerHas,
} from '../fixtures/chat-page.ts';
import { keyboardOf } from '../fixtures/keyboard.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';

test.describe('the tree of a conversation', () => {
  // Each story goes on in the conversation of the one before.
  test.describe.configure({ mode: 'serial' });
  let parley: Parley;
  let page: Page;
  let phone: Page;

  test.beforeAll(async ({ browser }) => {
    parley = await startParley();
    page = await newDevice(browser);
    phone = await newDevice(browser);
    await createFirstAccount(page, parley.url);
    await signIn(phone, parley.url);
  });
  test.afterAll(async () => {
    await page.context().close();
    await phone.context().close();
    await parley.dispose();
  });

  test('rewords a question as a new version, and keeps the one before', async () => {
    await ask(page, 'Please count to 5');
    await untilAnswered(page);
    await turn(page, 0).hover();
    await turn(page, 0).getByRole('button', { name: 'Edit' }).click();
    const editor = page.getByRole('textbox', { name: 'Edit message' });
    await editor.fill('Please count to 6');
    await editor.press('ControlOrMeta+Enter');
    await untilAnswered(page);
    await expect(turn(page, 0)).toContainText('Please count to 6');
    await expect(turn(page, 0).getByText('Version 2 of 2')).toBeAttached();
    await turn(page, 0).getByRole('button', { name: 'Previous version' }).click();
    await expect(turn(page, 0)).toContainText('Please count to 5');
    await turn(page, 0).getByRole('button', { name: 'Next version' }).click();
    await expect(turn(page, 0)).toContainText('Please count to 6');
  });

  test('saves a question and an answer in place, and another device sees it', async () => {
    await phone.goto(page.url());
    await expect(turn(phone, 0)).toContainText('Please count to 6');
    const before = (await storedMessages(page, parley.url)).length;

    await edit(page, turn(page, 0), 'Edit message', 'Count up to 6, please');
    await expect(turn(page, 0)).toContainText('Count up to 6, please');
    await expect(turn(phone, 0)).toContainText('Count up to 6, please');

    await edit(page, turn(page, 1), 'Edit answer', 'One to **six**.');
    await expect(turn(page, 1).locator('strong')).toHaveText('six');
    await expect(turn(phone, 1).locator('strong')).toHaveText('six');
    expect(await storedMessages(page, parley.url)).toHaveLength(before);

    await page.reload();
    await expect(turn(page, 1)).toContainText('One to six.');
    await expect(turn(page, 1).getByText('Edited')).toBeAttached();
  });

  test('asks which words stay when two devices edit the same message', async () => {
    const mine = await openEditor(page, turn(page, 0), 'Edit message');
    await mine.fill('My words');
    await edit(phone, turn(phone, 0), 'Edit message', 'Their words');
    await expect(turn(phone, 0)).toContainText('Their words');
    await mine.press('ControlOrMeta+s');
    await expect(page.getByText('This message was changed elsewhere meanwhile')).toBeVisible();
    await expect(page.getByRole('alert').getByText('Their words')).toBeVisible();
    await expectAccessible(page, 'two versions of an edit');
    await page.getByRole('button', { name: 'Keep mine' }).click();
    await expect(turn(page, 0)).toContainText('My words');
    await expect(turn(phone, 0)).toContainText('My words');
  });

  test('regenerates, shorter and longer, with arrows and counts under the answers', async () => {
    const answer = turn(page, 1);
    await answer.getByRole('button', { name: 'Regenerate', exact: true }).click();
    await untilAnswered(page);
    await expect(answer.getByText('Version 2 of 2')).toBeAttached();
    await expect(turn(phone, 1).getByText('Version 2 of 2')).toBeAttached();

    await answer.getByRole('button', { name: 'More ways to regenerate' }).click();
    await expect(page.getByRole('option').first()).toBeVisible();
    await expectAccessible(page, 'ways to regenerate');
    await page.getByRole('button', { name: 'Shorter' }).click();
    await untilAnswered(page);
    await expect(answer.getByText('Version 3 of 3')).toBeAttached();
    const stored = await storedMessages(page, parley.url);
    expect(stored.at(-1)).toMatchObject({ role: 'assistant', guidance: 'shorter' });

    await answer.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect(answer.getByText('Version 1 of 3')).toBeAttached();
    await expect(answer).toContainText('One to six.');
    await expect(answer).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect(answer.getByText('Version 3 of 3')).toBeAttached();
    await page.keyboard.press('r');
    await untilAnswered(page);
    await expect(answer.getByText('Version 4 of 4')).toBeAttached();
    await expect(answer).toBeFocused();
  });

  test('goes on with an answer that was stopped', async () => {
    await ask(page, 'Please count to 2000');
    await untilAnswerHas(page, 100);
    await stopButton(page).click();
    await untilAnswered(page);
    const written = (await storedMessages(page, parley.url)).at(-1);
    await latestTurn(page).getByRole('button', { name: 'Continue' }).click();
    await expect(latestTurn(page).getByText('Version 2 of 2')).toBeAttached();
    await untilAnswerHas(page, 200);
    if (await stopButton(page).isVisible()) await stopButton(page).click();
    await untilAnswered(page);
    const goneOn = (await storedMessages(page, parley.url)).at(-1);
    expect(goneOn).toMatchObject({ continues: written?.id });
    expect(goneOn?.parts[0]).toEqual(written?.parts[0]);
  });

  test('quotes what is selected, and leads back to it', async () => {
    await turn(page, 0).getByText('My words').dblclick();
    await page.getByRole('button', { name: 'Quote', exact: true }).click();
    const chips = page.getByRole('list', { name: 'Quotes for the next message' });
    await expect(chips.getByRole('listitem')).toHaveText(/^(My|words)$/);
    await page.reload();
    await expect(chips.getByRole('listitem')).toHaveText(/^(My|words)$/);
    await expectAccessible(page, 'a quote above the composer');
    await expectReflow(page, 'a quote above the composer');
    await ask(page, 'What about these?');
    await expect(chips).toHaveCount(0);
    await untilAnswered(page);
    const quoted = page.getByRole('list', { name: 'Quoted from earlier in this chat' });
    await expect(quoted).toBeVisible();
    await expectAccessible(page, 'a question with a quote');
    await quoted.getByRole('button', { name: 'Show where this is from' }).click();
    await expect(turn(page, 0)).toBeFocused();
    expect((await storedMessages(page, parley.url)).at(-2)?.parts[0]).toMatchObject({ type: 'quote' });
  });

  test('deletes from a message on, unless that is undone, on every device', async () => {
    const articles = page.getByRole('log').getByRole('article');
    const count = await articles.count();
    await fromMenu(page, turn(page, count - 2), /^Delete from here/);
    await expect(articles).toHaveCount(count - 2);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(articles).toHaveCount(count);

    await fromMenu(page, turn(page, count - 2), /^Delete from here/);
    await expect(articles).toHaveCount(count - 2);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expect(phone.getByRole('log').getByRole('article')).toHaveCount(count - 2);
    await page.reload();
    await expect(articles).toHaveCount(count - 2);
  });

  test('does all of it without a mouse, and opens the menu under a finger', async ({ browser }) => {
    const keyboard = keyboardOf(page);
    await page.goto(`${parley.url}/c/new`);
    await keyboard.write(composer(page), 'Please count to 3');
    await page.keyboard.press('Enter');
    await untilAnswered(page);
    await page.keyboard.press('Alt+ArrowUp');
    await page.keyboard.press('Alt+ArrowUp');
    await expect(turn(page, 0)).toBeFocused();
    await page.keyboard.press('e');
    await expect(page.getByRole('textbox', { name: 'Edit message' })).toBeFocused();
    await page.keyboard.type(' and no further');
    await page.keyboard.press('ControlOrMeta+s');
    await expect(turn(page, 0)).toContainText('Please count to 3 and no further');
    await expect(turn(page, 0)).toBeFocused();
    await keyboard.fromMenu(
      turn(page, 1).getByRole('button', { name: 'More actions' }),
      page.getByRole('menuitem', { name: 'Quote' }),
    );
    await expect(page.getByRole('list', { name: 'Quotes for the next message' })).toBeVisible();
    await expect(composer(page)).toBeFocused();

    await turn(page, 1).getByRole('button', { name: 'More actions' }).click();
    await expect(page.getByRole('menuitem', { name: 'Edit' })).toBeVisible();
    await expectAccessible(page, 'the menu of an answer');
    await page.keyboard.press('Escape');
    const editor = await openEditor(page, turn(page, 1), 'Edit answer');
    await expectAccessible(page, 'an answer being edited');
    await expectReflow(page, 'an answer being edited');
    await editor.press('Escape');
    await expect(turn(page, 1)).toBeFocused();

    const touch = await browser.newContext({ hasTouch: true, viewport: { width: 390, height: 800 } });
    const finger = await touch.newPage();
    await signIn(finger, parley.url);
    await finger.goto(page.url());
    await expect(turn(finger, 0)).toBeVisible();
    await hold(finger, turn(finger, 0).getByText('Please count to 3'));
    await expect(finger.getByRole('menuitem', { name: 'Select text' })).toBeVisible();
    await touch.close();
  });
});

function turn(page: Page, index: number): Locator {
  return page.getByRole('log').getByRole('article').nth(index);
}

/** Opens the editor of a turn with its key. */
async function openEditor(page: Page, turned: Locator, label: string): Promise<Locator> {
  await turned.focus();
  await page.keyboard.press('e');
  const editor = page.getByRole('textbox', { name: label });
  await expect(editor).toBeFocused();
  return editor;
}

/** Changes the words of a turn in place. */
async function edit(page: Page, turned: Locator, label: string, text: string): Promise<void> {
  const editor = await openEditor(page, turned, label);
  await editor.fill(text);
  await editor.press('ControlOrMeta+s');
  await expect(editor).toHaveCount(0);
}

async function fromMenu(page: Page, turned: Locator, entry: RegExp): Promise<void> {
  await turned.hover();
  await turned.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

/** Holds a finger down until something answers to it. */
async function hold(page: Page, on: Locator): Promise<void> {
  const session = await page.context().newCDPSession(page);
  // A chat that has just opened goes to its end, away from under the finger.
  await expect(async () => {
    const box = await on.boundingBox();
    if (!box) throw new Error('There is nothing to hold.');
    const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
    await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
    try {
      await expect(page.getByRole('menu')).toBeVisible({ timeout: 3_000 });
    } finally {
      await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    }
  }).toPass({ timeout: 20_000 });
}

async function newDevice(browser: Browser): Promise<Page> {
  return await (await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })).newPage();
}
