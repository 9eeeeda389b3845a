import { expect, test, type FrameLocator, type Locator, type Page } from '@playwright/test';
import { ask, createFirstAccount, latestTurn, untilAnswered } from '../fixtures/chat-page.ts';
import { expectAccessible } from '../fixtures/accessible.ts';
import { startAppServer, type AppServer } from '../fixtures/app-server.ts';
import { freePort } from '../fixtures/free-port.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { startToolModel, type Asked, type Said, type ToolModel } from '../fixtures/tool-model.ts';

/** “Show the board” calls the tool `board`. */
function decide({ prompt, results }: Asked): Said {
  const name = /^Show the (\w+)$/.exec(prompt)?.[1];
  if (name === undefined) return 'Hello.';
  return results.length === 0 ? [{ name: `apps__${name}`, input: { team: 'Blue' } }] : `It said: ${results.join(' ')}`;
}

// A trace would wait for the frame of an app that never rests.
test.use({ trace: 'off' });

test.describe('an app of a tool', () => {
  test.describe.configure({ mode: 'serial' });
  let apps: AppServer;
  let model: ToolModel;
  let parley: Parley;
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    apps = await startAppServer();
    model = await startToolModel(decide);
    parley = await startParley(
      { OPENAI_REVERSE_PROXY: model.url, OPENAI_API_KEY: 'sk-e2e', APP_FRAME_PORT: String(await freePort()) },
      { settings: `mcpServers:\n  apps:\n    title: 'Apps'\n    url: '${apps.url}'\n` },
    );
    page = await (await browser.newContext()).newPage();
    await createFirstAccount(page, parley.url);
    await page.getByRole('button', { name: 'Tools' }).click();
    await page.getByRole('checkbox', { name: 'Apps' }).check();
    await page.keyboard.press('Escape');
  });
  test.afterAll(async () => {
    await page.context().close();
    await parley.dispose();
    await model.close();
    await apps.close();
  });

  test('is shown in its call, with what the tool was asked and gave, as tall as it is', async () => {
    const { card, app } = await show('board');
    await expect(app.getByRole('heading', { name: 'Board' })).toBeVisible();
    await expect(app.locator('#input')).toHaveText('Blue');
    await expect(app.locator('#result')).toHaveText('3 cards');
    await expect(app.locator('#theme')).toHaveText('light');
    await expect(app.locator('#mode')).toHaveText('CSS1Compat');
    const frame = card.locator('iframe');
    await expect.poll(async () => (await frame.boundingBox())?.height).toBeCloseTo(432, -1);
    await expect(frame).toHaveAttribute('sandbox', 'allow-scripts');
    expect(await frame.getAttribute('src')).not.toContain(new URL(parley.url).host);
    await expectAccessible(page, 'A chat with an app');
  });

  test('can read no cookie, reach no page around it, and ask nobody', async () => {
    const app = latestTurn(page).frameLocator('iframe');
    for (const way of ['cookies', 'parent', 'api', 'beacon', 'storage', 'eval', 'tools']) {
      await expect(app.locator(`#${way}`)).toHaveText('closed');
    }
  });

  test('asks before a page is opened, and shows its whole address', async () => {
    const app = latestTurn(page).frameLocator('iframe');
    const dialog = page.getByRole('dialog', { name: 'Open this page?' });
    await app.getByRole('button', { name: 'Open a page' }).click();
    await expect(dialog.getByText('https://example.com/cards?a=1')).toBeVisible();
    await dialog.getByRole('button', { name: 'Do not open' }).click();
    await expect(app.locator('#opened')).toHaveText('refused');

    await page.context().route('https://example.com/**', (route) => route.fulfill({ body: 'cards' }));
    await app.getByRole('button', { name: 'Open a page' }).click();
    const opened = page.context().waitForEvent('page');
    await dialog.getByRole('link', { name: 'Open the page' }).click();
    const other = await opened;
    expect(await other.evaluate(() => window.opener === null)).toBe(true);
    await other.close();
    await expect(app.locator('#opened')).toHaveText('opened');
  });

  test('is stopped by its user, skipped by keyboard, and shown again', async () => {
    const card = latestTurn(page).getByRole('figure', { name: 'App: The board' });
    await card.getByRole('button', { name: 'Skip this app' }).press('Enter');
    await expect(card.getByText('End of the app The board')).toBeFocused();
    await card.getByRole('button', { name: 'Stop' }).click();
    await expect(latestTurn(page).locator('iframe')).toHaveCount(0);
    await latestTurn(page).getByRole('button', { name: 'Show the app “The board”' }).click();
    await expect(latestTurn(page).frameLocator('iframe').locator('#result')).toHaveText('3 cards');
    await latestTurn(page).getByRole('button', { name: 'Stop', exact: true }).click();
  });

  test('may be written on the library of the protocol', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    const { card, app } = await show('official');
    await expect(app.locator('#input')).toHaveText('Blue');
    await expect(app.locator('#result')).toHaveText('3 cards');
    await expect(app.locator('#host')).toHaveText('Parley, dark');
    await expect.poll(async () => (await card.locator('iframe').boundingBox())?.height).toBeLessThan(240);
    await card.getByRole('button', { name: 'Stop' }).click();
  });

  for (const [name, reason] of [
    ['large', 'it is larger than 1 MiB'],
    ['plain', 'its server gave something else'],
  ] as const) {
    test(`is left out when it is ${name}, and the answer goes on`, async () => {
      await ask(page, `Show the ${name}`);
      await untilAnswered(page);
      await expect(latestTurn(page)).toContainText('It said: Three cards.');
      await expect(latestTurn(page)).toContainText(`This tool has an app, which is not shown because ${reason}.`);
      await expect(latestTurn(page).locator('iframe')).toHaveCount(0);
    });
  }

  test('that sends too many messages is stopped', async () => {
    await ask(page, 'Show the flood');
    await expect(latestTurn(page)).toContainText('It was stopped because it sent too many messages', {
      timeout: 20_000,
    });
    await expect(latestTurn(page).locator('iframe')).toHaveCount(0);
    await untilAnswered(page);
  });

  test('that wants to go elsewhere with what it knows gets nowhere', async () => {
    let left = 0;
    await page.context().route('https://example.com/?stolen', (route) => {
      left += 1;
      return route.fulfill({ body: 'stolen' });
    });
    const { card } = await show('escape');
    await expect(card.getByText('This app is not responding.')).toBeVisible({ timeout: 40_000 });
    expect(left).toBe(0);
    await card.getByRole('button', { name: 'Stop' }).click();
    await expect(latestTurn(page).locator('iframe')).toHaveCount(0);
  });

  test('that never rests can be stopped', async () => {
    const { card } = await show('loop');
    await expect(card.getByText('This app is not responding.')).toBeVisible({ timeout: 40_000 });
    // A click of the test, unlike one of a person, would wait for all frames.
    await card.getByRole('button', { name: 'Stop' }).press('Enter');
    await expect(latestTurn(page).locator('iframe')).toHaveCount(0);
    await ask(page, 'Hello?');
    await expect(latestTurn(page)).toContainText('Hello.');
  });

  async function show(name: string): Promise<{ card: Locator; app: FrameLocator }> {
    await ask(page, `Show the ${name}`);
    const card = latestTurn(page).getByRole('figure', { name: `App: The ${name}` });
    await expect(card).toBeVisible({ timeout: 20_000 });
    await untilAnswered(page);
    return { card, app: card.frameLocator('iframe') };
  }
});
