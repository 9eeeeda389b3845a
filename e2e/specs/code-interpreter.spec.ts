import { expect, test, type Locator, type Page } from '@playwright/test';
import { expectAccessible, expectReflow } from '../fixtures/accessible.ts';
import { ask, composer, createFirstAccount, latestTurn, signIn, untilAnswered } from '../fixtures/chat-page.ts';
import { hasDocker } from '../fixtures/docker.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';

const sales = 'month,sales\n2026-01,120\n2026-02,180\n2026-03,150\n2026-04,240\n';

const plot = `Please run this:

\`\`\`python
import pandas as pd
import matplotlib.pyplot as plt

table = pd.read_csv("sales.csv")
table.plot(x="month", y="sales", kind="bar", title="Sales")
plt.tight_layout()
plt.savefig("sales.png")
table["sales"].describe().to_csv("summary.csv")
print("total", table["sales"].sum())
\`\`\``;

const readOn = `Now run:

\`\`\`python
import pandas as pd
print("mean", pd.read_csv("summary.csv", index_col=0).loc["mean"].iloc[0])
\`\`\``;

const counting = `Run it

\`\`\`python
import time
for second in range(300):
    print("second", second, flush=True)
    time.sleep(0.2)
\`\`\``;

/** Drops a file on the chat, as from a folder of the desktop. */
async function dropFile(page: Page, name: string, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([fileName, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content ?? ''], fileName ?? '', { type: 'text/csv' }));
      return transfer;
    },
    [name, text],
  );
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.locator('main').dispatchEvent(type, { dataTransfer });
}

function runCard(page: Page): Locator {
  return latestTurn(page).getByRole('figure', { name: 'Code run, Python' });
}

/** Whether the picture has been painted, not only asked for. */
async function expectPainted(picture: Locator): Promise<void> {
  await expect(picture).toBeVisible({ timeout: 20_000 });
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(300);
}

test.describe('the code interpreter', () => {
  test.skip(!hasDocker(), 'It needs a running Docker engine.');
  test.describe.configure({ mode: 'serial' });
  let parley: Parley;
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    parley = await startParley({ CODE_INTERPRETER: 'true', LOGIN_MAX: '100' });
    page = await (await browser.newContext()).newPage();
    await createFirstAccount(page, parley.url);
  });
  test.afterAll(async () => {
    await page.context().close();
    await parley.dispose();
  });

  test('plots a table that was dropped, and shows the plot', async () => {
    test.setTimeout(120_000);
    await dropFile(page, 'sales.csv', sales);
    await expect(page.getByText('sales.csv was uploaded.')).toBeAttached();
    await ask(page, plot);
    const card = runCard(page);
    await expect(card).toContainText('Finished', { timeout: 60_000 });
    await expect(card).toContainText('total 690');
    await expectPainted(card.getByRole('img', { name: 'sales.png' }));
    await untilAnswered(page);
    await expect(page.getByRole('list', { name: 'Attached files' })).toContainText('sales.csv');
  });

  test('shows the same after a reload, and after the server was killed', async () => {
    await page.reload();
    await expectPainted(runCard(page).getByRole('img', { name: 'sales.png' }));
    await parley.killHard();
    await parley.start();
    await page.reload();
    await expectPainted(runCard(page).getByRole('img', { name: 'sales.png' }));
    await expectAccessible(page, 'A chat with a run of code');
    await expectReflow(page, 'A chat with a run of code');
  });

  test('reads in the next turn what the first one wrote', async () => {
    test.setTimeout(120_000);
    await ask(page, readOn);
    await expect(runCard(page)).toContainText('mean 172.5', { timeout: 60_000 });
    await untilAnswered(page);
  });

  test('runs a block again without asking a model', async () => {
    const card = runCard(page);
    await card.getByRole('button', { name: 'Run again' }).click();
    const again = latestTurn(page).getByRole('figure', { name: 'Your run, Python' });
    await expect(again).toContainText('mean 172.5', { timeout: 30_000 });
  });

  test('lists the files of the chat', async () => {
    await page.getByRole('button', { name: /^Files of this chat/ }).click();
    const panel = page.getByRole('dialog', { name: 'Files' });
    for (const name of ['sales.csv', 'sales.png', 'summary.csv']) await expect(panel.getByText(name)).toBeVisible();
    await expectAccessible(page, 'The files of a chat');
    await page.keyboard.press('Escape');
  });

  test('shows what a program prints while it runs, to every device, and any of them stops it', async ({ browser }) => {
    test.setTimeout(120_000);
    await ask(page, counting);
    await expect(runCard(page)).toContainText('second 3', { timeout: 30_000 });
    const phone = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
    await signIn(phone, parley.url);
    await phone.goto(page.url());
    await expect(runCard(phone)).toContainText('second 5', { timeout: 30_000 });
    await phone.reload();
    await expect(runCard(phone)).toContainText('second', { timeout: 30_000 });
    await phone.getByRole('button', { name: /^Stop/ }).first().click();
    await untilAnswered(phone);
    await untilAnswered(page);
    await expect(runCard(page)).not.toContainText('second 299');
    await phone.context().close();
  });

  test('goes on with the run of a server that was killed', async () => {
    test.setTimeout(150_000);
    await ask(
      page,
      'Run\n```python\nimport time\ntime.sleep(8)\nopen("late.txt", "a").write("once")\nprint("late")\n```',
    );
    await expect(runCard(page)).toContainText('Running', { timeout: 30_000 });
    await parley.killHard();
    await parley.start();
    await expect(runCard(page)).toContainText('Finished', { timeout: 60_000 });
    await untilAnswered(page);
    await ask(page, 'Run\n```python\nprint("wrote", open("late.txt").read())\n```');
    await expect(runCard(page)).toContainText('wrote once', { timeout: 60_000 });
  });
});

test('without a Docker engine everything else works, and it is said what helps', async ({ page }) => {
  const parley = await startParley({ CODE_INTERPRETER: 'true', DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  try {
    await createFirstAccount(page, parley.url);
    await page.goto(`${parley.url}/settings`);
    const section = page.getByRole('region', { name: 'Code interpreter' });
    await expect(section).toContainText('Off');
    await expect(section).toContainText('Everything else works');
    await page.goto(parley.url);
    await ask(page, 'Run\n```python\nprint(1)\n```');
    await untilAnswered(page);
    await expect(latestTurn(page)).toContainText('Code interpreter');
    await expect(composer(page)).toBeVisible();
  } finally {
    await parley.dispose();
  }
});
