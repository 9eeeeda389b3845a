import { expect, test, type Browser, type Locator, type Page } from '@playwright/test';
import { expectAccessible, expectReflow } from '../fixtures/accessible.ts';
import {
  ask,
  composer,
  createFirstAccount,
  latestTurn,
  stopButton,
  storedMessages,
  untilAnswered,
  untilAnswerHas,
  waitingMessages,
} from '../fixtures/chat-page.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { register, signInAs, type Person } from '../fixtures/people.ts';
import { startScriptedModel, type ScriptedModel } from '../fixtures/scripted-model.ts';

test.describe('a chat that two people share', () => {
  // Each story goes on in the chat of the one before.
  test.describe.configure({ mode: 'serial' });
  let model: ScriptedModel;
  let parley: Parley;
  let ada: Page;
  let grace: Page;
  let graceHopper: Person;

  test.beforeAll(async ({ browser }) => {
    model = await startScriptedModel();
    parley = await startParley({ OPENAI_REVERSE_PROXY: model.url, OPENAI_API_KEY: 'sk-e2e' });
    ada = await newPage(browser);
    await createFirstAccount(ada, parley.url);
    graceHopper = await register(parley.url, 'Grace');
    grace = await signInAs(browser, parley.url, graceHopper, { reducedMotion: 'reduce' });
  });
  test.afterAll(async () => {
    await ada.context().close();
    await grace.context().close();
    await parley.dispose();
    await model.close();
  });

  test('begins with an invitation, by keyboard alone, and is in the sidebar of whoever is invited', async () => {
    model.play({ kind: 'count', words: 10, pauseMs: 0 });
    await ask(ada, 'Please count to ten');
    await untilAnswered(ada);
    await ada.getByRole('button', { name: 'Share', exact: true }).focus();
    await ada.keyboard.press('Enter');
    const dialog = ada.getByRole('dialog', { name: 'Share this chat' });
    await expectAccessible(ada, 'the dialog before anybody is invited');
    await dialog.getByRole('combobox', { name: 'Invite somebody with an account here' }).focus();
    await ada.keyboard.type('gra');
    await expect(dialog.getByRole('option', { name: /Grace/ })).toBeVisible();
    await ada.keyboard.press('Enter');
    await expect(dialog.getByRole('list', { name: 'Who takes part' }).getByRole('listitem')).toHaveCount(2);
    await expectAccessible(ada, 'the dialog with somebody who takes part');
    await expectReflow(ada, 'the dialog with somebody who takes part');
    await ada.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);

    // Nobody told Grace: the chat is there by itself.
    await sharedSection(grace).getByRole('link').click();
    await expect(grace.getByRole('log').getByRole('article')).toHaveCount(2);
    await expect(questions(grace).first()).toHaveAccessibleName(/^Ada Lovelace, /);
    await expect(questions(ada).first()).toHaveAccessibleName(/^You, /);
    await expectAccessible(grace, 'a chat that somebody shares');
  });

  test('shows each who else is here, and who is writing', async () => {
    await expect(people(ada)).toHaveAccessibleName('People in this chat. Here now: Grace');
    await expect(people(grace)).toHaveAccessibleName('People in this chat. Here now: Ada Lovelace');
    await composer(grace).pressSequentially('I am');
    await expect(ada.getByText('Grace is writing…')).toBeVisible();
    await composer(grace).fill('');
    await expect(ada.getByText('Grace is writing…')).toHaveCount(0);
    await people(ada).click();
    await expect(ada.getByRole('listitem').filter({ hasText: 'Grace' })).toContainText('here now');
    await expectAccessible(ada, 'the people of a chat');
    await ada.keyboard.press('Escape');
  });

  test('shows both the answer while it is written, and who asked', async () => {
    model.play({ kind: 'count', words: 3000, pauseMs: 10 });
    await ask(grace, 'Grace asks for a long one');
    await untilAnswerHas(grace, 50);
    await untilAnswerHas(ada, 50);
    await expect(questions(ada).last()).toHaveAccessibleName(/^Grace, /);
    await expect(questions(grace).last()).toHaveAccessibleName(/^You, /);
    await expectAccessible(ada, 'somebody else’s answer in the making');
    // The owner may stop what others asked.
    await stopButton(ada).click();
    await untilAnswered(ada);
    await untilAnswered(grace);
    expect(await latestTurn(ada).getByText(/w\d+/).first().innerText()).toBe(
      await latestTurn(grace).getByText(/w\d+/).first().innerText(),
    );
  });

  test('leaves an answer to whoever asked for it', async () => {
    model.play({ kind: 'count', words: 3000, pauseMs: 10 });
    await ask(ada, 'Ada asks for a long one');
    await untilAnswerHas(grace, 50);
    await expect(stopButton(grace)).toHaveCount(0);
    await composer(grace).press('Escape');
    await untilAnswerHas(grace, 200);
    await expect(grace.getByRole('log')).toHaveAttribute('aria-busy', 'true');
    await stopButton(ada).click();
    await untilAnswered(grace);

    const adas = questions(grace).first();
    await adas.hover();
    await expect(adas.getByRole('button', { name: 'Edit' })).toHaveCount(0);
    await adas.getByRole('button', { name: 'More actions' }).click();
    await expect(grace.getByRole('menuitem', { name: /Fork/ })).toBeVisible();
    await expect(grace.getByRole('menuitem', { name: /Delete/ })).toHaveCount(0);
    await grace.keyboard.press('Escape');
  });

  test('asks in order what both ask at once', async () => {
    model.play({ kind: 'count', words: 1200, pauseMs: 10 });
    await composer(ada).fill('Ada at once');
    await composer(grace).fill('Grace at once');
    await Promise.all([composer(ada).press('Enter'), composer(grace).press('Enter')]);
    // One of them was first; the other waits under the name of whoever asked.
    await expect(waitingMessages(ada)).toContainText('at once');
    await expect(waitingMessages(grace)).toContainText('at once');
    const isGraceWaiting = (await waitingMessages(ada).innerText()).includes('Grace at once');
    await expect(waitingMessages(isGraceWaiting ? ada : grace)).toContainText(
      isGraceWaiting ? 'Grace · ' : 'Ada Lovelace · ',
    );
    model.play({ kind: 'count', words: 10, pauseMs: 0 });
    for (const page of [ada, grace]) {
      await expect(waitingMessages(page)).toHaveCount(0, { timeout: 40_000 });
      await expect(page.getByRole('log')).toContainText('Ada at once');
      await expect(page.getByRole('log')).toContainText('Grace at once');
      await untilAnswered(page);
    }
    expect([model.asked('Ada at once'), model.asked('Grace at once')]).toEqual([1, 1]);
    const stored = await storedMessages(ada, parley.url);
    const byGrace = stored.filter(({ role, author }) => role === 'user' && author?.name === 'Grace');
    expect(byGrace).toHaveLength(2);
  });

  test('sends in order what somebody wrote offline', async () => {
    model.play({ kind: 'count', words: 10, pauseMs: 0 });
    await grace.context().setOffline(true);
    await ask(grace, 'Written in a tunnel');
    await expect(grace.getByText('This message will be sent when you are back online')).toBeVisible();
    await grace.context().setOffline(false);
    await expect(ada.getByRole('log')).toContainText('Written in a tunnel', { timeout: 30_000 });
    await untilAnswered(grace);
    await expect(questions(ada).last()).toHaveAccessibleName(/^Grace, /);
    expect(model.asked('Written in a tunnel')).toBe(1);
  });

  test('can be gone on with privately, which the other does not see', async () => {
    const shared = grace.url();
    const before = await ada.getByRole('log').getByRole('article').count();
    await people(grace).click();
    await expectAccessible(grace, 'the people of somebody else’s chat');
    await expectReflow(grace, 'the people of somebody else’s chat');
    await grace.getByRole('button', { name: 'Continue privately' }).click();
    await expect(grace).not.toHaveURL(shared);
    await expect(grace.getByRole('log').getByRole('article')).toHaveCount(before);
    await ask(grace, 'Between me and the model');
    await untilAnswered(grace);
    await expect(people(grace)).toHaveCount(0);
    await expect(ada.getByRole('log').getByRole('article')).toHaveCount(before);
    await grace.goto(shared);
    await expect(grace.getByRole('log').getByRole('article')).toHaveCount(before);
  });

  test('is found by whoever takes part, with the names of who wrote it and whose it is', async () => {
    const shared = grace.url();
    await grace.goto(`${parley.url}/search?q=%22count+to+ten%22`);
    const hits = grace.getByRole('list', { name: 'Results' }).getByRole('listitem');
    const prompt = hits.filter({ hasText: 'Shared by Ada Lovelace' }).filter({ hasText: /Ada Lovelace ·/ });
    await expect(prompt).toHaveCount(1);
    await grace.getByRole('button', { name: 'Filters' }).click();
    await grace.getByLabel('Whose chats').selectOption('Your own');
    await expect(prompt).toHaveCount(0);
    await grace.getByLabel('Whose chats').selectOption('Shared with you');
    await expectAccessible(grace, 'a search in shared chats');
    await prompt.getByRole('link').click();
    await expect(grace).toHaveURL(shared);
    await expect(questions(grace).first()).toBeVisible();
  });

  test('is nothing to a stranger who has its address', async ({ browser }) => {
    const eve = await signInAs(browser, parley.url, await register(parley.url, 'Eve'));
    await eve.goto(ada.url());
    await expect(eve.getByRole('heading', { name: 'This conversation does not exist' })).toBeVisible();
    await expect(eve.getByText('Please count to ten')).toHaveCount(0);
    await expect(sharedSection(eve)).toHaveCount(0);
    await eve.context().close();
  });

  test('closes for whoever is removed, in the middle of an answer', async () => {
    model.play({ kind: 'count', words: 3000, pauseMs: 10 });
    await ask(ada, 'One that Grace does not see the end of');
    await untilAnswerHas(grace, 50);
    const address = grace.url();
    await people(ada).click();
    const dialog = ada.getByRole('dialog', { name: 'People in this chat' });
    await dialog.getByRole('button', { name: 'Remove Grace' }).click();
    await expectAccessible(ada, 'the question whether somebody is to be removed');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(dialog.getByText('Grace')).toHaveCount(0);
    await ada.keyboard.press('Escape');

    await expect(grace.getByText('This chat was deleted, or is not shared with you any more.')).toBeVisible();
    await expect(grace).toHaveURL(/\/c\/new$/);
    await expect(sharedSection(grace)).toHaveCount(0);
    await grace.goto(address);
    await expect(grace.getByRole('heading', { name: 'This conversation does not exist' })).toBeVisible();
    // The owner goes on alone.
    await untilAnswerHas(ada, 300);
    await stopButton(ada).click();
    await untilAnswered(ada);
    await expect(people(ada)).toHaveCount(0);
  });

  test('is left from the sidebar, and ends when its owner deletes it', async () => {
    await invite(ada, 'Grace');
    await grace.goto(`${parley.url}/c/new`);
    await sharedSection(grace).getByRole('link').focus();
    await sharedSection(grace)
      .getByRole('button', { name: /^Actions for/ })
      .click();
    await grace.getByRole('menuitem', { name: 'Leave this chat' }).click();
    await expectAccessible(grace, 'the question whether to leave');
    await grace.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click();
    await expect(sharedSection(grace)).toHaveCount(0);
    await expect(people(ada)).toHaveCount(0);

    await invite(ada, 'Grace');
    await sharedSection(grace).getByRole('link').click();
    await expect(grace.getByRole('log').getByRole('article').first()).toBeVisible();
    await ada.getByRole('navigation').locator('a[aria-current="page"][href^="/c/"]').press('Delete');
    // It is deleted when it cannot be taken back any more, or the page is left.
    await ada.goto(`${parley.url}/settings`);
    await expect(grace.getByText('This chat was deleted, or is not shared with you any more.')).toBeVisible();
    await expect(grace).toHaveURL(/\/c\/new$/);
  });
});

async function newPage(browser: Browser): Promise<Page> {
  return await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
}

function sharedSection(page: Page): Locator {
  return page.getByRole('region', { name: 'Shared with you' });
}

function questions(page: Page): Locator {
  return page.getByRole('log').locator('article[data-turn="question"]');
}

/** The button that shows who is here, in a shared chat. */
function people(page: Page): Locator {
  return page.getByRole('button', { name: /^People in this chat/ });
}

async function invite(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this chat' });
  await dialog.getByRole('combobox', { name: 'Invite somebody with an account here' }).fill(name);
  await dialog.getByRole('option', { name: new RegExp(name) }).click();
  await expect(dialog.getByRole('list', { name: 'Who takes part' }).getByText(name)).toBeVisible();
  await page.keyboard.press('Escape');
}
