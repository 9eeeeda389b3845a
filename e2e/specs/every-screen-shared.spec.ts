import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import {
  ask,
  composer,
  latestTurn,
  stopButton,
  untilAnswered,
  untilAnswerHas,
  waitingMessages,
} from '../fixtures/chat-page.ts';
import { expectEveryLook } from '../fixtures/every-look.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { register, signInAs } from '../fixtures/people.ts';
import { startScriptedModel, type ScriptedModel } from '../fixtures/scripted-model.ts';

test.describe('every screen of several people and several models, in every theme and width', () => {
  // Each story goes on with the chat of the one before.
  test.describe.configure({ mode: 'serial', timeout: 400_000 });
  let model: ScriptedModel;
  let parley: Parley;
  let ada: Page;
  let grace: Page;
  let folder: string;

  test.beforeAll(async ({ browser }) => {
    model = await startScriptedModel();
    folder = mkdtempSync(join(tmpdir(), 'parley-e2e-shared-screens-'));
    const config = join(folder, 'librechat.yaml');
    const letters = {
      name: 'Letters',
      apiKey: 'sk-e2e',
      baseURL: model.url,
      models: { default: ['alpha', 'beta', 'gamma'], fetch: false },
      titleConvo: false,
    };
    // JSON is YAML, too.
    writeFileSync(config, JSON.stringify({ version: '1.3.17', endpoints: { custom: [letters] } }));
    parley = await startParley({ CONFIG_PATH: config });
    ada = await signInAs(browser, parley.url, await register(parley.url, 'Ada'), { reducedMotion: 'reduce' });
    grace = await signInAs(browser, parley.url, await register(parley.url, 'Grace'), { reducedMotion: 'reduce' });
    await register(parley.url, 'Alan');
  });
  test.afterAll(async () => {
    await ada.context().close();
    await grace.context().close();
    await parley.dispose();
    await model.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('inviting people', async () => {
    await ask(ada, 'Which town shall we visit?');
    await untilAnswered(ada);
    await ada.getByRole('button', { name: 'Share', exact: true }).click();
    const dialog = ada.getByRole('dialog', { name: 'Share this chat' });
    const field = dialog.getByRole('combobox', { name: 'Invite somebody with an account here' });
    await expect(dialog.getByRole('button', { name: 'Create link' })).toBeVisible();
    await expectEveryLook(ada, 'a chat that is not shared');
    await field.fill('zzzz');
    await expect(dialog.getByText('Nobody fits.')).toBeVisible();
    await expectEveryLook(ada, 'nobody to invite');
    await field.fill('gra');
    await expect(dialog.getByRole('option', { name: /Grace/ })).toBeVisible();
    await expectEveryLook(ada, 'somebody to invite');
    await dialog.getByRole('option', { name: /Grace/ }).click();
    await expect(dialog.getByRole('listitem').filter({ hasText: 'Grace' })).toBeVisible();
    await field.fill('ala');
    await dialog.getByRole('option', { name: /Alan/ }).click();
    await dialog.getByRole('button', { name: 'Remove Alan' }).click();
    await expect(dialog.getByText('This chat closes for them at once.')).toBeVisible();
    await expectEveryLook(ada, 'the question whether somebody is to be removed');
    await ada.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  });

  test('a chat that others take part in', async () => {
    const shared = grace.getByRole('region', { name: 'Shared with you' });
    await expect(shared.getByRole('link')).toBeVisible();
    const openSidebar = grace.getByRole('button', { name: 'Open sidebar' });
    await expectEveryLook(grace, 'a chat that somebody shares, in the sidebar', {
      narrow: async () => {
        if (!(await shared.isVisible())) await openSidebar.click();
        await expect(shared).toBeVisible();
      },
    });
    await grace.goto(ada.url());
    await expect(people(ada)).toHaveAccessibleName(/Here now: Grace/);
    await composer(grace).pressSequentially('I am');
    await expect(ada.getByText('Grace is writing…')).toBeVisible();
    await expectEveryLook(ada, 'somebody who writes');

    model.play({ kind: 'stall', afterWords: 60 });
    await ask(grace, 'The answer to this never ends');
    await untilAnswerHas(ada, 100);
    await ask(ada, 'This waits its turn');
    await expect(waitingMessages(grace)).toContainText('Ada · ');
    await expectEveryLook(grace, 'what somebody else waits for');
    await expectEveryLook(ada, 'somebody else’s answer in the making');
    await waitingMessages(ada)
      .getByRole('button', { name: /^Remove/ })
      .click();
    await stopButton(grace).click();
    await untilAnswered(ada);
  });

  test('what those who are invited may do', async () => {
    await untilAnswered(grace);
    await people(grace).click();
    await expect(grace.getByRole('dialog').getByRole('button', { name: 'Continue privately' })).toBeVisible();
    await expectEveryLook(grace, 'the people of somebody else’s chat');
    await grace.getByRole('button', { name: 'Leave this chat' }).click();
    await expectEveryLook(grace, 'the question whether to leave');
    await grace.keyboard.press('Escape');
    await people(ada).click();
    const dialog = ada.getByRole('dialog', { name: 'People in this chat' });
    await dialog.getByRole('button', { name: 'Remove Grace' }).click();
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    const news = grace.getByText('This chat was deleted, or is not shared with you any more.');
    await expect(news).toBeVisible();
    await expectEveryLook(grace, 'whoever was removed');
    await ada.keyboard.press('Escape');
  });

  test('links', async ({ browser }) => {
    await ada.getByRole('button', { name: 'Share', exact: true }).click();
    await ada.getByRole('button', { name: 'Create link' }).click();
    const link = await ada.getByRole('textbox', { name: 'Link', exact: true }).inputValue();
    await expectEveryLook(ada, 'a chat with a link');
    const stranger = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
    await stranger.goto(link);
    await expect(stranger.getByRole('link', { name: 'Sign in to continue' })).toBeVisible();
    await expectEveryLook(stranger, 'a link, to somebody without an account');
    await grace.goto(link);
    await expect(grace.getByRole('button', { name: 'Continue as my copy' })).toBeVisible();
    await expectEveryLook(grace, 'a link, to somebody with an account');
    await ada.getByRole('combobox', { name: 'Who can open it' }).selectOption('signed-in');
    await expect(ada.getByText('Link changed')).toBeVisible();
    await stranger.reload();
    await expect(stranger.getByRole('heading', { name: 'Please sign in' })).toBeVisible();
    await expectEveryLook(stranger, 'a link for people with an account');
    await ada.getByRole('button', { name: 'Stop sharing' }).click();
    await expect(ada.getByRole('button', { name: 'Create link' })).toBeVisible();
    await stranger.reload();
    await expect(stranger.getByRole('heading', { name: 'This link leads nowhere' })).toBeVisible();
    await expectEveryLook(stranger, 'a link that leads nowhere');
    await stranger.context().close();
    await ada.keyboard.press('Escape');
  });

  test('models side by side, and how they have done', async () => {
    await ada.goto(`${parley.url}/model-results`);
    await expect(ada.getByText('No votes yet')).toBeVisible();
    await expectEveryLook(ada, 'model results, empty');
    await ada.goto(`${parley.url}/c/new`);
    await ada.getByRole('button', { name: /^Model: / }).click();
    await ada.getByRole('button', { name: 'Compare models…' }).click();
    const dialog = ada.getByRole('dialog', { name: 'Compare models' });
    for (const name of ['alpha', 'beta', 'gamma']) await dialog.getByRole('checkbox', { name, exact: true }).check();
    await expectEveryLook(ada, 'three models to compare');
    await dialog.getByRole('button', { name: 'Compare', exact: true }).click();
    await expect(ada.getByRole('button', { name: 'Do not compare' })).toBeVisible();
    await expectEveryLook(ada, 'a comparison that is planned');

    model.play({ kind: 'stall', afterWords: 40 });
    await ask(ada, 'Compare for ever');
    await expect(ada.getByRole('region', { name: 'gamma', exact: true })).toContainText('w30');
    await expectEveryLook(ada, 'three answers in the making');
    await stopButton(ada).click();
    await untilAnswered(ada);
    await expectEveryLook(ada, 'three answers that were stopped');
    await ada.getByRole('button', { name: 'Keep this answer: beta' }).click();
    await expect(ada.getByTestId('chosen-note')).toBeVisible();
    await expect(latestTurn(ada)).toContainText('w30');
    await expectEveryLook(ada, 'the answer that was kept');
    await ada.goto(`${parley.url}/model-results`);
    await expect(ada.getByRole('row', { name: /beta/ })).toBeVisible();
    await expectEveryLook(ada, 'model results');
    await ada.getByRole('radio', { name: 'Everybody’s' }).check({ force: true });
    await expect(ada.getByText('Only votes count that were given without')).toBeVisible();
    await expectEveryLook(ada, 'model results of everybody');
  });
});

/** The button that shows who is here, in a shared chat. */
function people(page: Page) {
  return page.getByRole('button', { name: /^People in this chat/ });
}
