import { chromium } from '@playwright/test';
import { startParley } from './fixtures/parley.ts';
const parley = await startParley({});
console.log(parley.url);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'], timeout: 60000 });
try {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.setDefaultTimeout(15000);
  page.on('console', (m) => m.type() === 'error' && console.log('CONSOLE', m.text().slice(0, 200)));
  page.on('pageerror', (e) => console.log('PAGEERROR', e.message));
  page.on('response', (r) => r.status() >= 400 && console.log('HTTP', r.status(), r.request().method(), r.url()));
  await page.goto(parley.url + '/sign-up');
  await page.getByLabel('Name').fill('Ada Lovelace');
  await page.getByLabel('E-mail address').fill('ada@example.com');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await page.getByTestId('attach-files').setInputFiles([
    { name: 'data.csv', mimeType: 'text/csv', buffer: Buffer.from('month,visitors\nJan,12\nFeb,30\nMar,25\n') },
    { name: 'ünï "quoted" <b>.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') },
  ]);
  await page
    .getByText('data.csv was uploaded.')
    .waitFor({ state: 'attached' })
    .catch(() => console.log('no upload announcement'));
  await page.waitForTimeout(2500);
  await page.screenshot({ path: '/tmp/ws-shots/real-1.png' });
  await page
    .getByRole('textbox', { name: 'Message' })
    .fill(
      'run\n```python\nimport csv, os\nprint(sorted(os.listdir(".")))\nrows = list(csv.DictReader(open("data.csv")))\nprint(sum(int(r["visitors"]) for r in rows))\nimport matplotlib\nmatplotlib.use("Agg")\nimport matplotlib.pyplot as plt\nplt.bar([r["month"] for r in rows],[int(r["visitors"]) for r in rows])\nplt.savefig("plot.png")\n```',
    );
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Open data.csv/ }).waitFor();
  await page.waitForTimeout(9000);
  await page.screenshot({ path: '/tmp/ws-shots/real-2.png' });
  await page.getByRole('button', { name: /^Files of this chat/ }).click();
  await page.waitForTimeout(1500);
  await page.screenshot({ path: '/tmp/ws-shots/real-3.png' });
  const dialog = page.getByRole('dialog', { name: 'Files of this chat' });
  console.log('rows', await dialog.getByRole('listitem').allTextContents());
  const open = dialog.getByRole('button', { name: /^Open plot/ });
  if (await open.count()) {
    await open.click();
    await page.waitForTimeout(1500);
    await page.screenshot({ path: '/tmp/ws-shots/real-4.png' });
    await page.keyboard.press('Escape');
  }
  await dialog
    .getByTestId('upload-files')
    .setInputFiles([{ name: 'more.csv', mimeType: 'text/csv', buffer: Buffer.from('a\n1\n') }]);
  await dialog.getByRole('button', { name: /^Open more.csv/ }).waitFor();
  await dialog.getByRole('button', { name: 'Delete more.csv' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('more.csv was deleted.').waitFor({ state: 'attached' });
  await page.keyboard.press('Escape');
  await page.reload();
  await page
    .getByRole('button', { name: /^Open data.csv/ })
    .first()
    .waitFor();
  await page.waitForTimeout(1000);
  await page.getByRole('button', { name: 'Try again' }).last().click();
  await page.waitForTimeout(6000);
  await page.screenshot({ path: '/tmp/ws-shots/real-5.png' });
  await page.goto(parley.url + '/admin?section=code');
  await page.waitForTimeout(2500);
  await page.screenshot({ path: '/tmp/ws-shots/real-6.png', fullPage: true });
} catch (e) {
  console.log('FAILED', e.message.split('\n').slice(0, 4).join(' | '));
} finally {
  await browser.close();
  console.log(
    parley
      .output()
      .split('\n')
      .filter((l) => /"level":(40|50|60)|warn|error/i.test(l))
      .slice(-12)
      .join('\n')
      .slice(0, 3000),
  );
  await parley.dispose();
  process.exit(0);
}
