import { expect, test, type Browser, type BrowserContextOptions, type Page } from '@playwright/test';
import { expectReflow } from '../fixtures/accessible.ts';
import { account, createFirstAccount, storedAnswer } from '../fixtures/chat-page.ts';
import { expectEveryLook } from '../fixtures/every-look.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { register, type Person } from '../fixtures/people.ts';
import { startScriptedModel, type ScriptedModel } from '../fixtures/scripted-model.ts';

test.describe('in one’s own language', () => {
  test.describe.configure({ timeout: 180_000 });
  let model: ScriptedModel;
  let parley: Parley;
  let person: Person;
  test.beforeAll(async () => {
    model = await startScriptedModel();
    parley = await startParley({ OPENAI_REVERSE_PROXY: model.url, OPENAI_API_KEY: 'sk-e2e' });
    person = await register(parley.url, 'Ada');
  });
  test.afterAll(async () => {
    await parley.dispose();
    await model.close();
  });

  test('the language of the settings takes over at once, and stays', async ({ browser }) => {
    const page = await signedIn(browser, 'en');
    await page.goto(`${parley.url}/settings`);
    const loadedAt = await page.evaluate(() => performance.timeOrigin);
    const choice = page.getByRole('combobox', { name: 'Language of the interface' });
    await expect(choice.locator('option')).toHaveText([
      'Same as the browser',
      'English',
      'Deutsch',
      'Français',
      'Español',
      '简体中文',
      'العربية',
    ]);
    await choice.focus();
    await choice.selectOption('Deutsch');
    await expect(page.getByRole('heading', { level: 1, name: 'Einstellungen' })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
    await expect(page).toHaveTitle(/^Einstellungen/);
    await expect(page.getByRole('combobox', { name: 'Sprache' })).toBeFocused();
    expect(await page.evaluate(() => performance.timeOrigin)).toBe(loadedAt);

    await page.reload();
    await expect(page.getByRole('heading', { level: 1, name: 'Einstellungen' })).toBeVisible();
    // A first paint in English would have asked for nothing else.
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
    await page.getByRole('combobox', { name: 'Sprache' }).selectOption('English');
    await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
    await page.context().close();
  });

  test('an English reader loads no other language, another one only their own', async ({ browser }) => {
    const files = async (locale: string) => {
      const context = await browser.newContext({ locale });
      const page = await context.newPage();
      await page.goto(`${parley.url}/sign-in`);
      await expect(page.locator('form')).toBeVisible();
      const names = await page.evaluate(() =>
        performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
      );
      await context.close();
      return names.flatMap((name) => /^\/assets\/([a-z]{2}|create-translator)-[^/]+\.js$/.exec(name)?.[1] ?? []);
    };
    expect(await files('en-GB')).toEqual([]);
    expect((await files('fr-CA')).toSorted()).toEqual(['create-translator', 'fr']);
  });

  test('words that do not come leave an English page', async ({ browser }) => {
    const context = await browser.newContext({ locale: 'de-DE' });
    await context.route(/\/assets\/de-[^/]+\.js$/, (route) => route.abort());
    const page = await context.newPage();
    await page.goto(`${parley.url}/sign-in`);
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await context.close();
  });

  test('a newcomer from China gets a first answer', async ({ browser }) => {
    const own = await startParley();
    const page = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
    await page.goto(own.url);
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh');
    const fields = page.locator('form input');
    await expect(fields).toHaveCount(3);
    await fields.nth(0).fill(account.name);
    await fields.nth(1).fill(account.email);
    await fields.nth(2).fill(account.password);
    await page.locator('form button[type="submit"]').click();
    const field = page.locator('textarea');
    await expect(field).toBeVisible();
    expect(await untranslated(page)).toEqual([]);
    await field.fill('数到 40');
    await field.press('Enter');
    await expect(page.getByRole('log')).toHaveAttribute('aria-busy', 'false', { timeout: 45_000 });
    await expect(page.getByRole('log').getByRole('article')).toHaveCount(2);
    await expect.poll(async () => (await storedAnswer(page, own.url)).status).toBe('done');
    expect(await untranslated(page)).toEqual([]);
    await page.context().close();
    await own.dispose();
  });

  for (const language of ['ar', 'de'] as const) {
    test(`chat, settings and search in ${language}: nothing axe finds, nothing sideways`, async ({ browser }) => {
      const page = await signedIn(browser, language);
      await expect(page.locator('html')).toHaveAttribute('dir', language === 'ar' ? 'rtl' : 'ltr');
      model.play({ kind: 'text', text: rich, pauseMs: 0 });
      const field = page.locator('textarea');
      await field.fill('Show me everything');
      await field.press('Enter');
      await expect(page.getByRole('log').getByText('اقتباس')).toBeVisible();
      await expect(page.getByRole('log')).toHaveAttribute('aria-busy', 'false', { timeout: 45_000 });
      const chat = page.url();
      for (const address of [chat, `${parley.url}/settings`, `${parley.url}/search`]) {
        await page.goto(address);
        await expect(page.getByRole('main')).toBeVisible();
        await expectEveryLook(page, `${language} ${new URL(address).pathname}`);
        await expectReflow(page, address);
        await page.setViewportSize({ width: 390, height: 800 });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `${address} at 390 px`).toBeLessThanOrEqual(0);
        await page.setViewportSize({ width: 1280, height: 800 });
      }
      await page.context().close();
    });
  }

  test('in Arabic the page runs from right to left, code and mixed answers in their own way', async ({ browser }) => {
    const page = await signedIn(browser, 'ar');
    const side = async (selector: string) => {
      const box = await page.locator(selector).first().boundingBox();
      return box === null ? undefined : box.x + box.width / 2 > 640 ? 'right' : 'left';
    };
    expect(await side('nav')).toBe('right');
    model.play({ kind: 'text', text: rich, pauseMs: 0 });
    const field = page.locator('textarea');
    expect(await field.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
    await field.fill('An English question');
    expect(await field.evaluate((element) => getComputedStyle(element).direction)).toBe('ltr');
    await field.press('Enter');
    await expect(page.getByRole('log').getByText('اقتباس')).toBeVisible();
    const ways = await page.getByRole('log').evaluate((log) =>
      ['li', 'ol > li', 'pre', 'table', 'blockquote'].map((selector) => {
        const element = log.querySelector(`.markdown ${selector}`);
        return [selector, element && getComputedStyle(element).direction];
      }),
    );
    expect(ways).toEqual([
      ['li', 'rtl'],
      ['ol > li', 'ltr'],
      ['pre', 'ltr'],
      ['table', 'ltr'],
      ['blockquote', 'rtl'],
    ]);
    await page.context().close();
  });

  test('problems of the server and of fields are told in the reader’s language', async ({ browser }) => {
    const page = await (await browser.newContext({ locale: 'de-DE' })).newPage();
    await page.goto(`${parley.url}/sign-in`);
    await page.locator('form button[type="submit"]').click();
    await expect(page.locator('form')).not.toContainText('Please');
    await expect(page.locator('[aria-invalid="true"]')).toHaveCount(2);
    await page.locator('input[name="email"]').fill('nobody@example.com');
    await page.locator('input[name="password"]').fill('not the password');
    await page.locator('form button[type="submit"]').click();
    await expect(page.getByRole('alert').first()).toContainText(/E-Mail/);
    expect(await untranslated(page)).toEqual([]);
    await page.context().close();
  });

  async function signedIn(browser: Browser, locale: string, more: BrowserContextOptions = {}): Promise<Page> {
    const page = await (await browser.newContext({ locale, reducedMotion: 'reduce', ...more })).newPage();
    await page.goto(`${parley.url}/sign-in`);
    await page.locator('input[name="email"]').fill(person.email);
    await page.locator('input[name="password"]').fill(person.password);
    await page.locator('form button[type="submit"]').click();
    await expect(page.locator('textarea')).toBeVisible();
    return page;
  }
});

test('offline, the app opens in German', async ({ browser }) => {
  test.slow();
  const parley = await startParley();
  const page = await (await browser.newContext({ serviceWorkers: 'allow' })).newPage();
  await createFirstAccount(page, parley.url);
  await page.goto(`${parley.url}/settings`);
  await page.getByRole('combobox', { name: 'Language of the interface' }).selectOption('Deutsch');
  await expect(page.getByRole('heading', { level: 1, name: 'Einstellungen' })).toBeVisible();
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await page.goto(`${parley.url}/c/new`);
  await expect(page.locator('textarea')).toBeVisible();
  await expect.poll(() => page.evaluate(allKept)).toBe(true);
  await parley.killHard();
  await page.reload();
  await expect(page.locator('textarea')).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  expect(await untranslated(page)).toEqual([]);
  await page.context().close();
  await parley.dispose();
});

const rich = `## عنوان

نص عربي مع \`code\`.

- أولا
- ثانيا

1. one
2. two

| Town | People |
|---|--:|
| Ghent | 260,000 |

\`\`\`python
print("Hello")
\`\`\`

> اقتباس.`;

/** Words of English that a page in another language has no reason to show; answers are in whatever language they are. */
async function untranslated(page: Page): Promise<string[]> {
  const text = await page.evaluate(() => {
    const ours = [...document.querySelectorAll('body *')].filter(
      (element) => !element.closest('[data-turn-content], [aria-live], noscript'),
    );
    const named = ours.flatMap((element) =>
      ['aria-label', 'placeholder', 'title'].map((name) => element.getAttribute(name)),
    );
    const texts = ours.flatMap(({ childNodes }) =>
      [...childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE),
    );
    return [...named, ...texts.map(({ textContent }) => textContent)].join('\n');
  });
  return text.match(/\b(?:the|you|your|and|with|chats|message|settings|search|sign)\b/g) ?? [];
}

/** Whether everything the page has loaded is kept for the time without a server. */
async function allKept(): Promise<boolean> {
  const paths = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname);
  const assets = paths.filter((path) => path.startsWith('/assets/'));
  return (await Promise.all(assets.map((path) => caches.match(path)))).every((kept) => kept !== undefined);
}
