import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { expectAccessible } from '../fixtures/accessible.ts';
import { ask, createFirstAccount, latestTurn, untilAnswered } from '../fixtures/chat-page.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { startToolModel, type Asked, type Said, type ToolModel } from '../fixtures/tool-model.ts';

/** The program of a reference server, by the address of its `package.json`. */
const programOf = (address: string): string => join(dirname(fileURLToPath(address)), 'dist', 'index.js');
const everything = programOf(import.meta.resolve('@modelcontextprotocol/server-everything/package.json'));
const memory = programOf(import.meta.resolve('@modelcontextprotocol/server-memory/package.json'));
const entities = [{ name: 'Ada Lovelace', entityType: 'person', observations: ['She wrote the first program.'] }];

/** What is called for each question. */
const calls: Readonly<Record<string, { readonly name: string; readonly input: object }>> = {
  'Take your time': { name: 'everything__trigger-long-running-operation', input: { duration: 3, steps: 6 } },
  'Show the picture': { name: 'everything__get-tiny-image', input: {} },
  'Ask me': { name: 'everything__trigger-elicitation-request', input: {} },
  'Send me away': { name: 'everything__trigger-url-elicitation', input: { url: 'https://example.com/form?a=1' } },
  'Ask a model': { name: 'everything__trigger-sampling-request', input: { prompt: 'Who wrote the first program?' } },
  'Remember Ada': { name: 'memory__create_entities', input: { entities } },
  'Whom do you know?': { name: 'memory__read_graph', input: {} },
};

function decide({ prompt, results }: Asked): Said {
  if (prompt.endsWith('Who wrote the first program?')) return 'It was Ada Lovelace.';
  const call = calls[prompt];
  if (call === undefined) return 'Hello.';
  return results.length === 0 ? [call] : `It said: ${results.join(' ')}`;
}

test.describe('reference servers that run as programs', () => {
  test.describe.configure({ mode: 'serial' });
  let folder: string;
  let model: ToolModel;
  let parley: Parley;
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    folder = mkdtempSync(join(tmpdir(), 'parley-e2e-memory-'));
    model = await startToolModel(decide);
    const servers = {
      everything: { title: 'Everything', command: process.execPath, args: [everything] },
      memory: {
        title: 'Memory',
        command: process.execPath,
        args: [memory],
        env: { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') },
      },
    };
    parley = await startParley(
      { OPENAI_REVERSE_PROXY: model.url, OPENAI_API_KEY: 'sk-e2e' },
      { settings: `mcpServers: ${JSON.stringify(servers)}\n` },
    );
    page = await (await browser.newContext()).newPage();
    await createFirstAccount(page, parley.url);
    await page.getByRole('button', { name: 'Tools' }).click();
    for (const name of ['Everything', 'Memory']) await page.getByRole('checkbox', { name, exact: true }).check();
    await page.keyboard.press('Escape');
  });
  test.afterAll(async () => {
    await page.context().close();
    await parley.dispose();
    await model.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('tell how far they are', async () => {
    await askNow('Take your time');
    const progress = latestTurn(page).getByRole('progressbar', { name: /^Progress of Everything/ });
    await expect(progress).toBeVisible();
    await expect(progress).toHaveAttribute('value', /^(33|50|67|83)$/);
    await expectAnswer('Long running operation completed. Duration: 3 seconds, Steps: 6.');
  });

  test('show pictures', async () => {
    await askNow('Show the picture');
    const picture = latestTurn(page).getByRole('list', { name: 'What the tool gave' }).getByRole('img');
    await expect(picture).toBeVisible();
    expect(await picture.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth)).toBe(20);
    await expectAnswer('The image above is the MCP logo.');
  });

  test('ask for what they need with a form', async () => {
    await askNow('Ask me');
    await approve('Trigger Elicitation Request Tool');
    const form = card('Everything asks for something');
    await form.getByRole('button', { name: 'Send' }).click();
    const name = form.getByRole('textbox', { name: 'String', exact: true });
    await expect(name).toBeFocused();
    await expect(form.getByText('Please fill this in.')).toBeVisible();
    await expectAccessible(page, 'A form of a server, with an error');
    await name.fill('Ada Lovelace');
    await form.getByRole('checkbox', { name: 'Boolean' }).check();
    await form.getByRole('textbox', { name: /^Integer/ }).fill('7');
    await form.getByRole('combobox', { name: /^Titled Single Select Enum/ }).selectOption('Wonder Woman');
    await form.getByRole('checkbox', { name: 'Violin' }).check();
    await form.getByRole('button', { name: 'Send' }).click();
    await expectAnswer('Name: Ada Lovelace');
    for (const said of ['Agreed to terms: true', 'Favorite Integer: 7', 'hero-3', 'Violin']) await expectAnswer(said);
  });

  test('send people to a page, whose address they see first', async () => {
    await page.context().route('https://example.com/**', (route) => route.fulfill({ body: 'A form' }));
    await askNow('Send me away');
    await approve('Trigger URL Elicitation Tool');
    const request = card('Everything asks you to visit a page');
    await expect(request).toContainText('https://example.com/form?a=1');
    await expectAccessible(page, 'A page to visit for a server');
    const opened = page.context().waitForEvent('page');
    await request.getByRole('link', { name: 'Open the page' }).click();
    await (await opened).close();
    await expectAnswer('User completed the URL elicitation flow.');
  });

  test('have a model answer, if somebody lets them', async () => {
    await askNow('Ask a model');
    await approve('Trigger Sampling Request Tool');
    const request = card('Everything wants a model’s answer');
    await expect(request).toContainText('Who wrote the first program?');
    await expectAccessible(page, 'A question of a server to a model');
    await request.getByRole('button', { name: 'Let the model answer' }).click();
    await expectAnswer('It was Ada Lovelace.');
  });

  test('keep what they were told, also when everything is started anew', async () => {
    await askNow('Remember Ada');
    const approval = card('Allow “Create Entities”?');
    await expect(approval).toContainText('She wrote the first program.');
    await approval.getByRole('button', { name: 'Approve' }).click();
    await expectAnswer('She wrote the first program.');
    await parley.killHard();
    await parley.start();
    await askNow('Whom do you know?');
    await expectAnswer('She wrote the first program.');
  });

  /** Asks, and waits until the newest turn belongs to it. */
  async function askNow(question: string): Promise<void> {
    await ask(page, question);
    await expect(page.getByRole('log').getByRole('article').filter({ hasText: question })).toBeVisible();
  }

  function card(name: string): Locator {
    return latestTurn(page).getByRole('region', { name });
  }

  async function approve(tool: string): Promise<void> {
    await card(`Allow “${tool}”?`).getByRole('button', { name: 'Approve' }).click();
  }

  async function expectAnswer(text: string): Promise<void> {
    await expect(
      latestTurn(page)
        .getByText(/^It said:/)
        .first(),
    ).toBeVisible({ timeout: 30_000 });
    await expect(latestTurn(page)).toContainText(text);
    await untilAnswered(page);
  }
});
