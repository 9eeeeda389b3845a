import { expect, test, type Locator, type Page } from '@playwright/test';
import { ask, createFirstAccount, latestTurn, untilAnswered } from '../fixtures/chat-page.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { register, signInAs } from '../fixtures/people.ts';
import { startProtectedNotesServer, type ProtectedNotesServer } from '../fixtures/protected-notes-server.ts';
import { startToolModel, type Asked, type Said, type ToolModel } from '../fixtures/tool-model.ts';

const accessTokenSeconds = 4;

/** It reads the notes when it has the tool for it, and repeats what they say. */
function decide({ prompt, results, tools }: Asked): Said {
  if (prompt.startsWith('Write a short title')) return 'Notes';
  const name = tools.find((tool) => tool.endsWith('my_notes'));
  if (name === undefined) return 'I can read no notes.';
  return results.length === 0 ? [{ name, input: {} }] : `I read: ${results.join(' ')}`;
}

test.describe('an MCP server that people sign in to', () => {
  let notes: ProtectedNotesServer;
  let model: ToolModel;
  let parley: Parley;

  test.beforeAll(async () => {
    notes = await startProtectedNotesServer(accessTokenSeconds);
    model = await startToolModel(decide);
    parley = await startParley(
      { OPENAI_REVERSE_PROXY: model.url, OPENAI_API_KEY: 'sk-e2e' },
      undefined,
      `mcpSettings:\n  allowedAddresses: ${JSON.stringify(notes.hosts)}\n`,
    );
  });
  test.afterAll(async () => {
    await parley.dispose();
    await model.close();
    await notes.close();
  });

  test('knows each of them, renews tokens unseen, and holds a chat until somebody is back', async ({
    page,
    browser,
  }) => {
    test.setTimeout(180_000);
    await createFirstAccount(page, parley.url);
    const callback = callbackOf(page);

    await test.step('somebody adds it by its address, and signs in', async () => {
      await addServer(page, notes.url);
      await page.getByRole('button', { name: 'Test Notes' }).click();
      await expect(page.getByText('Notes wants you to sign in first.')).toBeVisible();
      await page.getByRole('button', { name: 'Sign in to Notes' }).click();
      await logIn(page, 'ada');
      await agree(page);
      await expect(page.getByText('You are signed in')).toBeVisible();
    });

    await test.step('its tools can be seen now', async () => {
      await page.getByRole('link', { name: 'To the MCP servers' }).click();
      await page.getByRole('button', { name: 'Test Notes' }).click();
      await expect(page.getByText(/^Notes answers \(protected-notes 1\.0\.0\)/)).toBeVisible();
      await page.getByRole('button', { name: '1 tool of Notes' }).click();
      await expect(page.getByRole('list', { name: 'Tools' })).toContainText('My notes');
    });

    await test.step('a chat with them knows who is asking', async () => {
      await page.goto(parley.url);
      await switchOn(page);
      await ask(page, 'What do my notes say?');
      const card = page.getByRole('region', { name: 'Allow “My notes”?' });
      await card.getByRole('radio', { name: 'In all chats' }).check({ force: true });
      await card.getByRole('button', { name: 'Approve' }).click();
      await expectNotesOf(page, 'ada');
    });

    await test.step('an expired token is renewed, and nobody is asked', async () => {
      await expect.poll(() => notes.hasGoodToken(), { timeout: 15_000 }).toBe(false);
      const before = notes.grants.length;
      await ask(page, 'And now?');
      await expectNotesOf(page, 'ada');
      expect(notes.grants.slice(before)).toContain('refresh_token');
      expect(notes.grants.filter((grant) => grant === 'authorization_code')).toHaveLength(1);
    });

    await test.step('signed out, a call waits for the sign-in, and goes on by itself', async () => {
      const chat = page.url();
      await signOut(page, parley.url);
      await page.goto(chat);
      await ask(page, 'Once more?');
      const tab = await beginSignIn(page);
      await agree(tab);
      await expect(tab.getByText('You are signed in')).toBeVisible();
      await tab.close();
      await expectNotesOf(page, 'ada');
    });

    await test.step('also when the server is killed while somebody signs in', async () => {
      const chat = page.url();
      await signOut(page, parley.url);
      await page.goto(chat);
      await ask(page, 'And again?');
      const tab = await beginSignIn(page);
      await parley.killHard();
      await parley.start();
      await agree(tab);
      await expect(tab.getByText('You are signed in')).toBeVisible();
      await tab.close();
      await expectNotesOf(page, 'ada');
    });

    await test.step('what a browser came back with is good only once', async () => {
      await page.goto(callback());
      const failure = page.getByRole('alert');
      await expect(failure).toContainText('Signing in did not work');
      await expect(failure.getByRole('link', { name: 'To the MCP servers' })).toBeVisible();
    });

    const bob = await register(parley.url, 'Bob');
    await test.step('it is shared with another person', async () => {
      await page.goto(`${parley.url}/mcp`);
      await page.getByRole('button', { name: 'More about Notes' }).click();
      await page.getByRole('menuitem', { name: 'Share' }).click();
      const dialog = page.getByRole('dialog', { name: 'Share “Notes”' });
      await dialog.getByRole('combobox', { name: 'Add people, groups or roles' }).fill('bob');
      await dialog.getByRole('option', { name: /Bob/ }).click();
      await dialog.getByRole('button', { name: 'Save' }).click();
      await expect(page.getByText('Sharing was saved').first()).toBeVisible();
    });

    const phone = await signInAs(browser, parley.url, bob, { viewport: { width: 390, height: 844 } });
    await test.step('who is not signed in, and reads nothing', async () => {
      await phone.goto(`${parley.url}/mcp`);
      await expect(phone.getByRole('listitem').filter({ hasText: 'Notes' })).toContainText('Sign-in needed');
      await phone.goto(parley.url);
      await switchOn(phone);
      await ask(phone, 'What do my notes say?');
      await untilAnswered(phone);
      await expect(latestTurn(phone)).toContainText('I can read no notes.');
      await expect(latestTurn(phone)).toContainText('Sign in to Notes under MCP servers to use its tools.');
    });

    await test.step('nor can they finish what somebody else began', async () => {
      await page.context().route('**/oauth/callback?*', (route) => route.abort());
      await signOut(page, parley.url);
      const cameBack = page.waitForRequest(/\/oauth\/callback\?/);
      await page.getByRole('button', { name: 'Sign in to Notes' }).click();
      await agree(page);
      await phone.goto((await cameBack).url());
      await expect(phone.getByRole('alert')).toContainText('Signing in did not work');
      await phone.goto(`${parley.url}/mcp`);
      await expect(phone.getByRole('listitem').filter({ hasText: 'Notes' })).toContainText('Sign-in needed');
    });

    await test.step('but with a sign-in of their own they read theirs', async () => {
      await phone.getByRole('button', { name: 'Sign in to Notes' }).click();
      await logIn(phone, 'bob');
      await agree(phone);
      await expect(phone.getByText('You are signed in')).toBeVisible();
      await phone.goto(parley.url);
      await switchOn(phone);
      await ask(phone, 'What do my notes say?');
      const card = phone.getByRole('region', { name: 'Allow “My notes”?' });
      await card.getByRole('button', { name: 'Approve' }).click();
      await expectNotesOf(phone, 'bob');
      await expect(phone.locator('body')).not.toContainText('ada');
    });
  });
});

