import { randomUUID } from 'node:crypto';
import { sessionIdSchema, userIdSchema } from '@parley/contracts';
import type { AuditEntry, Role } from '@parley/contracts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestStore } from '../database/__fixtures__/open-test-store.ts';
import type { TestStore } from '../database/__fixtures__/open-test-store.ts';
import { connectDatabase } from '../database/connect.ts';
import type { Database } from '../database/connect.ts';
import { createAuditRepository } from '../database/repositories/audit-repository.ts';
import { createUserRepository } from '../database/repositories/user-repository.ts';
import { createAuditLog } from './audit-log.ts';
import type { AuditLog } from './audit-log.ts';

let store: TestStore;
let database: Database;
let audit: AuditLog;
let time = Date.UTC(2026, 0, 1);
let ada: AuditEntry['actor'] & object;

beforeEach(async () => {
  store = await openTestStore();
  database = await connectDatabase(store.uri);
  const users = createUserRepository(database.connection);
  audit = createAuditLog({ entries: createAuditRepository(database.connection), users, now: () => time });
  await database.createIndexes();
  const { id, name } = await users.create({ email: 'ada@example.com', name: 'Ada', passwordHash: 'x' });
  ada = { id, name };
});

afterEach(async () => {
  await database.close();
  await store.close();
});

const someone = (role: Role) => ({
  role,
  userId: userIdSchema.parse(randomUUID()),
  sessionId: sessionIdSchema.parse('s'),
});

async function note(id: string, change: Partial<Parameters<AuditLog['note']>[0]> = {}): Promise<void> {
  await audit.note({ id, actor: ada.id, action: 'tool-approved', subject: 'calculator', details: {}, ...change });
}

/** The ids of all entries, read two at a time. */
async function read(action?: AuditEntry['action']): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await audit.list(someone('ADMIN'), { limit: 2, cursor, action });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

it('keeps a decision once, with the name of who made it', async () => {
  await note('one', { details: { scope: 'once' } });
  time += 1_000;
  await note('one', { action: 'tool-denied' });
  expect(await audit.list(someone('ADMIN'), { limit: 10 })).toEqual({
    items: [
      {
        id: 'one',
        at: '2026-01-01T00:00:00.000Z',
        actor: ada,
        action: 'tool-approved',
        subject: 'calculator',
        details: { scope: 'once' },
      },
    ],
    nextCursor: null,
  });
});

it('knows the policy as nobody, and cuts what is no small fact', async () => {
  await note('one', { actor: null, action: 'tool-refused-by-policy', details: { reason: 'x'.repeat(9_999) } });
  const [entry] = (await audit.list(someone('ADMIN'), { limit: 10 })).items;
  expect(entry).toMatchObject({ actor: null, details: { reason: 'x'.repeat(500) } });
});

it('is read newest first, a page at a time, also where many fall into one millisecond', async () => {
  for (const index of [0, 1, 2, 3, 4, 5, 6]) {
    if (index === 5) time += 1;
    await note(`entry-${index}`, index % 2 === 0 ? {} : { action: 'tool-denied' });
  }
  expect(await read()).toEqual([6, 5, 4, 3, 2, 1, 0].map((index) => `entry-${index}`));
  expect(await read('tool-denied')).toEqual(['entry-5', 'entry-3', 'entry-1']);
});

it('is for admins only', async () => {
  await expect(audit.list(someone('USER'), { limit: 10 })).rejects.toMatchObject({ code: 'forbidden' });
});

it.each(['', 'next', Buffer.from('12').toString('base64url')])('refuses “%s” as a cursor', async (cursor) => {
  await expect(audit.list(someone('ADMIN'), { limit: 10, cursor })).rejects.toMatchObject({ code: 'invalid-request' });
});
