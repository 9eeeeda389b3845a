import { expect, test } from '@playwright/test';
import { expectAccessible, expectReflow } from '../fixtures/accessible.ts';
import {
  ask,
  createFirstAccount,
  composer,
  untilAnswered,
  untilAnswerHas,
  waitingMessages,
} from '../fixtures/chat-page.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';

test.describe('every screen', () => {
  let parley: Parley;
  test.beforeAll(async () => {
    parley = await startParley();
  });
  test.afterAll(() => parley.dispose());

  test('has no accessibility violation in either theme', async ({ browser }) => {
    test.setTimeout(300_000);
    const context = await browser.newContext();
    const page = await context.newPage();
    const check = async (screen: string) => {
      await expectAccessible(page, screen);
      await expectReflow(page, screen);
    };

    await page.goto(`${parley.url}/sign-up`);
    await expect(page.getByRole('button', { name: 'Create account' })).toBeVisible();
    await check('first account');
    await page.getByRole('button', { name: 'Create account' }).click();
    await check('sign-up with errors');

    await createFirstAccount(page, parley.url);
    await check('empty chat');

    await ask(page, 'Please count to 2000');
    await untilAnswerHas(page, 50);
    await ask(page, 'This waits its turn');
    await expect(waitingMessages(page)).toContainText('This waits its turn');
    await check('streaming answer with a waiting prompt');
    await composer(page).press('Escape');
    await untilAnswered(page);
    await expect(waitingMessages(page).getByRole('button', { name: 'Send: This waits its turn' })).toBeVisible();
    await check('stopped answer with a waiting prompt');
    await waitingMessages(page)
      .getByRole('button', { name: /^Remove/ })
      .click();

    await context.setOffline(true);
    await ask(page, 'Written in a tunnel');
    await expect(page.getByText('This message will be sent when you are back online')).toBeVisible();
    await check('offline');
    await context.setOffline(false);
    await expect(page.getByText('This message will be sent when you are back online')).toHaveCount(0);
    await untilAnswered(page);

    await ask(page, 'Show me a table, code and a formula');
    await untilAnswered(page);
    await check('rich answer');

    await page.goto(`${parley.url}/settings`);
    await expect(page.getByRole('region', { name: 'Devices' }).getByText('This device')).toBeVisible();
    await check('settings with devices');
    await page.goto(`${parley.url}/archive`);
    await expect(page.getByRole('heading', { name: 'Archived chats' })).toBeVisible();
    await check('archive');
    await page.goto(`${parley.url}/docs/guides/connect-a-provider`);
    await expect(page.getByRole('heading', { name: 'Connect a provider' }).first()).toBeVisible();
    await check('documentation');
    await page.goto(`${parley.url}/c/00000000-0000-4000-8000-000000000000`);
    await expect(page.getByText('This conversation does not exist')).toBeVisible();
    await check('unknown conversation');
    await page.goto(`${parley.url}/no/such/page`);
    await expect(page.getByText('There is nothing here')).toBeVisible();
    await check('unknown page');

    await context.clearCookies();
    await page.goto(`${parley.url}/sign-in`);
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await check('sign-in');
    await context.close();
  });
});
