import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import * as z from 'zod/mini';
import { orAborted } from '../or-aborted.ts';

/** Milliseconds. */
const measureEvery = 60_000;
const deadline = 5_000;

const helloSchema = z.object({ localTime: z.date() });

/** The clock of the database, which all servers share whatever their own clocks say. */
export interface DatabaseClock {
  /** Milliseconds since the epoch; right to about half the time that the database takes to answer. */
  now(): number;
  stop(): void;
}

/** Asks the database what time it is, now and once a minute. Between, time passes by this process' steady clock. */
export async function startDatabaseClock(connection: Connection, log: Logger): Promise<DatabaseClock> {
  let ahead = await measure(connection);
  const timer = setInterval(() => {
    measure(connection).then(
      (measured) => (ahead = measured),
      (error: unknown) => log.warn({ err: error }, 'The clock of the database could not be read'),
    );
  }, measureEvery).unref();
  return { now: () => Math.round(performance.now() + ahead), stop: () => clearInterval(timer) };
}

/** How far the database's clock is ahead of this process' steady one. */
async function measure(connection: Connection): Promise<number> {
  if (connection.db === undefined) throw new Error('The database is not connected.');
  const sent = performance.now();
  const hello = await orAborted(connection.db.command({ hello: 1 }), AbortSignal.timeout(deadline));
  const received = performance.now();
  return z.parse(helloSchema, hello).localTime.getTime() - (sent + received) / 2;
}
