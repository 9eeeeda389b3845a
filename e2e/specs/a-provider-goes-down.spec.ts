import { expect, test } from '@playwright/test';
import { ask, createFirstAccount, latestTurn, untilAnswered } from '../fixtures/chat-page.ts';
import { freePort } from '../fixtures/free-port.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { startScriptedModel, type ScriptedModel } from '../fixtures/scripted-model.ts';

test.describe('when a provider goes down', () => {
  let first: ScriptedModel | undefined;
  let second: ScriptedModel;
  let parley: Parley;
  let firstPort: number;

  test.beforeAll(async () => {
    firstPort = await freePort();
    second = await startScriptedModel({ letter: 'b' });
    const gatewayYaml = `
providers:
  first: { dialect: openai-chat, baseUrl: "http://127.0.0.1:${String(firstPort)}/v1", models: [scripted] }
  second: { dialect: openai-chat, baseUrl: "${second.url}", models: [scripted] }
models:
  chat-fast: [first/scripted, second/scripted]
retry: { maxTries: 2, initialDelay: 50ms }
breaker: { failures: 100 }
`;
    parley = await startParley({}, { gatewayYaml });
  });
  test.afterAll(async () => {
    await parley.dispose();
    await first?.close();
    await second.close();
  });

  test('the next one answers and nobody sees an error, until the first is back', async ({ page }) => {
    await createFirstAccount(page, parley.url);
    const answersWith = async (question: string, letter: 'a' | 'b') => {
      await ask(page, question);
      await expect(latestTurn(page)).toContainText(`${letter}0 ${letter}1 ${letter}2`);
      await untilAnswered(page);
      await expect(latestTurn(page)).toContainText(`${letter}18 ${letter}19`);
      await expect(page.getByRole('alert')).toHaveCount(0);
    };

    await test.step('nobody listens at its address', () => answersWith('Is anybody there?', 'b'));

    await test.step('it answers 503', async () => {
      first = await startScriptedModel({ port: firstPort, letter: 'a' });
      first.play({ kind: 'status', status: 503, message: 'We are overloaded' });
      await answersWith('Are you well?', 'b');
      expect(first.calls()).toBeGreaterThan(0);
    });

    await test.step('it cuts before the first word', async () => {
      first?.play({ kind: 'cut', afterWords: 0 });
      await answersWith('Still there?', 'b');
    });

    await test.step('it is back', async () => {
      first?.play({ kind: 'count', words: 20, pauseMs: 0 });
      await answersWith('And now?', 'a');
    });
  });
});
