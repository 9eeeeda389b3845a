import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, expectReflow } from '../fixtures/accessible.ts';
import { ask, composer, latestTurn, untilAnswered } from '../fixtures/chat-page.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { register, signInAs, type Person } from '../fixtures/people.ts';
import { startScriptedModel, type ScriptedModel } from '../fixtures/scripted-model.ts';

const rich = `## Heights

The height is $h = \\frac{v^2}{2g}$, in code:

\`\`\`python
def height(v): return v ** 2 / (2 * 9.81)
\`\`\`

| v | h |
|--:|--:|
| 1 | 0.05 |`;

/** A chat of so many messages, as another product exports it. */
function longChat(count: number, paragraphs = 1): string {
  const chat_messages = Array.from({ length: count }, (_, index) => ({
    uuid: `m-${index}`,
    sender: index % 2 === 0 ? 'human' : 'assistant',
    text: index % 2 === 0 ? `Question ${index}` : `Answer **${index}**.\n\n`.repeat(paragraphs),
  }));
  return JSON.stringify([{ uuid: `long-${count}`, name: `Long chat of ${count}`, chat_messages }]);
}

async function importChats(page: Page, url: string, text: string): Promise<void> {
  await page.goto(`${url}/settings`);
  await page
    .getByTestId('import-file')
    .setInputFiles({ name: 'chats.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await expect(page.getByRole('list', { name: 'Imports' }).getByRole('listitem').first()).toContainText('added', {
    timeout: 60_000,
  });
}

