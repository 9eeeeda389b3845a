import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { openTestStore } from './__fixtures__/open-test-store.ts';
import { openDatabase } from './open-database.ts';

const hour = 3_600_000;
/** Runs in a thread of its own, with a clock of its own. */
let store: Awaited<ReturnType<typeof openTestStore>>;

beforeAll(async () => {
  store = await openTestStore();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => store.close());

it.each([-hour, hour])('tells the time of a shared database where this machine’s clock is %i ms off', async (ahead) => {
  const right = Date.now;
  vi.spyOn(Date, 'now').mockImplementation(() => right() + ahead);
  const database = await openDatabase({ mongoUri: store.uri, dataDir: '' }, pino({ level: 'silent' }));
  expect(Math.abs(database.now() - right())).toBeLessThan(hour / 2);
  await database.close();
});
