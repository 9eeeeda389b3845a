import { expect, test, type Page } from '@playwright/test';
import { ask, composer, latestTurn, untilAnswered } from '../fixtures/chat-page.ts';
import { untilStill } from '../fixtures/every-look.ts';
import { expectNoOverlap, expectNoSidewaysScroll, expectTargets, walkByTab } from '../fixtures/geometry.ts';
import { ownApi } from '../fixtures/own-api.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { register, signInAs, type Person } from '../fixtures/people.ts';
import { startScriptedModel, type ScriptedModel } from '../fixtures/scripted-model.ts';

const sentences = Array.from({ length: 30 }, (_, index) => `This is sentence number ${String(index + 1)} of it.`);
const story = sentences.join(' ');

test.describe('everybody can use it', () => {
  let model: ScriptedModel;
  let parley: Parley;
  let person: Person;
  let page: Page;
  let chat: string;

  test.beforeAll(async ({ browser }) => {
    test.setTimeout(120_000);
    model = await startScriptedModel();
    parley = await startParley({ OPENAI_REVERSE_PROXY: model.url, OPENAI_API_KEY: 'sk-e2e' });
    person = await register(parley.url, 'Ada');
    page = await signInAs(browser, parley.url, person, { reducedMotion: 'reduce' });
    const api = await ownApi(page, parley.url);
    await api.post('/api/projects', { name: 'Orchard' });
    await api.post('/api/prompts', {
      name: 'Review',
      description: '',
      category: '',
      command: 'review',
      text: 'Review {{what}}.',
    });
    model.play({ kind: 'text', text: `${story}\n\n\`\`\`js\nlet line = 1;\n\`\`\`\n\n${story}`, pauseMs: 0 });
    chat = `/c/${await api.begin('Apples')}`;
  });
  test.afterAll(async () => {
    await page.context().close();
    await parley.dispose();
    await model.close();
  });

  const screens = () => [
    '/c/new',
    chat,
    '/search?q=apples',
    '/projects',
    '/prompts',
    '/agents',
    '/archive',
    '/mcp',
    '/settings',
    '/admin',
    '/docs/README',
  ];

  async function open(on: Page, path: string): Promise<void> {
    await on.goto(parley.url + path);
    await expect(on.getByRole('main').first()).toBeVisible();
    if (path.startsWith('/c/')) await expect(composer(on)).toBeVisible();
    if (path === chat) {
      await expect(latestTurn(on)).toContainText('sentence number 30');
      await expect(latestTurn(on).getByRole('button', { name: 'More actions' })).toBeInViewport();
    }
    await on.waitForLoadState('networkidle');
    await untilStill(on);
  }

  test('sees what has the focus, wherever Tab leads', async () => {
    test.setTimeout(240_000);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 640 });
      for (const path of screens()) {
        await open(page, path);
        expect(await walkByTab(page, `${path}, ${String(width)} px`), path).toBeGreaterThanOrEqual(3);
      }
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('has targets of 24 px, of 44 px for fingers', async ({ browser }) => {
    test.setTimeout(180_000);
    for (const path of screens()) {
      await open(page, path);
      await expectTargets(page, path, 24);
    }
    const phone = await signInAs(browser, parley.url, person, {
      hasTouch: true,
      isMobile: true,
      viewport: { width: 390, height: 800 },
      reducedMotion: 'reduce',
    });
    expect(await phone.evaluate(() => matchMedia('(pointer: coarse)').matches)).toBe(true);
    for (const path of screens()) {
      await open(phone, path);
      await expectTargets(phone, `${path}, touched`, 44);
      if (path.startsWith('/docs')) continue;
      await phone.getByRole('button', { name: 'Open sidebar' }).tap();
      await untilStill(phone);
      await expectTargets(phone, `${path} with the sidebar, touched`, 44);
    }
    await phone.context().close();
  });

  for (const [mode, heard] of [
    ['end', ['Answering…', story, 'Answer complete, 210 words.']],
    ['status', ['Answering…', 'Answer complete, 210 words.']],
    ['off', []],
  ] as const) {
    test(`hears of an answer as asked for: ${mode}`, async () => {
      const said = await listen(page, mode, 30);
      expect(said).toEqual(heard);
    });
  }

  test('hears of an answer as asked for: sentences', async () => {
    // Longer than the three seconds between two batches.
    const said = await listen(page, 'sentences', 40);
    expect(said[0]).toBe('Answering…');
    expect(said.at(-1)).toBe('Answer complete, 210 words.');
    const batches = said.slice(1, -1);
    expect(batches.join(' ')).toBe(story);
    expect(batches.length).toBeGreaterThan(1);
    for (const batch of batches) expect(batch).toMatch(/^This is .* of it\.$/);
  });

  /** Everything that any live region says while one answer is written, in its order. */
  async function listen(on: Page, announcements: string, pauseMs: number): Promise<string[]> {
    await on.evaluate((mode) => {
      localStorage['parley:preferences'] = JSON.stringify({ state: { announcements: mode }, version: 1 });
    }, announcements);
    await open(on, '/c/new');
    await on.evaluate(() => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      const regions = '[aria-live="polite"], [aria-live="assertive"], [role="status"], [role="alert"]';
      new MutationObserver((changes) => {
        for (const { target, addedNodes, type } of changes) {
          const element = target instanceof Element ? target : target.parentElement;
          if (type === 'characterData' && element?.closest(regions)) heard.push(target.textContent ?? '');
          for (const node of addedNodes) {
            const isRegion = node instanceof Element && node.matches(regions);
            if ((isRegion || element?.closest(regions)) && node.textContent) heard.push(node.textContent);
          }
        }
      }).observe(document.body, { childList: true, characterData: true, subtree: true });
    });
    model.play({ kind: 'text', text: story, pauseMs });
    await ask(on, 'Tell me a story');
    await expect(latestTurn(on)).toContainText('sentence number 30', { timeout: 45_000 });
    await untilAnswered(on);
    // The last words are said after the page has drawn that it is complete.
    if (announcements !== 'off') await expect(on.getByTestId('answer-announcer')).toContainText('complete');
    await untilStill(on);
    return await on.evaluate(() => Reflect.get(window, 'heard'));
  }

  test('never has to scroll sideways, at 320 px or with text twice as large', async () => {
    test.setTimeout(120_000);
    for (const path of screens()) {
      await page.setViewportSize({ width: 320, height: 640 });
      await open(page, path);
      await expectNoSidewaysScroll(page, `${path}, 320 px`);
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
      await untilStill(page);
      await expectNoSidewaysScroll(page, `${path}, 200 %`);
      await expectNoOverlap(page, `${path}, 200 %`);
    }
  });

  test('may read from right to left', async () => {
    test.setTimeout(120_000);
    for (const path of screens()) {
      await open(page, path);
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 800 });
        await page.evaluate(() => (document.documentElement.dir = 'rtl'));
        await untilStill(page);
        await expectNoSidewaysScroll(page, `${path}, rtl, ${String(width)} px`);
        await expectNoOverlap(page, `${path}, rtl, ${String(width)} px`);
      }
      await page.setViewportSize({ width: 1280, height: 800 });
      if (path.startsWith('/docs')) continue;
      const bar = await page.getByRole('navigation', { name: 'Conversations' }).boundingBox();
      expect(Math.round((bar?.x ?? 0) + (bar?.width ?? 0)), path).toBe(1280);
    }
  });

  test('may force colours and ask for stillness', async () => {
    await open(page, chat);
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    await untilStill(page);
    const unmarked = await page.evaluate(() =>
      [...document.querySelectorAll('button')]
        .filter((button) => button.checkVisibility())
        .filter((button) => Number.parseFloat(getComputedStyle(button).borderTopWidth) < 1)
        .map((button) => button.outerHTML.slice(0, 120)),
    );
    expect(unmarked).toEqual([]);
    await walkByTab(page, 'a chat in forced colours');
    const longest = page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let most = 0;
          const look = () => {
            for (const one of document.getAnimations())
              most = Math.max(most, Number(one.effect?.getComputedTiming().endTime ?? 0));
            if (document.querySelector('[role="menu"]') === null) requestAnimationFrame(look);
            else requestAnimationFrame(() => resolve(most));
          };
          look();
        }),
    );
    await page.getByRole('button', { name: /Account of/ }).click();
    expect(await longest).toBeLessThanOrEqual(2);
    await page.keyboard.press('Escape');
    await page.emulateMedia({ forcedColors: 'none', reducedMotion: 'reduce' });
  });

  test('keeps contrast and colour, from the first paint on', async () => {
    await open(page, '/settings');
    const paint = () =>
      page.evaluate(() => {
        const style = getComputedStyle(document.documentElement);
        return [style.getPropertyValue('--color-bg'), style.getPropertyValue('--accent-hue'), style.backgroundColor];
      });
    const [usualBackground] = await paint();
    await page.getByRole('group', { name: 'Contrast' }).getByRole('radio', { name: 'High' }).check({ force: true });
    await page.getByRole('group', { name: 'Theme' }).getByRole('radio', { name: 'Dark' }).check({ force: true });
    await page.getByLabel('Accent colour').fill('20');
    await expect(page.locator('html')).toHaveAttribute('data-contrast', 'more');
    const chosen = await paint();
    expect(chosen[0]).not.toBe(usualBackground);
    expect(chosen.slice(1)).toEqual(['20', 'rgb(0, 0, 0)']);

    // No script of the app arrives: what is painted first is all that index.html itself does.
    await page.route('**/*.js', (route) => route.abort());
    await page.goto(`${parley.url}/settings`);
    await expect(page.locator('#root')).toBeEmpty();
    expect(await paint()).toEqual(chosen);
    await page.unroute('**/*.js');
    await page.reload();
    await page.getByRole('group', { name: 'Contrast' }).getByRole('radio', { name: 'Normal' }).check({ force: true });
    await page.getByRole('group', { name: 'Theme' }).getByRole('radio', { name: 'System' }).check({ force: true });
    await page.getByRole('button', { name: 'Reset', exact: true }).first().click();
    expect((await paint())[0]).toBe(usualBackground);
  });
});
