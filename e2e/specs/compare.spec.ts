import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Browser, type Locator, type Page } from '@playwright/test';
import { expectEveryLook } from '../fixtures/every-look.ts';
import { expectReflow } from '../fixtures/accessible.ts';
import {
  ask,
  composer,
  createFirstAccount,
  signIn,
  stopButton,
  storedMessages,
  untilAnswered,
} from '../fixtures/chat-page.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { startScriptedModel, type ScriptedModel } from '../fixtures/scripted-model.ts';

const models = ['alpha', 'beta', 'gamma'];

test.describe('answers side by side', () => {
  test.describe.configure({ mode: 'serial' });
  let model: ScriptedModel;
  let parley: Parley;
  let page: Page;
  let folder: string;

  test.beforeAll(async ({ browser }) => {
    model = await startScriptedModel();
    folder = mkdtempSync(join(tmpdir(), 'parley-e2e-compare-'));
    const config = join(folder, 'librechat.yaml');
    const letters = {
      name: 'Letters',
      apiKey: 'sk-e2e',
      baseURL: model.url,
      models: { default: models, fetch: false },
      titleConvo: false,
    };
    // JSON is YAML, too.
    writeFileSync(config, JSON.stringify({ version: '1.3.17', endpoints: { custom: [letters] } }));
    parley = await startParley({ CONFIG_PATH: config });
    page = await newDevice(browser);
    await createFirstAccount(page, parley.url);
  });
  test.afterAll(async () => {
    await page.context().close();
    await parley.dispose();
    await model.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('two models answer one prompt at once, and the one that is kept goes on', async () => {
    model.play({ kind: 'count', words: 60, pauseMs: 30 });
    await page.getByRole('button', { name: /^Model: / }).click();
    await page.getByRole('option', { name: 'gamma' }).click();
    await plan(page, ['alpha', 'beta']);
    await expect(page.getByText('Your next message goes to alpha and beta.')).toBeVisible();
    await ask(page, 'Who counts better?');
    for (const name of ['alpha', 'beta']) await expect(column(page, name)).toContainText('w3');
    expect((await column(page, 'alpha').innerText()).includes('w59')).toBe(false);
    await untilAnswered(page);
    for (const name of ['alpha', 'beta']) await expect(column(page, name)).toContainText('w59');
    await expect(page.getByTestId('comparison-announcer')).toContainText('alpha is complete.');
    const [first, second] = await boxes(page, ['alpha', 'beta']);
    expect(first.y).toBe(second.y);
    expect(second.x).toBeGreaterThan(first.x + first.width);

    await column(page, 'beta').getByRole('button', { name: 'Keep this answer: beta' }).click();
    await expect(page.getByTestId('chosen-note')).toContainText('You kept the answer of beta over alpha.');
    await expect(turn(page)).toHaveCount(2);
    await expect(turn(page).last().getByText('Version 2 of 2')).toBeAttached();
    await expect(page.getByRole('button', { name: 'Model: beta' })).toBeVisible();

    model.play({ kind: 'text', text: 'And on it goes', pauseMs: 0 });
    await ask(page, 'Go on');
    await untilAnswered(page);
    await expect(page.getByTestId('chosen-note')).toHaveCount(0);
    const stored = await storedMessages(page, parley.url);
    const kept = stored.find((message) => message.model === 'beta');
    expect(stored.find(({ parts }) => JSON.stringify(parts).includes('Go on'))?.parentId).toBe(kept?.id);
    expect(stored.at(-1)?.model).toBe('beta');
  });

  test('a blind vote names nobody before it, anywhere, and can be given by key', async () => {
    await newChat(page);
    model.play({ kind: 'count', words: 12, pauseMs: 0 });
    await plan(page, models, true);
    await ask(page, 'Blind, please');
    await expect(page.getByRole('region', { name: 'Answer C' })).toContainText('w11');
    await untilAnswered(page);
    const shown = await page.locator('main').evaluate((main) => main.querySelector('[role="log"]')?.outerHTML ?? '');
    for (const name of models) expect(shown).not.toContain(name);
    await expect(page.getByRole('button', { name: 'A is better' })).toBeEnabled();
    await expectEveryLook(page, 'a blind comparison', { narrow: () => Promise.resolve() });
    await expectReflow(page, 'a blind comparison');

    await page.getByRole('log').getByRole('article').last().focus();
    await page.keyboard.press('2');
    await expect(page.getByTestId('chosen-note')).toContainText('You kept the answer of');
    const stored = await storedMessages(page, parley.url);
    const [prompt] = stored;
    expect(prompt?.comparison?.choice).toBe(prompt?.comparison?.answers[1]);
    const winner = stored.find(({ id }) => id === prompt?.comparison?.choice)?.model ?? '';
    await expect(page.getByTestId('chosen-note')).toContainText(`You kept the answer of ${winner} over`);

    await page.getByRole('button', { name: 'Show side by side' }).click();
    const other = models.find((name) => name !== winner) ?? '';
    await column(page, other)
      .getByRole('button', { name: `Keep this answer: ${other}` })
      .click();
    await expect(page.getByTestId('chosen-note')).toContainText(`You kept the answer of ${other} over`);
  });

  test('goes on after a reload and on a phone, where answers are tabs; stop ends all', async ({ browser }) => {
    await newChat(page);
    model.play({ kind: 'count', words: 3000, pauseMs: 20 });
    await plan(page, ['alpha', 'gamma']);
    await ask(page, 'Count for long');
    await expect(column(page, 'gamma')).toContainText('w5');
    await page.reload();
    for (const name of ['alpha', 'gamma']) await expect(column(page, name)).toContainText('w20');

    const phone = await newDevice(browser, { width: 390, height: 800 });
    await signIn(phone, parley.url);
    await phone.goto(page.url());
    const tab = phone.getByRole('tab', { name: 'gamma' });
    await expect(phone.getByRole('tabpanel', { name: 'alpha' })).toContainText('w20');
    await expect(phone.getByRole('tabpanel', { name: 'gamma' })).toBeHidden();
    await tab.click();
    await expect(phone.getByRole('tabpanel', { name: 'gamma' })).toContainText('w20');
    await phone.keyboard.press('ArrowLeft');
    await expect(phone.getByRole('tab', { name: 'alpha' })).toBeFocused();

    await column(page, 'gamma').getByRole('button', { name: 'Stop gamma' }).click();
    await expect(column(page, 'gamma').getByRole('button', { name: 'Copy gamma' })).toBeVisible();
    await expect(page.getByRole('log')).toHaveAttribute('aria-busy', 'true');
    await stopButton(page).click();
    await untilAnswered(page);
    await untilAnswered(phone);
    const answers = (await storedMessages(page, parley.url)).filter(({ role }) => role === 'assistant');
    expect(answers.map(({ status }) => status)).toEqual(['stopped', 'stopped']);
    await phone.context().close();
  });

  test('an answer that fails leaves the other alone, and both stay in the chat', async () => {
    await newChat(page);
    model.play({ kind: 'status', status: 401, message: 'No key' });
    await plan(page, ['alpha', 'beta']);
    await ask(page, 'Will you answer?');
    await untilAnswered(page);
    await expect(
      column(page, 'alpha')
        .getByRole('alert')
        .or(column(page, 'alpha').getByText(/provider/)),
    ).toBeVisible();
    await expect(composer(page)).toBeEnabled();
    await expectEveryLook(page, 'a comparison that failed');
  });

  test('tells how the models have done', async () => {
    await page.goto(`${parley.url}/model-results`);
    await expect(page.getByRole('row', { name: /beta/ })).toBeVisible();
    await expectEveryLook(page, 'model results');
    await expectReflow(page, 'model results');
    await page.getByRole('radio', { name: 'Everybody’s' }).check({ force: true });
    await expect(page.getByText('Only votes count that were given without')).toBeVisible();
    await expect(page.getByRole('row')).toHaveCount(4);
  });

  test('the dialog that chooses them is for everybody, too', async () => {
    await newChat(page);
    await openDialog(page);
    await expect(page.getByRole('button', { name: 'Compare', exact: true })).toBeDisabled();
    await expectEveryLook(page, 'the choice of models to compare');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });
});

async function newDevice(browser: Browser, viewport = { width: 1280, height: 800 }): Promise<Page> {
  const context = await browser.newContext({ viewport, serviceWorkers: 'block' });
  return await context.newPage();
}

async function newChat(page: Page): Promise<void> {
  await page.goto(new URL('/c/new', page.url()).href);
  await expect(composer(page)).toBeVisible();
}

async function openDialog(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Model: / }).click();
  await page.getByRole('button', { name: 'Compare models…' }).click();
  await expect(page.getByRole('dialog', { name: 'Compare models' })).toBeVisible();
}

/** Chooses in the dialog who answers next; what is chosen there already is taken out first. */
async function plan(page: Page, names: readonly string[], blind = false): Promise<void> {
  await openDialog(page);
  const dialog = page.getByRole('dialog', { name: 'Compare models' });
  await expect(dialog.getByRole('checkbox', { name: names[0] ?? '', exact: true })).toBeVisible();
  for (const box of await dialog.getByRole('group', { name: 'Models to compare' }).getByRole('checkbox').all()) {
    if (await box.isChecked()) await box.uncheck();
  }
  for (const name of names) await dialog.getByRole('checkbox', { name, exact: true }).check();
  if (blind) await dialog.getByRole('checkbox', { name: 'Hide which model' }).check();
  await dialog.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(dialog).toHaveCount(0);
}

function column(page: Page, name: string): Locator {
  return page.getByRole('region', { name, exact: true });
}

function turn(page: Page): Locator {
  return page.getByRole('log').getByRole('article');
}

async function boxes(page: Page, names: readonly [string, string]) {
  const [one, other] = await Promise.all(names.map((name) => column(page, name).boundingBox()));
  if (!one || !other) throw new Error('A column is not shown.');
  return [one, other] as const;
}
