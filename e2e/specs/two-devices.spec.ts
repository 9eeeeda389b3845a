import { messageText } from '@parley/contracts';
import { expect, test, type Browser, type Page } from '@playwright/test';
import {
  ask,
  composer,
  createFirstAccount,
  latestTurn,
  signIn,
  stopButton,
  storedAnswer,
  storedMessages,
  untilAnswered,
  untilAnswerHas,
  waitingMessages,
} from '../fixtures/chat-page.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { startScriptedModel, type ScriptedModel } from '../fixtures/scripted-model.ts';

test.describe('one person with two devices', () => {
  // Each story goes on in the conversation of the one before.
  test.describe.configure({ mode: 'serial' });
  let model: ScriptedModel;
  let parley: Parley;
  let laptop: Page;
  let phone: Page;

  test.beforeAll(async ({ browser }) => {
    model = await startScriptedModel();
    parley = await startParley({ OPENAI_REVERSE_PROXY: model.url, OPENAI_API_KEY: 'sk-e2e' });
    laptop = await newDevice(browser);
    phone = await newDevice(browser);
    await createFirstAccount(laptop, parley.url);
    await signIn(phone, parley.url);
  });
  test.afterAll(async () => {
    await laptop.context().close();
    await phone.context().close();
    await parley.dispose();
    await model.close();
  });

  test('starts an answer on one, watches it on both and stops it from the other', async () => {
    model.play({ kind: 'count', words: 5000, pauseMs: 10 });
    await ask(laptop, 'Count until I stop you');
    await untilAnswerHas(laptop, 100);

    // Nobody told the phone: it hears of the new conversation by itself.
    await phone
      .getByRole('navigation')
      .getByRole('link', { name: /count until/i })
      .click();
    await untilAnswerHas(phone, 200);
    await stopButton(phone).click();
    await expectSameEverywhere('w10');

    // The next answer appears on the phone without a touch.
    await ask(laptop, 'Count once more');
    await untilAnswerHas(phone, 100);
    await stopButton(phone).click();
    await expectSameEverywhere('w10');
    expect((await storedAnswer(laptop, parley.url)).status).toBe('stopped');
  });

  test('queues a prompt from the other device, which both see and which is asked next', async () => {
    model.play({ kind: 'count', words: 700, pauseMs: 10 });
    await ask(laptop, 'Count slowly, please');
    await untilItRunsOn(phone);
    await ask(phone, 'And now from the phone');
    await expect(waitingMessages(laptop)).toContainText('And now from the phone');
    await expect(waitingMessages(phone)).toContainText('And now from the phone');

    model.play({ kind: 'count', words: 30, pauseMs: 0 });
    for (const page of [laptop, phone]) {
      await expect(page.getByRole('log')).toContainText('And now from the phone', { timeout: 30_000 });
      await expect(waitingMessages(page)).toHaveCount(0, { timeout: 30_000 });
    }
    await expectSameEverywhere('w29');
    expect(model.asked('And now from the phone')).toBe(1);
  });

  test('shows on both devices what one of them adds to a running answer', async () => {
    model.play({ kind: 'count', words: 5000, pauseMs: 10 });
    await ask(laptop, 'Count, and listen to me');
    await untilItRunsOn(phone);
    await composer(phone).fill('Shorter, please');
    await composer(phone).press('Alt+Enter');
    for (const page of [laptop, phone]) await expect(page.getByRole('log')).toContainText('Shorter, please');
    await stopButton(laptop).click();
    await untilAnswered(laptop);
    await untilAnswered(phone);
  });

  test('sends once what was written offline', async () => {
    model.play({ kind: 'count', words: 20, pauseMs: 0 });
    await phone.context().setOffline(true);
    await ask(phone, 'Written in a tunnel');
    await expect(phone.getByText('This message will be sent when you are back online')).toBeVisible();
    expect(model.asked('Written in a tunnel')).toBe(0);

    await phone.context().setOffline(false);
    await expect(phone.getByText('This message will be sent when you are back online')).toHaveCount(0);
    await expect(laptop.getByRole('log')).toContainText('Written in a tunnel');
    await expectSameEverywhere('w19');
    expect(model.asked('Written in a tunnel')).toBe(1);
    const sent = (await storedMessages(phone, parley.url)).filter(
      (message) => messageText(message) === 'Written in a tunnel',
    );
    expect(sent).toHaveLength(1);
  });

  /** Both pages show the same answer, and it is what the server keeps. */
  async function expectSameEverywhere(word: string): Promise<void> {
    await untilAnswered(laptop);
    await untilAnswered(phone);
    await expect(latestTurn(laptop)).toContainText(word);
    await expect(latestTurn(phone)).toContainText(word);
    const shown = await latestTurn(laptop).innerText();
    expect(await latestTurn(phone).innerText()).toBe(shown);
    const stored = await storedAnswer(laptop, parley.url);
    expect(shown).toContain(stored.text.trim());
  }
});

/** The device has heard of the answer and shows some of it; until then its newest turn is the answer before. */
async function untilItRunsOn(page: Page): Promise<void> {
  await expect(stopButton(page)).toBeVisible();
  await untilAnswerHas(page, 50);
}

/** A browser of its own: cookies, storage and sockets are shared with no other. */
async function newDevice(browser: Browser): Promise<Page> {
  const context = await browser.newContext();
  return await context.newPage();
}
