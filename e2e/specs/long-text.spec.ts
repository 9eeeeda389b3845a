import { expect, test, type Page } from '@playwright/test';
import { ask, composer, createFirstAccount, latestTurn, untilAnswered } from '../fixtures/chat-page.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { startToolModel, type ToolModel } from '../fixtures/tool-model.ts';

const answers: Readonly<Record<string, string>> = {
  'A line without spaces': 'x'.repeat(200_000),
  'Marks without spaces': '_a'.repeat(100_000),
  'A line of code': `\`\`\`js\n${'x'.repeat(200_000)}\n\`\`\``,
  'A message of 1 MB': 'Some words and **bold** ones.\n\n'.repeat(33_000),
  'A paragraph of 1 MB': 'words '.repeat(170_000),
};

test.describe('text of an absurd length', () => {
  test.describe.configure({ mode: 'serial', timeout: 120_000 });
  let model: ToolModel;
  let parley: Parley;
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    model = await startToolModel(({ prompt }) => answers[prompt] ?? 'Hello.');
    parley = await startParley({ OPENAI_REVERSE_PROXY: model.url, OPENAI_API_KEY: 'sk-e2e' });
    page = await (await browser.newContext()).newPage();
    await createFirstAccount(page, parley.url);
  });
  test.afterAll(async () => {
    await page.context().close();
    await parley.dispose();
    await model.close();
  });

  for (const prompt of Object.keys(answers)) {
    test(`${prompt} shows its beginning, and the page stays usable`, async () => {
      await page.goto(parley.url);
      await ask(page, prompt);
      // One for the paragraph, one for the answer.
      await expect(
        latestTurn(page)
          .getByRole('button', { name: /^Show all/ })
          .first(),
      ).toBeVisible({ timeout: 60_000 });
      // What is asked next would otherwise wait for the end of it.
      await untilAnswered(page);
      await composer(page).fill('And now?');
      await composer(page).press('Enter');
      await expect(latestTurn(page)).toContainText('Hello.', { timeout: 30_000 });
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
    });
  }
});
