import { expect, test } from '@playwright/test';
import {
  ask,
  composer,
  createFirstAccount,
  latestTurn,
  stopButton,
  untilAnswered,
  untilAnswerHas,
} from '../fixtures/chat-page.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { startScriptedModel, type ScriptedModel } from '../fixtures/scripted-model.ts';

test.describe('when an answer does not go to its end', () => {
  let model: ScriptedModel;
  let parley: Parley;

  test.beforeAll(async () => {
    model = await startScriptedModel();
    parley = await startParley({ OPENAI_REVERSE_PROXY: model.url, OPENAI_API_KEY: 'sk-e2e' });
  });
  test.afterAll(async () => {
    await parley.dispose();
    await model.close();
  });

  test('stop keeps what was written; a cut, an error and a restart are told apart', async ({ page, context }) => {
    await createFirstAccount(page, parley.url);

    await test.step('stop, seen in a second tab', async () => {
      model.play({ kind: 'count', words: 5000, pauseMs: 10 });
      await ask(page, 'Count until I stop you');
      await untilAnswerHas(page, 100);
      const secondTab = await context.newPage();
      await secondTab.goto(page.url());
      await untilAnswerHas(secondTab, 100);
      await stopButton(page).click();
      await untilAnswered(page);
      await untilAnswered(secondTab);
      const shown = await latestTurn(page).innerText();
      expect(shown).toContain('w10');
      expect(await latestTurn(secondTab).innerText()).toBe(shown);
      await secondTab.close();
    });

    await test.step('the provider breaks off', async () => {
      model.play({ kind: 'cut', afterWords: 7 });
      await ask(page, 'Break off, please');
      await untilAnswered(page);
      await expect(latestTurn(page)).toContainText('w0 w1 w2 w3 w4 w5 w6');
      await expect(latestTurn(page)).toContainText('broke off');
    });

    await test.step('the provider refuses', async () => {
      model.play({ kind: 'status', status: 401, message: 'Incorrect API key provided' });
      await ask(page, 'Refuse, please');
      await untilAnswered(page);
      await expect(latestTurn(page)).toContainText('Incorrect API key provided');
      await expect(composer(page)).toBeEditable();
    });

    await test.step('the server is killed in mid-answer and goes on', async () => {
      model.play({ kind: 'count', words: 150, pauseMs: 20 });
      await ask(page, 'Survive, please');
      await untilAnswerHas(page, 100);
      await parley.killHard();
      await parley.start();
      await untilAnswered(page);
      const expected = Array.from({ length: 150 }, (_, index) => `w${String(index)}`).join(' ');
      await expect(latestTurn(page)).toContainText(expected);
    });
  });
});
