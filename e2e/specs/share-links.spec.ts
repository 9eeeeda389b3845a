import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, expectReflow } from '../fixtures/accessible.ts';
import { ask, composer, createFirstAccount, latestTurn, untilAnswered } from '../fixtures/chat-page.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { register, signInAs } from '../fixtures/people.ts';

test.describe('links to chats', () => {
  // Each story goes on with the link of the one before.
  test.describe.configure({ mode: 'serial' });
  let parley: Parley;
  let owner: Page;
  let visitor: Page;
  let link = '';

  test.beforeAll(async ({ browser }) => {
    parley = await startParley();
    owner = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
    visitor = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
    await createFirstAccount(owner, parley.url);
  });
  test.afterAll(async () => {
    await owner.context().close();
    await visitor.context().close();
    await parley.dispose();
  });

  test('show a chat as it is now to somebody who has no account', async () => {
    await ask(owner, 'Please count to 5');
    await untilAnswered(owner);
    await openDialog(owner);
    await expectAccessible(owner, 'the dialog before a link is made');
    await owner.getByRole('button', { name: 'Create link' }).click();
    link = await owner.getByRole('textbox', { name: 'Link', exact: true }).inputValue();
    expect(link).toMatch(/\/share\/[\w-]{32}$/);
    await expectAccessible(owner, 'the dialog with a link');
    await expectReflow(owner, 'the dialog with a link');
    await owner.keyboard.press('Escape');

    await visitor.goto(link);
    await expect(visitor.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(articles(visitor)).toHaveCount(2);
    await expect(articles(visitor).first()).toContainText('Please count to 5');
    await expect(visitor.getByRole('link', { name: 'Sign in to continue' })).toBeVisible();
    await expect(visitor.locator('meta[name="robots"]')).toHaveAttribute('content', /noindex/);
    await expectAccessible(visitor, 'a shared chat');
    await expectReflow(visitor, 'a shared chat');
  });

  test('stay as they were until their owner updates them', async () => {
    await ask(owner, 'Now count to 3');
    await untilAnswered(owner);
    await visitor.reload();
    await expect(articles(visitor)).toHaveCount(2);
    await openDialog(owner);
    await owner.getByRole('button', { name: 'Update link' }).click();
    await expect(owner.getByText('The link shows the chat as it is now')).toBeVisible();
    await expect(owner.getByText('4 messages')).toBeVisible();
    await visitor.reload();
    await expect(articles(visitor)).toHaveCount(4);
  });

  test('can be for people with an account, who go on in a copy of their own', async ({ browser }) => {
    await owner.getByRole('combobox', { name: 'Who can open it' }).selectOption('signed-in');
    await expect(owner.getByText('Link changed')).toBeVisible();
    await owner.keyboard.press('Escape');
    await visitor.reload();
    await expect(visitor.getByRole('heading', { name: 'Please sign in' })).toBeVisible();
    await expectAccessible(visitor, 'a link for people with an account');

    const grace = await register(parley.url, 'Grace');
    const page = await signInAs(browser, parley.url, grace);
    await page.goto(link);
    await expect(articles(page)).toHaveCount(4);
    await page.getByRole('button', { name: 'Continue as my copy' }).click();
    await expect(page).toHaveURL(/\/c\/[\w-]{36}$/);
    await expect(composer(page)).toBeVisible();
    await expect(page.getByRole('log').getByRole('article')).toHaveCount(4);
    await ask(page, 'Count to 2, for me');
    await untilAnswered(page);
    await expect(latestTurn(page)).toContainText('2');
    await owner.reload();
    await expect(owner.getByRole('log').getByRole('article')).toHaveCount(4);
    await page.context().close();
  });

  test('end at once when their owner stops sharing', async () => {
    await owner.goto(`${parley.url}/settings`);
    const section = owner.getByRole('region', { name: 'Shared links' });
    await expect(section.getByText('People with an account')).toBeVisible();
    await expectAccessible(owner, 'the list of links');
    await section.getByRole('button', { name: /^Stop sharing/ }).click();
    await owner.getByRole('dialog').getByRole('button', { name: 'Stop sharing' }).click();
    await expect(section.getByText('You share no chats.')).toBeVisible();
    for (const address of [link, `${parley.url}/share/${'A'.repeat(32)}`]) {
      await visitor.goto(address);
      await expect(visitor.getByRole('heading', { name: 'This link leads nowhere' })).toBeVisible();
    }
    await expectAccessible(visitor, 'a link that leads nowhere');
  });
});

async function openDialog(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Share this chat' })).toBeVisible();
}

function articles(page: Page) {
  return page.getByRole('region', { name: 'Messages' }).getByRole('article');
}
