import { readFile } from 'node:fs/promises';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { expectAccessible } from '../fixtures/accessible.ts';
import { ask, createFirstAccount, latestTurn, storedMessages, untilAnswered } from '../fixtures/chat-page.ts';
import { freePort } from '../fixtures/free-port.ts';
import { keyboardOf } from '../fixtures/keyboard.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { startToolModel, type ToolModel } from '../fixtures/tool-model.ts';

const clock = (time: string) => `Here is the clock.

:::artifact{identifier="clock" type="text/html" title="A clock"}
\`\`\`html
<!doctype html>
<html>
  <body>
    <h1 id="time">${time}</h1>
    <button onclick="document.getElementById('time').textContent = 'pressed'">Press</button>
    <a href="https://example.com/time">More</a>
    <script>
      console.log('It is', { time: '${time}' });
    </script>
  </body>
</html>
\`\`\`
:::

It shows ${time}.`;

const counter = `A counter:

\`\`\`tsx
import { useState } from 'react';

interface ButtonProps {
  readonly label: string;
  readonly onPress: () => void;
}

function CountButton({ label, onPress }: ButtonProps) {
  return <button onClick={onPress}>{label}</button>;
}

export default function Counter() {
  const [count, setCount] = useState<number>(0);
  return (
    <section style={{ color: 'var(--color-text)' }}>
      <h1>Count: {count}</h1>
      <CountButton label="Add one" onPress={() => setCount(count + 1)} />
    </section>
  );
}
\`\`\``;

/** What the model says to a prompt. */
const answers: Readonly<Record<string, string>> = {
  'A clock': clock('12:00'),
  'A later clock': clock('13:00'),
  'A picture': `\`\`\`svg title="The sun"
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><title>The sun</title><circle cx="10" cy="10" r="8" fill="#e8a317"/></svg>
\`\`\``,
  'A counter': counter,
  'Two mistakes': `\`\`\`jsx title="Icons"
import { Sun } from 'lucide-react';
export default () => <Sun />;
\`\`\`

\`\`\`jsx title="Half"
export default function Half() { return <div>; }
\`\`\``,
  'It throws': `\`\`\`jsx title="Thrower"
export default function Thrower() { throw new Error('no way'); }
\`\`\``,
  Notes: ':::artifact{identifier="notes" type="text/markdown" title="Notes"}\n# Notes\n\n- **one**\n- two\n:::',
  'A diagram': '```mermaid\ngraph TD\n  A[Start] --> B[End]\n```',
  Snippet: '```html\n<b>Short</b>\n```',
  'A loop':
    ':::artifact{identifier="loop" type="text/html" title="A loop"}\n```html\n<p>Loop</p><script>setTimeout(() => { for (;;); }, 300)</script>\n```\n:::',
};

// A trace would wait for the frame of an artifact that never rests.
test.use({ trace: 'off', permissions: ['clipboard-read', 'clipboard-write'] });

