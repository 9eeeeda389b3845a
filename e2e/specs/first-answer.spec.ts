import { expect, test } from '@playwright/test';
import {
  account,
  ask,
  createFirstAccount,
  latestTurn,
  stopButton,
  storedAnswer,
  untilAnswered,
  untilAnswerHas,
} from '../fixtures/chat-page.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';

test.describe('a newcomer gets a first answer', () => {
  let parley: Parley;
  test.beforeAll(async () => {
    parley = await startParley();
  });
  test.afterAll(() => parley.dispose());

  test('that survives a reload, shows in a second tab and outlives a killed server', async ({ page, context }) => {
    await createFirstAccount(page, parley.url);
    await ask(page, 'Please count to 400');

    await untilAnswerHas(page, 200);
    await expect(stopButton(page)).toBeVisible();
    const beforeReload = await latestTurn(page).innerText();
    await page.reload();
    await untilAnswerHas(page, beforeReload.length);
    await expect(stopButton(page)).toBeVisible();

    const secondTab = await context.newPage();
    await secondTab.goto(page.url());
    await untilAnswerHas(secondTab, beforeReload.length);

    await untilAnswered(page);
    await untilAnswered(secondTab);
    const shown = await latestTurn(page).innerText();
    expect(await latestTurn(secondTab).innerText()).toBe(shown);
    for (const number of [1, 2, 200, 399, 400]) expect(shown).toMatch(new RegExp(`\\b${String(number)}\\b`));

    const stored = await storedAnswer(page, parley.url);
    expect(stored.status).toBe('done');
    const title = page.getByRole('navigation').getByRole('link', { name: /count.*400/i });
    await expect(title).toBeVisible();

    await secondTab.close();
    await parley.killHard();
    await parley.start();
    await page.reload();
    await untilAnswered(page);
    expect(await latestTurn(page).innerText()).toBe(shown);
    expect(await storedAnswer(page, parley.url)).toEqual(stored);

    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('E-mail address').fill(account.email);
    await page.getByLabel('Password', { exact: true }).fill(account.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: /count.*400/i }).click();
    await untilAnswered(page);
    expect(await latestTurn(page).innerText()).toBe(shown);
  });
});