test.describe('what belongs to an account', () => {
  test.describe.configure({ timeout: 420_000 });
  let model: ScriptedModel;
  let parley: Parley;
  let person: Person;

  test.beforeAll(async () => {
    model = await startScriptedModel();
    parley = await startParley({ OPENAI_REVERSE_PROXY: model.url, OPENAI_API_KEY: 'sk-e2e' });
    await register(parley.url, 'Admin');
    person = await register(parley.url, 'Grace');
  });
  test.afterAll(async () => {
    await parley.dispose();
    await model.close();
  });

  test('all chats are deleted after their number was seen and a word was typed', async ({ browser }) => {
    const page = await signInAs(browser, parley.url, person);
    await importChats(page, parley.url, longChat(4));
    await expect(page.getByRole('link', { name: /^Long chat of 4/ })).toBeVisible();
    await page.getByRole('button', { name: 'Delete all…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete all chats' });
    await expect(dialog).toContainText('Your only chat is deleted for good');
    await expectAccessible(page, 'delete all chats');
    const confirm = dialog.getByRole('button', { name: 'Delete all chats' });
    await expect(confirm).toBeDisabled();
    await dialog.getByLabel('Type “delete” to go on').fill('delete');
    await confirm.click();
    await expect(page.getByText('1 chat was deleted.')).toBeVisible();
    await expect(page.getByRole('link', { name: /^Long chat/ })).toHaveCount(0);
    await page.reload();
    await expect(page.getByRole('heading', { name: 'Deleting' })).toBeVisible();
    await expect(page.getByRole('link', { name: /^Long chat/ })).toHaveCount(0);
    await page.context().close();
  });

  test('an account goes with everything, on every device at once, and its address is free', async ({ browser }) => {
    const leaving = await register(parley.url, 'Leaving');
    const page = await signInAs(browser, parley.url, leaving);
    const phone = await signInAs(browser, parley.url, leaving, { viewport: { width: 390, height: 844 } });
    await importChats(page, parley.url, longChat(2));
    await page.getByRole('button', { name: 'Delete account…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete your account' });
    await expect(dialog).toContainText('with 1 chat and all files');
    await expectAccessible(page, 'delete account');
    await dialog.getByLabel('Your password').fill('not the password');
    await dialog.getByRole('button', { name: 'Delete account' }).click();
    await expect(dialog.getByText('This is not your password.')).toBeVisible();
    await dialog.getByLabel('Your password').fill(leaving.password);
    await dialog.getByRole('button', { name: 'Delete account' }).click();
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await expect(phone.getByRole('button', { name: 'Sign in' })).toBeVisible();

    await page.getByLabel('E-mail address').fill(leaving.email);
    await page.getByLabel('Password', { exact: true }).fill(leaving.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('E-mail address or password is wrong')).toBeVisible();
    await page.goto(`${parley.url}/sign-up`);
    await page.getByLabel('Name', { exact: true }).fill('Grace again');
    await page.getByLabel('E-mail address').fill(leaving.email);
    await page.getByLabel('Password', { exact: true }).fill(leaving.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(composer(page)).toBeVisible();
    await expect(page.getByText('No chats yet')).toBeVisible();
    await page.context().close();
    await phone.context().close();
  });

  test('a chat is a plain page, a PDF and a picture, made without any request', async ({ browser }) => {
    const page = await signInAs(browser, parley.url, person);
    model.play({ kind: 'text', text: rich, pauseMs: 0 });
    await ask(page, 'How high does it fly?');
    await untilAnswered(page);

    await latestTurn(page).getByRole('button', { name: 'More actions' }).click();
    const ofAnswer = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Save as picture' }).click();
    await expectPicture(await (await ofAnswer).path());

    const row = page.getByRole('navigation').getByRole('listitem').first();
    await row.hover();
    await row.getByRole('button', { name: /^More|^Actions|menu/i }).click();
    await page.getByRole('menuitem', { name: 'Print or save as picture' }).click();
    await expect(page).toHaveURL(/\/c\/[0-9a-f-]+\/print$/);
    await expect(page.getByText('2 messages', { exact: true })).toBeVisible();
    await expect(page.locator('.katex').first()).toBeAttached();
    await expect(page.getByRole('cell', { name: '0.05' })).toBeVisible();
    await expectAccessible(page, 'print page');
    await expectReflow(page, 'print page');

    await page.evaluate(() => {
      window.print = () => document.body.setAttribute('data-printed', '');
    });
    await page.getByRole('button', { name: 'Print' }).click();
    await expect(page.locator('body')).toHaveAttribute('data-printed', '');

    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save as picture' }).click();
      await expectPicture(await (await saved).path());
      const outside = requests.filter((url) => !/^(?:data|blob):/.test(url) && !url.includes('/assets/'));
      expect(outside).toEqual([]);
    }
    await page.emulateMedia({ media: 'print' });
    await expect(page.getByRole('button', { name: 'Print' })).toBeHidden();
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.context().close();
  });

  test('a chat of 5,000 messages can be printed, and is too long for one picture', async ({ browser }) => {
    const page = await signInAs(browser, parley.url, person);
    await importChats(page, parley.url, longChat(5_000));
    const href = await page.getByRole('link', { name: /^Long chat of/ }).getAttribute('href');
    await page.goto(`${parley.url}${href}/print`);
    await expect(page.getByText(/^Preparing|^5000 messages/)).toBeVisible({ timeout: 30_000 });
    // Usable meanwhile: a click is answered.
    await page.getByRole('checkbox', { name: 'Show what models thought' }).check({ timeout: 15_000 });
    await expect(page.getByText('5000 messages', { exact: true })).toBeVisible({ timeout: 240_000 });
    expect(await page.getByRole('article').count()).toBe(5_000);
    await page.getByRole('button', { name: 'Save as picture' }).click();
    await expect(page.getByText('This is too long for one picture.')).toBeVisible({ timeout: 90_000 });
    await page.context().close();
  });

  test('new chats begin with the model of the settings, as long as there is one', async ({ browser }) => {
    const page = await signInAs(browser, parley.url, person);
    await page.goto(`${parley.url}/settings`);
    const choice = page.getByLabel('Begin with');
    const last = await choice.locator('optgroup option').last().innerText();
    await choice.selectOption({ label: last });
    await page.goto(`${parley.url}/c/new`);
    await expect(page.getByRole('button', { name: `Model: ${last}` })).toBeVisible();
    await page.evaluate(() => {
      const key = 'parley:preferences';
      const held = JSON.parse(localStorage.getItem(key) ?? '{}');
      held.state.beginWith = { endpoint: 'Gone', model: 'gone-1' };
      localStorage.setItem(key, JSON.stringify(held));
    });
    await page.goto(`${parley.url}/settings`);
    await expect(page.getByText('This model is not offered any more.')).toBeVisible();
    await page.goto(`${parley.url}/c/new`);
    await expect(page.getByRole('button', { name: /^Model: / })).toBeVisible();
    await page.context().close();
  });
});

/** A PNG with something on it. */
async function expectPicture(path: string): Promise<void> {
  const bytes = await readFile(path);
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  expect(bytes.length).toBeGreaterThan(5_000);
}