test.describe('an artifact', () => {
  test.describe.configure({ mode: 'serial' });
  let model: ToolModel;
  let parley: Parley;
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    model = await startToolModel(({ prompt }) => answers[prompt] ?? 'Hello.');
    parley = await startParley({
      OPENAI_REVERSE_PROXY: model.url,
      OPENAI_API_KEY: 'sk-e2e',
      APP_FRAME_PORT: String(await freePort()),
    });
    page = await (await browser.newContext()).newPage();
    await createFirstAccount(page, parley.url);
  });
  test.afterAll(async () => {
    await page.context().close();
    await parley.dispose();
    await model.close();
  });

  test('is a card in the answer, and opens beside the chat in a frame of another origin', async () => {
    const panel = await open('A clock', 'A clock');
    await expect(latestTurn(page)).toContainText('It shows 12:00.');
    await expect(latestTurn(page)).not.toContainText(':::');
    const frame = panel.locator('iframe');
    await expect(frame).toHaveAttribute('sandbox', 'allow-scripts');
    expect(await frame.getAttribute('src')).not.toContain(new URL(parley.url).host);
    await expect(shown(panel).getByRole('heading')).toHaveText('12:00');
    await shown(panel).getByRole('button', { name: 'Press' }).press('Enter');
    await expect(shown(panel).getByRole('heading')).toHaveText('pressed');
    await panel.getByRole('button', { name: 'Reload' }).click();
    await expect(shown(panel).getByRole('heading')).toHaveText('12:00');
  });

  test('says what it prints, and asks before it opens a page', async () => {
    const panel = panelOf('A clock');
    await panel.getByText('Console (1)').click();
    await expect(panel.getByRole('list', { name: 'Console' })).toContainText('It is {"time":"12:00"}');
    await shown(panel).getByRole('link', { name: 'More' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Open this page?' });
    await expect(dialog.getByText('https://example.com/time')).toBeVisible();
    await dialog.getByRole('button', { name: 'Do not open' }).click();
  });

  test('fills the screen without beginning anew, and Esc leads back', async () => {
    const panel = panelOf('A clock');
    await shown(panel).getByRole('button', { name: 'Press' }).press('Enter');
    await panel.getByRole('button', { name: 'Full screen' }).click();
    const stage = page.getByRole('dialog', { name: 'The artifact A clock' });
    await expect.poll(async () => (await stage.boundingBox())?.width).toBe(1280);
    await expect(stage.frameLocator('iframe').getByRole('heading')).toHaveText('pressed');
    await page.keyboard.press('Escape');
    await expect(panelOf('A clock').getByRole('button', { name: 'Full screen' })).toBeVisible();
    await expect(shown(panelOf('A clock')).getByRole('heading')).toHaveText('pressed');
  });

  test('has a version for every answer that has it', async () => {
    const panel = await open('A later clock', 'A clock');
    await expect(panel.getByText('2/2')).toBeVisible();
    await expect(shown(panel).getByRole('heading')).toHaveText('13:00');
    await panel.getByRole('button', { name: 'Older version' }).click();
    await expect(panel.getByText('1/2')).toBeVisible();
    await expect(shown(panel).getByRole('heading')).toHaveText('12:00');
    await page.getByRole('button', { name: 'Open A clock' }).first().click();
    await expect(panel.getByText('1/2')).toBeVisible();
  });

  test('can be changed; what a person made of it is a version in the answer', async () => {
    const panel = panelOf('A clock');
    await panel.getByRole('button', { name: 'Newer version' }).click();
    await panel.getByRole('button', { name: 'Edit' }).click();
    const field = panel.getByRole('textbox', { name: 'Code of A clock' });
    await expect(field).toBeFocused();
    await field.fill((await field.inputValue()).replaceAll('13:00', '14:00'));
    await panel.getByRole('button', { name: 'Save as a new version' }).click();
    await expect(panel.getByText('3/3')).toBeVisible();
    await expect(shown(panel).getByRole('heading')).toHaveText('14:00');
    await expect(latestTurn(page).getByText('Your version')).toBeVisible();
    const stored = (await storedMessages(page, parley.url)).at(-1);
    expect(JSON.stringify(stored?.parts)).toContain('14:00');

    await page.reload();
    await latestTurn(page).getByRole('button', { name: 'Open A clock' }).last().click();
    await expect(shown(panel).getByRole('heading')).toHaveText('14:00');
    await expect(panel.getByText('3/3')).toBeVisible();
  });

  test('is copied, and downloaded with the ending of its kind', async () => {
    const panel = panelOf('A clock');
    await panel.getByRole('radio', { name: 'Code' }).check();
    await expect(panel.getByRole('region', { name: 'Code: A clock' })).toContainText('<!doctype html>');
    await panel.getByRole('button', { name: 'Copy code' }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('14:00');
    const downloading = page.waitForEvent('download');
    await panel.getByRole('button', { name: 'Download A clock.html' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('A clock.html');
    expect(await readFile(await download.path(), 'utf8')).toContain('14:00');
    await panel.getByRole('button', { name: 'Close' }).click();
    await expect(panel).toHaveCount(0);
  });

  test('may be a picture', async () => {
    const panel = await open('A picture', 'The sun');
    await expect(shown(panel).locator('circle')).toBeVisible();
    await expect(panel.getByRole('button', { name: 'Download The sun.svg' })).toBeVisible();
  });

  test('may be a React component, which is compiled here', async () => {
    const panel = await open('A counter', 'Counter');
    await expect(shown(panel).getByRole('heading')).toHaveText('Count: 0', { timeout: 60_000 });
    await shown(panel).getByRole('button', { name: 'Add one' }).press('Enter');
    await expect(shown(panel).getByRole('heading')).toHaveText('Count: 1');
  });

  test('says what is wrong with it in plain words', async () => {
    const panel = await open('Two mistakes', 'Icons');
    await expect(panel.getByRole('alert')).toContainText('It imports lucide-react, which artifacts do not have here.');
    await latestTurn(page).getByRole('button', { name: 'Open Half' }).click();
    await expect(panelOf('Half').getByRole('alert')).toContainText('It could not be compiled. Line 1:');
    const thrower = await open('It throws', 'Thrower');
    await expect(thrower.getByRole('list', { name: 'Console' })).toContainText('Error: no way');
  });

  test('may be Markdown or a diagram, drawn as in answers', async () => {
    const notes = await open('Notes', 'Notes');
    await expect(notes.getByRole('heading', { name: 'Notes' }).last()).toBeVisible();
    await expect(notes.getByRole('listitem')).toHaveCount(2);
    await ask(page, 'A diagram');
    await untilAnswered(page);
    await latestTurn(page).getByRole('button', { name: 'Preview: Diagram' }).click();
    await expect(panelOf('Diagram').getByRole('img')).toBeVisible({ timeout: 20_000 });
  });

  test('may be a few lines, which stay code', async () => {
    await ask(page, 'Snippet');
    await untilAnswered(page);
    await expect(latestTurn(page)).toContainText('<b>Short</b>');
    await latestTurn(page).getByRole('button', { name: 'Preview: Web page' }).click();
    await expect(shown(panelOf('Web page')).locator('b')).toHaveText('Short');
  });

  test('is reached, opened and left by keyboard alone', async () => {
    const keys = keyboardOf(page);
    await page.keyboard.press('Escape');
    await ask(page, 'A clock');
    await untilAnswered(page);
    await keys.press(latestTurn(page).getByRole('button', { name: 'Open A clock' }));
    const panel = panelOf('A clock');
    await expect(panel).toBeVisible();
    await keys.press(panel.getByRole('button', { name: 'Skip this artifact' }));
    await expect(panel.getByText('End of the artifact A clock')).toBeFocused();
    await keys.reach(panel.getByRole('button', { name: 'Close' }));
    await page.keyboard.press('Enter');
    await expect(latestTurn(page).getByRole('button', { name: 'Open A clock' })).toBeFocused();
  });

  test('is a sheet on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await latestTurn(page).getByRole('button', { name: 'Open A clock' }).click();
    const sheet = page.getByRole('dialog', { name: 'A clock', exact: true });
    await expect(sheet.frameLocator('iframe').getByRole('heading')).toHaveText('12:00');
    await sheet.getByRole('button', { name: 'Close' }).click();
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('that never rests can be stopped', async () => {
    const panel = await open('A loop', 'A loop');
    await expect(panel.getByText('It is not responding.')).toBeVisible({ timeout: 40_000 });
    // A click of the test, unlike one of a person, would wait for all frames.
    await panel.getByRole('button', { name: 'Stop' }).press('Enter');
    await expect(panel.getByText('It was stopped.')).toBeVisible();
    await expect(panel.locator('iframe')).toHaveCount(0);
  });

  test('is accessible, with its code and with its frame', async () => {
    // Eight looks of axe at everything on the page.
    test.setTimeout(240_000);
    await page.goto(parley.url);
    const panel = await open('A counter', 'Counter');
    await expect(shown(panel).getByRole('heading')).toHaveText('Count: 0', { timeout: 60_000 });
    await expectAccessible(page, 'A chat with an artifact');
    await panel.getByRole('radio', { name: 'Code' }).check();
    await expectAccessible(page, 'A chat with the code of an artifact');
  });

  async function open(prompt: string, title: string): Promise<Locator> {
    await ask(page, prompt);
    await untilAnswered(page);
    await latestTurn(page)
      .getByRole('button', { name: `Open ${title}` })
      .click();
    return panelOf(title);
  }
  function panelOf(title: string): Locator {
    return page.getByRole('complementary', { name: title });
  }
});

/** The frame's document. Chromium throws away clicks into a foreign frame that has just come or moved, but no keys. */
function shown(panel: Locator) {
  return panel.frameLocator('iframe');
}