/** The address a browser came back with first. */
function callbackOf(page: Page): () => string {
  let first: string | undefined;
  page.on('request', (request) => {
    if (request.url().includes('/oauth/callback?')) first ??= request.url();
  });
  return () => {
    if (first === undefined) throw new Error('The browser did not come back.');
    return first;
  };
}

async function addServer(page: Page, url: string): Promise<void> {
  await page.goto(new URL('/mcp', page.url()).href);
  await page.getByRole('button', { name: 'Add a server' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add an MCP server' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Notes');
  await dialog.getByRole('textbox', { name: 'Address' }).fill(url);
  await dialog.getByRole('combobox', { name: 'How it knows you' }).selectOption('Each person signs in (OAuth)');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Notes', exact: true })).toBeVisible();
}

/** Fills in the form of the authorization server. */
async function logIn(page: Page, login: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(login);
  await page.getByPlaceholder('and password').fill('any password');
  await page.getByRole('button', { name: 'Sign-in' }).click();
}

/** Lets Parley in at the authorization server. */
async function agree(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function signOut(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/mcp`);
  await page.getByRole('button', { name: 'More about Notes' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByText('You are signed out of Notes')).toBeVisible();
}

/** Follows the card that a call waits with to the authorization server, in a tab of its own. */
async function beginSignIn(page: Page): Promise<Page> {
  const card = page.getByRole('region', { name: 'Sign in to Notes' });
  const opened = page.context().waitForEvent('page');
  await card.getByRole('button', { name: 'Sign in', exact: true }).click();
  const tab = await opened;
  await expect(tab.getByRole('button', { name: 'Continue' })).toBeVisible();
  return tab;
}

async function switchOn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Tools' }).click();
  await page.getByRole('checkbox', { name: 'Notes', exact: true }).check();
  await page.keyboard.press('Escape');
}

async function expectNotesOf(page: Page, login: string): Promise<void> {
  const turn: Locator = latestTurn(page);
  await expect(turn).toContainText(`I read: These are the notes of ${login}.`, { timeout: 30_000 });
  await untilAnswered(page);
}
