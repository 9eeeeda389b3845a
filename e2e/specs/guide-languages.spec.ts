import { expect, test } from '@playwright/test';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { register, type Person } from '../fixtures/people.ts';

/** What the suggestions are called, by the locale of the browser. */
const labels = {
  'en-GB': 'Suggestions',
  'de-DE': 'Vorschläge',
  'fr-FR': 'Suggestions',
  'es-ES': 'Sugerencias',
  'zh-CN': '建议',
  'ar-EG': 'اقتراحات',
};

test.describe('before a provider is connected', () => {
  let parley: Parley;
  let person: Person;
  test.beforeAll(async () => {
    parley = await startParley();
    person = await register(parley.url, 'Ada');
  });
  test.afterAll(() => parley.dispose());

  for (const [locale, label] of Object.entries(labels)) {
    test(`the guide knows what to make of every suggestion in ${locale}`, async ({ browser }) => {
      const page = await (await browser.newContext({ locale })).newPage();
      await page.goto(`${parley.url}/sign-in`);
      await page.locator('input[name="email"]').fill(person.email);
      await page.locator('input[name="password"]').fill(person.password);
      await page.locator('form button[type="submit"]').click();
      await expect(page.locator('textarea')).toBeVisible();
      const suggestions = page.getByRole('list', { name: label }).getByRole('button');
      const log = page.getByRole('log');
      for (const [index, evidence] of ['self-hosted', 'OPENAI_API_KEY', 'fibonacci'].entries()) {
        await page.goto(`${parley.url}/c/new`);
        await expect(suggestions).toHaveCount(3);
        const words = await suggestions.nth(index).innerText();
        await suggestions.nth(index).click();
        await expect(log.getByRole('article').first()).toContainText(words);
        await expect(log.getByRole('article').last()).toContainText(evidence, { timeout: 30_000 });
      }
      await page.context().close();
    });
  }
});
