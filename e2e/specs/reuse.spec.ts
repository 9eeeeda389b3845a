import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, expectReflow } from '../fixtures/accessible.ts';
import { ask, composer, createFirstAccount, latestTurn, untilAnswered } from '../fixtures/chat-page.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { register, signInAs } from '../fixtures/people.ts';

const settingsButton = (page: Page) => page.getByRole('button', { name: /^Settings for this chat/ });
const settingsDialog = (page: Page) => page.getByRole('dialog', { name: 'Settings for this chat' });
const picker = (page: Page) => page.locator('[data-region="composer"] button[aria-haspopup="dialog"]').first();

/** Does something that sends a prompt, and yields what the browser asked the server. */
async function sent(page: Page, act: () => Promise<void>): Promise<Record<string, unknown>> {
  const request = page.waitForRequest((one) => one.method() === 'POST' && one.url().endsWith('/generations'));
  await act();
  const body: unknown = (await request).postDataJSON();
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

test.describe('what people use again', () => {
  let parley: Parley;
  test.beforeAll(async () => {
    parley = await startParley({ REGISTER_MAX: '50' });
    // The first account is an administrator's.
    await register(parley.url, 'Grace');
  });
  test.afterAll(async () => {
    await parley.dispose();
  });

  test('a preset keeps a setup, and new chats begin with it', async ({ browser }) => {
    test.setTimeout(240_000);
    const page = await signInAs(browser, parley.url, await register(parley.url, 'Ada'));
    await settingsButton(page).click();
    const dialog = settingsDialog(page);
    await dialog.getByLabel('Temperature').fill('9');
    await dialog.getByRole('button', { name: 'Use in this chat' }).click();
    await expect(dialog.getByText('Please enter a number from 0 to 2.')).toBeVisible();
    await dialog.getByLabel('Instructions').fill('Be brief.');
    await dialog.getByLabel('Temperature').fill('0.2');
    await expectAccessible(page, 'settings of a chat');
    await expectReflow(page, 'settings of a chat');
    await dialog.getByLabel('Name of the preset').fill('Brief');
    await dialog.getByText('Begin new chats with it').click();
    await dialog.getByRole('button', { name: 'Save preset' }).click();
    await expect(dialog.getByText('chat-fast · New chats begin with it')).toBeVisible();
    await expectAccessible(page, 'presets');
    await page.keyboard.press('Escape');

    await page.goto(`${parley.url}/c/new`);
    await expect(settingsButton(page)).toHaveAccessibleName('Settings for this chat, changed');
    expect(await sent(page, () => ask(page, 'Hello'))).toMatchObject({
      model: 'chat-fast',
      settings: { instructions: 'Be brief.', parameters: { temperature: 0.2 } },
    });
    await untilAnswered(page);
    await page.reload();
    await expect(settingsButton(page)).toHaveAccessibleName('Settings for this chat, changed');

    await settingsButton(page).click();
    await dialog.getByRole('button', { name: 'Do not begin new chats with “Brief”' }).click();
    await expect(dialog.getByRole('button', { name: 'Begin new chats with “Brief”', exact: true })).toBeVisible();
    const download = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Download “Brief” as a file' }).click();
    const file = await (await download).path();
    await dialog.getByTestId('preset-file').setInputFiles({
      name: 'bad.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"format":"other"}'),
    });
    await expect(dialog.getByText('This file is not a preset of Parley.')).toBeVisible();
    await dialog.getByTestId('preset-file').setInputFiles(file);
    await expect(dialog.getByRole('button', { name: 'Delete “Brief”' })).toHaveCount(2);
    await dialog.getByRole('button', { name: 'Delete “Brief”' }).first().click();
    await expect(dialog.getByRole('button', { name: 'Delete “Brief”' })).toHaveCount(1);
    await page.keyboard.press('Escape');

    await page.goto(`${parley.url}/c/new`);
    await expect(settingsButton(page)).toHaveAccessibleName('Settings for this chat');
    await picker(page).click();
    await expect(page.getByRole('group', { name: 'Your presets' })).toBeVisible();
    await expectAccessible(page, 'model picker with presets');
    await page.getByRole('option', { name: /^Brief/ }).click();
    await expect(settingsButton(page)).toHaveAccessibleName('Settings for this chat, changed');
  });

  test('a prompt with blanks is written, shared, and used by somebody else with /', async ({ browser }) => {
    test.setTimeout(300_000);
    const page = await signInAs(browser, parley.url, await register(parley.url, 'Carla'));
    const bob = await register(parley.url, 'Bob');
    await page.getByRole('button', { name: /Account of/ }).click();
    await page.getByRole('menuitem', { name: 'Prompts' }).click();
    await expect(page.getByText('No prompts yet')).toBeVisible();
    await expectAccessible(page, 'an empty prompt library');

    await page.getByRole('button', { name: 'New prompt' }).click();
    const editor = page.getByRole('dialog', { name: 'New prompt' });
    await editor.getByLabel('Name').fill('Review');
    await editor.getByLabel('Command').fill('/Review');
    await editor.getByLabel('Description').fill('Looks at code');
    await editor.getByLabel('Category').fill('Coding');
    await editor
      .getByRole('textbox', { name: 'Prompt' })
      .fill('Review {{what}} in a {{tone:kind|strict}} tone for {{current_user}}.');
    await expect(editor.getByText('Blanks: what, tone')).toBeVisible();
    await expectAccessible(page, 'prompt editor');
    await expectReflow(page, 'prompt editor');
    await editor.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('heading', { level: 2, name: 'Review' })).toBeVisible();
    await expectAccessible(page, 'prompt library');
    await expectReflow(page, 'prompt library');

    await page.getByRole('button', { name: 'Edit “Review”' }).click();
    const change = page.getByRole('dialog', { name: 'Edit' });
    await change
      .getByRole('textbox', { name: 'Prompt' })
      .fill('Check {{what}} in a {{tone:kind|strict}} tone for {{current_user}}.');
    await change.getByRole('button', { name: 'Save without using it yet' }).click();
    await page.getByRole('button', { name: 'Edit “Review”' }).click();
    await change.getByRole('button', { name: 'Use version 2' }).click();
    await expect(change.getByRole('button', { name: 'Use version 1' })).toBeVisible();
    await expectAccessible(page, 'versions of a prompt');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Share “Review”' }).click();
    const share = page.getByRole('dialog', { name: /Share/ });
    await share.getByRole('combobox', { name: 'Add people, groups or roles' }).fill('Bob');
    await share.getByRole('option', { name: /Bob/ }).click();
    await share.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(share).toBeHidden();

    const other = await signInAs(browser, parley.url, bob);
    await composer(other).pressSequentially('/re');
    await expect(other.getByRole('listbox', { name: 'Prompts' }).getByRole('option', { name: /Review/ })).toBeVisible();
    await expectAccessible(other, 'prompts over the composer');
    await composer(other).press('Enter');
    const blanks = other.getByRole('dialog', { name: 'Fill in “Review”' });
    await expect(blanks.getByLabel('what')).toBeFocused();
    await blanks.getByLabel('what').fill('{{tone}} $&');
    await blanks.getByLabel('tone').selectOption('strict');
    await expectAccessible(other, 'blanks of a prompt');
    await blanks.getByRole('button', { name: 'Insert' }).click();
    await expect(composer(other)).toHaveValue('Check {{tone}} $& in a strict tone for Bob.');
    await expect(composer(other)).toBeFocused();
    await other.context().close();
    await page.reload();
    await expect(page.getByText('used once')).toBeVisible();
  });

  test('@ names who answers next, by keyboard alone', async ({ browser }) => {
    test.setTimeout(120_000);
    const page = await signInAs(browser, parley.url, await register(parley.url, 'Dora'));
    await composer(page).pressSequentially('Hello @qual');
    const list = page.getByRole('listbox', { name: 'Who answers' });
    await expect(list.getByRole('option', { name: /chat-quality/ })).toBeVisible();
    await expectAccessible(page, 'models over the composer');
    await composer(page).press('Escape');
    await expect(list).toBeHidden();
    await expect(composer(page)).toHaveValue('Hello @qual');
    await composer(page).press('Backspace');
    await composer(page).press('Control+A');
    await composer(page).pressSequentially('Hi @');
    await expect(list.getByRole('option').first()).toBeVisible();
    await composer(page).pressSequentially('quality');
    await expect(list.getByRole('option')).toHaveCount(1);
    await composer(page).press('Enter');
    await expect(composer(page)).toHaveValue('Hi ');
    await expect(page.getByText('Model: chat-quality')).toBeAttached();
    await composer(page).pressSequentially('there');
    expect(await sent(page, () => composer(page).press('Enter'))).toMatchObject({
      model: 'chat-quality',
      text: 'Hi there',
    });
  });

  test('a link asks once, and says what it cannot have', async ({ browser }) => {
    test.setTimeout(120_000);
    const page = await signInAs(browser, parley.url, await register(parley.url, 'Emil'));

    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/generations')) asked.push(request.postData() ?? '');
    });
    const hostile = '<img src=x onerror=alert(1)> {{7*7}} ${1}';
    await page.goto(`${parley.url}/c/new?model=chat-quality&submit=true&prompt=${encodeURIComponent(hostile)}`);
    await expect(page.getByRole('log').getByText(hostile)).toBeVisible();
    await untilAnswered(page);
    await expect(page).toHaveURL(/\/c\/[0-9a-f-]{36}$/);
    expect(asked).toHaveLength(1);
    expect(JSON.parse(asked[0] ?? '')).toMatchObject({ model: 'chat-quality', text: hostile });
    await page.reload();
    await expect(latestTurn(page)).toBeVisible();
    await page.goBack();
    await expect(composer(page)).toBeVisible();
    expect(asked).toHaveLength(1);

    await page.goto(`${parley.url}/c/new?q=Only%20written`);
    await expect(composer(page)).toHaveValue('Only written');
    await expect(page).toHaveURL(`${parley.url}/c/new`);
    await composer(page).fill('');
    await page.goto(`${parley.url}/c/new?endpoint=Nowhere&model=gpt-9&prompt=Hello&submit=true`);
    await expect(page.getByText('The link asks for “gpt-9”, which you cannot use here.')).toBeVisible();
    await expect(composer(page)).toHaveValue('Hello');
    expect(asked).toHaveLength(1);
  });
});

