import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { expectAccessible, expectReflow } from '../fixtures/accessible.ts';
import { createFirstAccount } from '../fixtures/chat-page.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';

const said = (role: string, text: string, time: number) => ({
  author: { role },
  create_time: time,
  content: { content_type: 'text', parts: [text] },
});
const chat = (number: number) => ({
  title: `Old chat ${String(number)}`,
  create_time: 1_700_000_000 + number,
  update_time: 1_700_000_100 + number,
  conversation_id: `old-${String(number)}`,
  mapping: {
    root: { parent: null, message: null },
    q: { parent: 'root', message: said('user', 'What is a tabby?', 1_700_000_010) },
    a1: { parent: 'q', message: said('assistant', 'A cat.', 1_700_000_020) },
    a2: { parent: 'q', message: said('assistant', 'A cat with **stripes**.', 1_700_000_030) },
  },
});
const empty = { title: 'Nothing said', conversation_id: 'empty', mapping: {} };

test.describe('imports and exports', () => {
  let parley: Parley;
  test.beforeAll(async () => {
    parley = await startParley();
  });
  test.afterAll(async () => {
    await parley.dispose();
  });

  test('chats of another product come along once, and everything goes out as a file', async ({ page }) => {
    test.setTimeout(180_000);
    await createFirstAccount(page, parley.url);
    await page.goto(`${parley.url}/settings`);
    const send = (text: string) =>
      page
        .getByTestId('import-file')
        .setInputFiles({ name: 'conversations.json', mimeType: 'application/json', buffer: Buffer.from(text) });
    const file = JSON.stringify([chat(1), chat(2), empty]);
    await send(file);
    const imports = page
      .getByRole('list', { name: 'Imports' })
      .getByRole('listitem')
      .filter({ hasText: 'conversations.json' });
    await expect(imports.first()).toContainText('2 chats added with 6 messages · 1 not taken', { timeout: 60_000 });
    await expect(page.getByRole('link', { name: /^Old chat 2/ })).toBeVisible();
    await imports.first().getByText('What was left out').click();
    await expect(imports.first()).toContainText('Nothing said: has no messages');
    await expectAccessible(page, 'imports');
    await expectReflow(page, 'imports');

    await page.reload();
    await expect(imports.first()).toContainText('2 chats added');
    await send(file.slice(0, -40));
    await expect(imports.first()).toContainText('The file ends too early.', { timeout: 60_000 });
    await expect(imports.first()).toContainText('0 chats added with 0 messages · 2 already here');

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export your chats' }).click();
    const exported = await readFile(await (await download).path(), 'utf8');
    expect(JSON.parse(exported)).toMatchObject({ format: 'parley-export', formatVersion: 1 });
    await send(exported);
    await expect(imports.first()).toContainText('2 already here', { timeout: 60_000 });
    await expect(imports.first()).toContainText('Done');

    await page.getByRole('link', { name: /^Old chat 2/ }).click();
    await expect(page.getByText('A cat with stripes.')).toBeVisible();
  });
});
