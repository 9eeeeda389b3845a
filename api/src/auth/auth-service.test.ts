import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase } from '../database/open-database.ts';
import type { Database } from '../database/connect.ts';
import { createSessionRepository } from '../database/repositories/session-repository.ts';
import { createUserRepository } from '../database/repositories/user-repository.ts';
import { createAuthService } from './auth-service.ts';
import type { AuthService, SignedIn } from './auth-service.ts';

let dataDir: string;
let database: Database;
let auth: AuthService;
let now = Date.now();
const ended: string[] = [];
const minute = 60_000;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-auth-'));
  database = await openDatabase({ dataDir }, pino({ level: 'silent' }));
  const users = createUserRepository(database.connection);
  const sessions = createSessionRepository(database.connection);
  await database.createIndexes();
  const limit = { max: 1, windowMs: 1 };
  auth = createAuthService({
    users,
    sessions,
    announcer: { endSession: (id) => ended.push(id) },
    log: pino({ level: 'silent' }),
    now: () => now,
    secrets: { accessTokenKey: 'a'.repeat(32), refreshTokenKey: 'b'.repeat(32), credentialsKey: 'c'.repeat(32) },
    settings: {
      accessTokenMs: 15 * minute,
      refreshTokenMs: 60 * minute,
      allowRegistration: true,
      loginLimit: limit,
      registerLimit: limit,
    },
  });
});

afterAll(async () => {
  await database.close();
  await rm(dataDir, { recursive: true });
});

let count = 0;
async function signIn(): Promise<SignedIn> {
  count += 1;
  const account = { email: `ada-${count}@example.com`, name: 'Ada', password: 'long enough' };
  return await auth.signIn(await auth.register(account), 'Firefox on Linux');
}

it('hands out the same next token for ten seconds, to whoever missed the answer', async () => {
  const { cookie } = await signIn();
  const missed = await auth.refresh(cookie.token, 'Firefox on Linux');
  now += 10_000;
  const again = await auth.refresh(cookie.token, 'Firefox on Linux');
  expect(again.cookie).toEqual(missed.cookie);
  expect((await auth.refresh(again.cookie.token, 'Firefox on Linux')).cookie.token).not.toBe(missed.cookie.token);
});

it('does not take the token before after that', async () => {
  const { cookie } = await signIn();
  await auth.refresh(cookie.token, 'Firefox on Linux');
  now += 10_001;
  await expect(auth.refresh(cookie.token, 'Firefox on Linux')).rejects.toMatchObject({ code: 'session-ended' });
});

it('ends the session when a token is used long after it was replaced, and cuts its connections', async () => {
  ended.length = 0;
  const { cookie } = await signIn();
  const next = await auth.refresh(cookie.token, 'Firefox on Linux');
  now += minute;
  await expect(auth.refresh(cookie.token, 'Firefox on Linux')).rejects.toMatchObject({ code: 'session-ended' });
  await expect(auth.refresh(next.cookie.token, 'Firefox on Linux')).rejects.toMatchObject({ code: 'session-ended' });
  expect(ended).toEqual([cookie.token.split('.')[0]]);
});

it('keeps a device signed in as long as it comes back in time, and no longer', async () => {
  let { cookie } = await signIn();
  for (let visit = 0; visit < 3; visit += 1) {
    now += 59 * minute;
    ({ cookie } = await auth.refresh(cookie.token, 'Firefox on Linux'));
  }
  now += 60 * minute;
  await expect(auth.refresh(cookie.token, 'Firefox on Linux')).rejects.toMatchObject({ code: 'session-ended' });
});

it('stores no token as it is', async () => {
  const { cookie } = await signIn();
  await auth.refresh(cookie.token, 'Firefox on Linux');
  const stored = JSON.stringify(await database.connection.collection('sessions').find({}).toArray());
  expect(stored).toContain('tokenHash');
  expect(stored).not.toContain(cookie.token.split('.')[1]);
});

it('stores no password as it is', async () => {
  await signIn();
  const [stored] = await database.connection.collection('users').find({}).toArray();
  expect(stored?.['passwordHash']).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$|^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});
