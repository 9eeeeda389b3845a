import { expect, test, type Page } from '@playwright/test';
import { composer, createFirstAccount, latestTurn, untilAnswered } from '../fixtures/chat-page.ts';
import { keyboardOf } from '../fixtures/keyboard.ts';
import { startNotesServer, type NotesServer } from '../fixtures/notes-server.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { register, signInAs } from '../fixtures/people.ts';
import { startToolModel, type Asked, type Said, type ToolModel } from '../fixtures/tool-model.ts';

/** What the model says: the sub-agent researches, the agent asks it, reads the notes and writes one down. */
function decide({ instructions, prompt, results }: Asked): Said {
  if (prompt.startsWith('Write a short title')) return 'Notes';
  if (instructions.includes('You research.')) return 'The answer is 42.';
  if (!instructions.includes('You keep notes.')) return 'Hello.';
  if (results.length === 0) {
    return [
      { name: 'ask_researcher', input: { task: 'Find the answer.' } },
      { name: 'notes__read_notes', input: {} },
    ];
  }
  if (results.length === 2) return [{ name: 'notes__add_note', input: { text: 'draft' } }];
  return `Done. ${results[2] ?? ''}`;
}

test.describe('an agent that was built without code', () => {
  let notes: NotesServer;
  let model: ToolModel;
  let parley: Parley;

  test.beforeAll(async () => {
    notes = await startNotesServer();
    model = await startToolModel(decide);
    parley = await startParley(
      { OPENAI_REVERSE_PROXY: model.url, OPENAI_API_KEY: 'sk-e2e', LOGIN_MAX: '100', REGISTER_MAX: '100' },
      { settings: `mcpServers:\n  notes:\n    title: 'Notes'\n    url: '${notes.url}'\n` },
    );
  });
  test.afterAll(async () => {
    await parley.dispose();
    await model.close();
    await notes.close();
  });

  test('is shared with a group, asks before it acts, and waits through a restart', async ({ page, browser }) => {
    test.setTimeout(240_000);
    await createFirstAccount(page, parley.url);
    const bob = await register(parley.url, 'Bob');

    await test.step('an admin makes a group, by keyboard', async () => {
      await page.goto(`${parley.url}/admin?section=groups`);
      const keys = keyboardOf(page);
      await keys.press(page.getByRole('button', { name: 'New group' }));
      const dialog = page.getByRole('dialog', { name: 'New group' });
      await keys.write(dialog.getByRole('textbox', { name: 'Name' }), 'Writers');
      await keys.write(dialog.getByRole('combobox', { name: 'Add people' }), 'bob');
      await expect(dialog.getByRole('option', { name: /Bob/ })).toBeVisible();
      await page.keyboard.press('Enter');
      await expect(dialog.getByRole('button', { name: 'Take Bob out' })).toBeVisible();
      await keys.press(dialog.getByRole('button', { name: 'Save' }));
      await expect(page.getByText('Writers was saved')).toBeVisible();
    });

    await test.step('and builds an agent and another one that asks it, by keyboard', async () => {
      await build(page, { name: 'Researcher', instructions: 'You research.' });
      await build(page, {
        name: 'Notekeeper',
        instructions: 'You keep notes.',
        tools: ['Read notes', 'Add a note'],
        subAgent: 'Researcher',
      });
    });

    await test.step('and shares both with the group, by keyboard', async () => {
      await share(page, 'Researcher');
      await share(page, 'Notekeeper');
    });

    const laptop = await signInAs(browser, parley.url, bob);
    await test.step('another person chats with it, by keyboard', async () => {
      await laptop.goto(`${parley.url}/agents`);
      const keys = keyboardOf(laptop);
      await keys.press(laptop.getByRole('link', { name: 'Chat with Notekeeper' }));
      await keys.write(composer(laptop), 'Please note the answer');
      await laptop.keyboard.press('Enter');
      await expect(laptop.getByRole('heading', { name: 'Allow “Add a note”?' })).toBeVisible();
      await expect(latestTurn(laptop)).toContainText('Researcher is done');
    });

    await test.step('the server is killed and started while it waits', async () => {
      await parley.killHard();
      await parley.start();
    });

    await test.step('a second device edits the call and approves it, by keyboard', async () => {
      const phone = await signInAs(browser, parley.url, bob, { viewport: { width: 390, height: 844 } });
      await phone.goto(laptop.url());
      const card = phone.getByRole('region', { name: 'Allow “Add a note”?' });
      const keys = keyboardOf(phone);
      await keys.press(card.getByRole('button', { name: 'Edit' }));
      await keys.write(card.getByRole('textbox', { name: 'Arguments as JSON' }), '{ "text": "The answer is 42" }');
      await keys.press(card.getByRole('button', { name: 'Approve' }));
      await expect(latestTurn(phone)).toContainText('Done. Noted: The answer is 42', { timeout: 30_000 });
      await untilAnswered(phone);
    });

    await test.step('and the first one shows the same; it was done once', async () => {
      await expect(latestTurn(laptop)).toContainText('Done. Noted: The answer is 42', { timeout: 30_000 });
      expect(notes.notes).toEqual(['The answer is 42']);
    });

    await test.step('the admin sees who decided, by keyboard', async () => {
      await page.goto(`${parley.url}/admin?section=audit`);
      const row = page.getByRole('list', { name: 'Audit' }).getByRole('listitem').first();
      await expect(row).toContainText('Bob');
      await expect(row).toContainText('Approved a tool');
      await expect(row).toContainText('notes__add_note');
    });
  });
});

interface Plan {
  readonly name: string;
  readonly instructions: string;
  readonly tools?: readonly string[];
  readonly subAgent?: string;
}

async function build(page: Page, { name, instructions, tools = [], subAgent }: Plan): Promise<void> {
  await page.goto(new URL('/agents/new', page.url()).href);
  await page.waitForLoadState('networkidle');
  const keys = keyboardOf(page);
  await keys.write(page.getByRole('textbox', { name: 'Name' }), name);
  await keys.write(page.getByRole('textbox', { name: 'What the agent should know and do' }), instructions);
  if (tools.length > 0) {
    await keys.press(page.getByRole('button', { name: 'Choose tools' }));
    const dialog = page.getByRole('dialog', { name: 'Choose tools' });
    for (const tool of tools) await keys.choose(dialog.getByRole('checkbox', { name: tool }));
    await keys.press(dialog.getByRole('button', { name: 'Done' }));
  }
  if (subAgent !== undefined) {
    await keys.press(page.getByRole('button', { name: 'Choose agents' }).first());
    const dialog = page.getByRole('dialog', { name: 'Agents it may ask for help' });
    await keys.choose(dialog.getByRole('checkbox', { name: subAgent }));
    await keys.press(dialog.getByRole('button', { name: 'Done' }));
  }
  await page.keyboard.press('ControlOrMeta+S');
  await expect(page.getByText('Saved as version 1')).toBeVisible();
}

async function share(page: Page, agent: string): Promise<void> {
  await page.goto(new URL('/agents', page.url()).href);
  const keys = keyboardOf(page);
  await keys.fromMenu(
    page.getByRole('button', { name: `More actions for ${agent}` }),
    page.getByRole('menuitem', { name: 'Share' }),
  );
  const dialog = page.getByRole('dialog', { name: `Share “${agent}”` });
  await keys.write(dialog.getByRole('combobox', { name: 'Add people, groups or roles' }), 'writ');
  await expect(dialog.getByRole('option', { name: /Writers/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await keys.press(dialog.getByRole('button', { name: 'Save' }));
  await expect(page.getByText('Sharing was saved').first()).toBeVisible();
}