test.describe('models as the operator wants them', () => {
  let parley: Parley;
  test.beforeAll(async () => {
    parley = await startParley(
      {},
      {
        settings: `modelSpecs:
  enforce: true
  list:
    - name: 'minutes'
      label: 'Meeting Notes'
      description: 'Paste a transcript.'
      default: true
      conversation_starters: ['Write minutes']
      preset:
        endpoint: 'Parley'
        model: 'chat-quality'
        greeting: 'This assistant creates meeting notes.'
        promptPrefix: 'Write minutes.'
    - name: 'quick'
      label: 'Quick'
      group: 'Short answers'
      preset: { endpoint: 'Parley', model: 'chat-fast' }
`,
      },
    );
  });
  test.afterAll(async () => {
    await parley.dispose();
  });

  test('are the only ones there are', async ({ page }) => {
    test.setTimeout(180_000);
    await createFirstAccount(page, parley.url);
    await expect(page.getByRole('heading', { name: 'This assistant creates meeting notes.' })).toBeVisible();
    await expect(settingsButton(page)).toHaveCount(0);
    await expectAccessible(page, 'a chat with a model spec');
    expect(await sent(page, () => page.getByRole('button', { name: 'Write minutes' }).click())).toMatchObject({
      endpoint: 'Parley',
      model: 'chat-quality',
      spec: 'minutes',
    });
    await untilAnswered(page);
    await expect(latestTurn(page)).not.toContainText('403');

    await picker(page).click();
    await expect(page.getByRole('option')).toHaveCount(2);
    await expect(page.getByRole('group', { name: 'Short answers' })).toBeVisible();
    await expectAccessible(page, 'model specs in the picker');
    await page.getByRole('option', { name: /Quick/ }).click();
    expect(await sent(page, () => ask(page, 'And now?'))).toMatchObject({ model: 'chat-fast', spec: 'quick' });
    await untilAnswered(page);

    await page.goto(`${parley.url}/c/new?endpoint=Parley&model=chat-fast&prompt=Around&submit=true`);
    await expect(page.getByText('The link asks for “chat-fast”, which you cannot use here.')).toBeVisible();
    await page.goto(`${parley.url}/c/new?spec=quick&prompt=Straight&submit=true`);
    await expect(page.getByRole('log').getByText('Straight')).toBeVisible();
    await untilAnswered(page);
  });
});
