import { mcpRoutes } from '@parley/contracts';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { expectAccessible } from '../fixtures/accessible.ts';
import { composer, createFirstAccount, latestTurn, untilAnswered } from '../fixtures/chat-page.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { register, signInAs } from '../fixtures/people.ts';
import { startProtectedNotesServer, type ProtectedNotesServer } from '../fixtures/protected-notes-server.ts';
import { startToolModel, type Asked, type Said, type ToolModel } from '../fixtures/tool-model.ts';

const accessTokenSeconds = 4;

/** It reads or publishes the notes when it has the tools for it, and repeats what it is told. */
function decide({ prompt, results, tools }: Asked): Said {
  if (prompt.startsWith('Write a short title')) return 'Notes';
  const wanted = prompt.startsWith('Publish') ? 'publish_notes' : 'my_notes';
  const name = tools.find((tool) => tool.endsWith(wanted));
  if (name === undefined) return 'I can read no notes.';
  return results.length === 0 ? [{ name, input: {} }] : `I am told: ${results.join(' ')}`;
}

test.describe('an MCP server that people sign in to', () => {
  test.describe.configure({ mode: 'serial' });
  let notes: ProtectedNotesServer;
  let model: ToolModel;
  let parley: Parley;
  /** Of Ada, who adds it, and of Bob, whom she shares it with. */
  let page: Page;
  let phone: Page;
  let callback: () => string;

  test.beforeAll(async ({ browser }) => {
    notes = await startProtectedNotesServer(accessTokenSeconds);
    model = await startToolModel(decide);
    parley = await startParley(
      { OPENAI_REVERSE_PROXY: model.url, OPENAI_API_KEY: 'sk-e2e' },
      { settings: `mcpSettings:\n  allowedAddresses: ${JSON.stringify(notes.hosts)}\n` },
    );
    page = await (await browser.newContext()).newPage();
    callback = callbackOf(page);
    await createFirstAccount(page, parley.url);
    const bob = await register(parley.url, 'Bob');
    phone = await signInAs(browser, parley.url, bob, { viewport: { width: 390, height: 844 } });
  });
  test.afterAll(async () => {
    await page.context().close();
    await phone.context().close();
    await parley.dispose();
    await model.close();
    await notes.close();
  });

  test('is added by its address; whoever cancels the sign-in is told so', async () => {
    await addServer(page, notes.url);
    await page.getByRole('button', { name: 'Test Notes' }).click();
    await expect(page.getByText('Notes wants you to sign in first.')).toBeVisible();
    await page.getByRole('button', { name: 'Sign in to Notes' }).click();
    await page.getByRole('link', { name: 'Cancel' }).click();
    await expectFailure(page, 'The sign-in was declined.');
  });

  test('shows its tools to somebody who has signed in', async () => {
    await page.getByRole('link', { name: 'To the MCP servers' }).click();
    await page.getByRole('button', { name: 'Sign in to Notes' }).click();
    await logIn(page, 'ada');
    await agree(page);
    await expect(page.getByText('You are signed in')).toBeVisible();
    expect(new URL(page.url()).search).toBe('');
    await page.getByRole('link', { name: 'To the MCP servers' }).click();
    await page.getByRole('button', { name: 'Test Notes' }).click();
    await expect(page.getByText(/^Notes answers \(protected-notes 1\.0\.0\)/)).toBeVisible();
    await page.getByRole('button', { name: '2 tools of Notes' }).click();
    await expect(page.getByRole('list', { name: 'Tools' })).toContainText('My notes');
  });

  test('knows in a chat who is asking', async () => {
    await page.goto(parley.url);
    await switchOn(page);
    await askNow(page, 'What do my notes say?');
    const card = page.getByRole('region', { name: 'Allow “My notes”?' });
    await card.getByText('In all chats', { exact: true }).click();
    await card.getByRole('button', { name: 'Approve' }).click();
    await expectNotesOf(page, 'ada');
  });

  test('is given a new token when one has expired, and nobody is asked', async () => {
    await expect.poll(() => notes.hasGoodToken(), { timeout: 15_000 }).toBe(false);
    const before = notes.grants.length;
    await askNow(page, 'And now?');
    await expectNotesOf(page, 'ada');
    expect(notes.grants.slice(before)).toContain('refresh_token');
    expect(notes.grants.filter((grant) => grant === 'authorization_code')).toHaveLength(1);
  });

  test('holds a call when a sign-in was ended elsewhere, until somebody signs in again', async () => {
    await notes.revokeAll();
    await askNow(page, 'Once more?');
    const tab = await beginSignIn(page);
    await agree(tab);
    await expect(tab.getByText('You are signed in')).toBeVisible();
    await tab.close();
    await expectNotesOf(page, 'ada');
  });

  test('holds a call of somebody who signed out, also when Parley is killed meanwhile', async () => {
    const chat = page.url();
    await signOut(page, parley.url);
    await page.goto(chat);
    await untilAnswered(page);
    await askNow(page, 'And again?');
    await expect(signInCard(page)).toBeVisible();
    await expectAccessible(page, 'A call that waits for a sign-in');
    const tab = await beginSignIn(page);
    await parley.killHard();
    await parley.start();
    await agree(tab);
    await expect(tab.getByText('You are signed in')).toBeVisible();
    await tab.close();
    await expectNotesOf(page, 'ada');
  });

  test('asks again when somebody only says that they have signed in', async () => {
    const chat = page.url();
    await signOut(page, parley.url);
    await page.goto(chat);
    await untilAnswered(page);
    await askNow(page, 'Still there?');
    const taken = page.waitForResponse(/\/inputs$/);
    await signInCard(page).getByRole('button', { name: 'I have signed in' }).click();
    await taken;
    const tab = await beginSignIn(page);
    await agree(tab);
    await expect(tab.getByText('You are signed in')).toBeVisible();
    await tab.close();
    await expectNotesOf(page, 'ada');
  });

  test('is allowed more when a tool needs that', async () => {
    await askNow(page, 'Publish them');
    await page.getByRole('region', { name: 'Allow “Publish notes”?' }).getByRole('button', { name: 'Approve' }).click();
    const tab = await beginSignIn(page);
    await expect(tab.getByText('write', { exact: true }).first()).toBeVisible();
    await agree(tab);
    await expect(tab.getByText('You are signed in')).toBeVisible();
    await tab.close();
    await expect(latestTurn(page)).toContainText('The notes of ada are published.', { timeout: 30_000 });
    await untilAnswered(page);
  });

  test('takes what a browser came back with only once', async () => {
    await page.goto(callback());
    await expectFailure(page, 'it took too long, or was used already');
    await expectAccessible(page, 'A sign-in that did not work');
  });

  test('tells nothing to another person it is shared with', async () => {
    await page.goto(`${parley.url}/mcp`);
    await page.getByRole('button', { name: 'More about Notes' }).click();
    await page.getByRole('menuitem', { name: 'Share' }).click();
    const dialog = page.getByRole('dialog', { name: 'Share “Notes”' });
    await dialog.getByRole('combobox', { name: 'Add people, groups or roles' }).fill('bob');
    await dialog.getByRole('option', { name: /Bob/ }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Sharing was saved').first()).toBeVisible();

    await phone.goto(`${parley.url}/mcp`);
    await expect(phone.getByRole('listitem').filter({ hasText: 'Notes' })).toContainText('Sign-in needed');
    await phone.goto(parley.url);
    await switchOn(phone);
    await askNow(phone, 'What do my notes say?');
    await untilAnswered(phone);
    await expect(latestTurn(phone)).toContainText('I can read no notes.');
    await expect(latestTurn(phone)).toContainText('Sign in to Notes under MCP servers to use its tools.');
  });

  test('lets nobody finish what somebody else began', async () => {
    await page.route(`**${mcpRoutes.finishSignIn.path.replace(':name', 'notes')}`, (route) => route.abort());
    await signOut(page, parley.url);
    const cameBack = page.waitForRequest(/\/oauth\/callback\?/);
    await page.getByRole('button', { name: 'Sign in to Notes' }).click();
    await agree(page);
    await phone.goto((await cameBack).url());
    await expectFailure(phone, 'Somebody else began this sign-in');
    await phone.goto(`${parley.url}/mcp`);
    await expect(phone.getByRole('listitem').filter({ hasText: 'Notes' })).toContainText('Sign-in needed');
  });

  test('tells each person what is theirs', async () => {
    await phone.getByRole('button', { name: 'Sign in to Notes' }).click();
    await logIn(phone, 'bob');
    await agree(phone);
    await expect(phone.getByText('You are signed in')).toBeVisible();
    await phone.goto(parley.url);
    await switchOn(phone);
    await askNow(phone, 'What do my notes say?');
    const card = phone.getByRole('region', { name: 'Allow “My notes”?' });
    await card.getByRole('button', { name: 'Approve' }).click();
    await expectNotesOf(phone, 'bob');
    await expect(phone.locator('body')).not.toContainText('ada');
  });
});

/** The address a browser first came back with a code to. */
function callbackOf(page: Page): () => string {
  let first: string | undefined;
  page.on('request', (request) => {
    if (/\/oauth\/callback\?.*code=/.test(request.url())) first ??= request.url();
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

/** The browser came back, and is told why that did not help. */
async function expectFailure(page: Page, reason: string): Promise<void> {
  const failure = page.getByRole('alert');
  await expect(failure).toContainText('Signing in did not work');
  await expect(failure).toContainText(reason);
  await expect(failure.getByRole('link', { name: 'To the MCP servers' })).toBeVisible();
}

async function signOut(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/mcp`);
  await page.getByRole('button', { name: 'More about Notes' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByText('You are signed out of Notes')).toBeVisible();
}

function signInCard(page: Page): Locator {
  return latestTurn(page).getByRole('region', { name: 'Sign in to Notes' });
}

/** Follows the card that a call waits with to the authorization server, in a tab of its own. */
async function beginSignIn(page: Page): Promise<Page> {
  const opened = page.context().waitForEvent('page');
  await signInCard(page).getByRole('button', { name: 'Sign in', exact: true }).click();
  const tab = await opened;
  await expect(tab.getByRole('button', { name: 'Continue' })).toBeVisible();
  return tab;
}

/** Asks once the page is ready for it, and waits until the newest turn belongs to it. */
async function askNow(page: Page, question: string): Promise<void> {
  await composer(page).fill(question);
  await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeEnabled();
  await composer(page).press('Enter');
  await expect(page.getByRole('log').getByRole('article').filter({ hasText: question })).toBeVisible();
}

async function switchOn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Tools' }).click();
  await page.getByRole('checkbox', { name: 'Notes', exact: true }).check();
  await page.keyboard.press('Escape');
}

async function expectNotesOf(page: Page, login: string): Promise<void> {
  await expect(latestTurn(page)).toContainText(`I am told: These are the notes of ${login}.`, { timeout: 30_000 });
  await untilAnswered(page);
}
