import { expect, test, type Page } from '@playwright/test';
import { ask, composer, createFirstAccount, latestTurn, storedMessages, untilAnswered } from '../fixtures/chat-page.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';

test.describe('without its server', () => {
  // Each story goes on where the one before ended.
  test.describe.configure({ mode: 'serial' });
  let parley: Parley;
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    parley = await startParley();
    page = await (await browser.newContext({ serviceWorkers: 'allow' })).newPage();
    await createFirstAccount(page, parley.url);
    await ask(page, 'Hello, who are you?');
    await untilAnswered(page);
    await untilKept(page);
  });
  test.afterAll(async () => {
    await page.context().close();
    await parley.dispose();
  });

  test('the app opens, and the chats that were read last can be read', async () => {
    const answer = await latestTurn(page).innerText();
    await parley.killHard();
    await page.reload();
    await expect(latestTurn(page)).toBeVisible();
    await expect.poll(async () => words(await latestTurn(page).innerText())).toBe(words(answer));
    // Not as plain text: what shows it was kept, too.
    await expect(latestTurn(page).locator('.markdown')).toBeVisible();
    await page.goto(parley.url);
    await page
      .getByRole('navigation')
      .getByRole('link', { name: /who are you/i })
      .click();
    await expect(latestTurn(page)).toBeVisible();
  });

  test('what is written meanwhile is sent once, when the server is back', async () => {
    await ask(page, 'Hello from the train');
    await expect(page.getByText('Hello from the train')).toBeVisible();
    await page.reload();
    await expect(page.getByText('Hello from the train')).toBeVisible();
    await parley.start();
    await expect(page.getByRole('log').getByRole('article')).toHaveCount(4, { timeout: 30_000 });
    await untilAnswered(page);
    await expect
      .poll(async () => (await storedMessages(page, parley.url)).map(({ role, status }) => `${role} ${status}`))
      .toEqual(['user done', 'assistant done', 'user done', 'assistant done']);
  });

  test('whoever signs out leaves nothing behind', async () => {
    await page.getByRole('button', { name: /Ada Lovelace/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await expect.poll(() => keptChats(page)).toBe(0);
    expect(await page.evaluate(() => localStorage.getItem('parley:user'))).toBeNull();
    await parley.killHard();
    await page.goto(`${parley.url}/c/new`);
    await expect(page.getByText('This page could not be shown')).toBeVisible();
    await expect(composer(page)).toBeHidden();
    await parley.start();
  });
});

/** Until the page, its code and the chat are kept. */
async function untilKept(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await expect.poll(() => keptChats(page)).toBe(1);
  await expect
    .poll(() =>
      page.evaluate(async () => {
        const paths = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname);
        const assets = paths.filter((path) => path.startsWith('/assets/'));
        return (await Promise.all(assets.map((path) => caches.match(path)))).every((kept) => kept !== undefined);
      }),
    )
    .toBe(true);
}

async function keptChats(page: Page): Promise<number> {
  return await page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('parley-chats');
        opening.addEventListener('error', () => reject(new Error('The database could not be opened.')));
        opening.addEventListener('success', () => {
          const database = opening.result;
          if (!database.objectStoreNames.contains('chats')) {
            database.close();
            resolve(0);
            return;
          }
          const counting = database.transaction('chats').objectStore('chats').count();
          counting.addEventListener('success', () => {
            database.close();
            resolve(counting.result);
          });
        });
      }),
  );
}

function words(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
