import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { runWriter } from '../conformance/run-writer.ts';
import { describeStreamLog, type StreamLogSubject } from '../conformance.ts';
import type { StreamLogStore } from '../stream-log.ts';
import { createSqliteStreamLog } from './create-sqlite-stream-log.ts';

const parse = (value: unknown) => z.parse(z.number(), value);
const producer = { id: 'writer', epoch: 0 };

/** A file as version 1 left it: one log in mid-write, one closed. */
const versionOne = `
  CREATE TABLE logs (log INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, incarnation TEXT NOT NULL,
    length INTEGER NOT NULL, closed_at INTEGER) STRICT;
  CREATE INDEX closed_logs ON logs (closed_at) WHERE closed_at IS NOT NULL;
  CREATE TABLE producers (log INTEGER NOT NULL, id TEXT NOT NULL, epoch INTEGER NOT NULL, next_seq INTEGER NOT NULL,
    reached INTEGER NOT NULL, PRIMARY KEY (log, id)) STRICT, WITHOUT ROWID;
  CREATE TABLE entries (log INTEGER NOT NULL, position INTEGER NOT NULL, json TEXT NOT NULL,
    PRIMARY KEY (log, position)) STRICT, WITHOUT ROWID;
  INSERT INTO logs VALUES (1, 'open', '0123abcd', 2, NULL), (2, 'closed', '4567abcd', 1, 1000);
  INSERT INTO producers VALUES (1, 'writer', 0, 2, 2), (2, 'writer', 0, 1, 1);
  INSERT INTO entries VALUES (1, 0, '1'), (1, 1, '2'), (2, 0, '7');
  PRAGMA user_version = 1;
`;

async function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'stream-log-'));
}

describeStreamLog('SQLite in a file', async (): Promise<StreamLogSubject> => {
  const folder = await newFolder();
  const path = join(folder, 'log.sqlite');
  const opened: StreamLogStore<number>[] = [];
  const open = () => {
    const log = createSqliteStreamLog({ path, parse });
    opened.push(log);
    return log;
  };
  return {
    log: open(),
    reopen: async () => open(),
    startWriter: (logId) => runWriter(new URL('../conformance/sqlite-writer.ts', import.meta.url), [path, logId]),
    async dispose() {
      await Promise.all(opened.map((log) => log.shutdown()));
      await rm(folder, { recursive: true });
    },
  };
});

describeStreamLog('SQLite in memory', async (): Promise<StreamLogSubject> => {
  const log = createSqliteStreamLog({ path: ':memory:', parse });
  return { log, reopen: undefined, startWriter: undefined, dispose: () => log.shutdown() };
});

describe('SQLite', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await newFolder();
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('lets two programs write to one file in turn', async () => {
    const path = join(folder, 'log.sqlite');
    const [one, two] = [createSqliteStreamLog({ path, parse }), createSqliteStreamLog({ path, parse })];
    await one.open('story', producer);
    await two.open('story', { id: 'other', epoch: 0 });
    for (let seq = 0; seq < 50; seq += 1) {
      await one.append('story', producer, seq, [seq]);
      await two.append('story', { id: 'other', epoch: 0 }, seq, [-seq]);
    }
    expect((await one.read('story', '-1')).entries).toHaveLength(100);
    await Promise.all([one.shutdown(), two.shutdown()]);
  });

  it('refuses an entry it could not read back, and writes nothing of its batch', async () => {
    const log = createSqliteStreamLog({ path: ':memory:', parse });
    await log.open('story', producer);
    await expect(log.append('story', producer, 0, [1, Number.NaN])).rejects.toMatchObject({ code: 'corrupt' });
    await log.append('story', producer, 0, [2]);
    expect((await log.read('story', '-1')).entries).toEqual([2]);
    await log.shutdown();
  });

  it('says so when a stored entry is not what was written', async () => {
    const path = join(folder, 'log.sqlite');
    const log = createSqliteStreamLog({ path, parse });
    await log.open('story', producer);
    await log.append('story', producer, 0, [1]);
    const hand = new DatabaseSync(path);
    hand.exec(`UPDATE entries SET text = '"secret'`);
    hand.close();
    await expect(log.read('story', '-1')).rejects.toMatchObject({
      code: 'corrupt',
      message: 'An entry of the log story cannot be read',
    });
    await log.shutdown();
  });

  it('reads on in a file of version 1, and writes to its logs', async () => {
    const path = join(folder, 'log.sqlite');
    const hand = new DatabaseSync(path);
    hand.exec(versionOne);
    hand.close();
    const log = createSqliteStreamLog({ path, parse });
    expect(await log.read('open', '0123abcd_000000000001')).toMatchObject({ entries: [2], closed: false });
    expect(await log.read('closed', '-1')).toMatchObject({ entries: [7], closed: true });
    await log.append('open', producer, 1, [2]);
    await log.append('open', producer, 2, [3]);
    await log.close('open', { id: producer.id, epoch: 1 }, 0, [4]);
    expect((await log.read('open', '-1')).entries).toEqual([1, 2, 3, 4]);
    await log.shutdown();

    const again = createSqliteStreamLog({ path, parse });
    expect(await again.removeClosedBefore(new Date(1_001))).toBe(1);
    expect(await again.state('closed')).toBe('missing');
    expect(await again.state('open')).toBe('closed');
    await again.shutdown();
  });

  it('refuses a file of a newer version, one that is no log, and a folder that does not exist', async () => {
    const path = join(folder, 'log.sqlite');
    const hand = new DatabaseSync(path);
    hand.exec('PRAGMA user_version = 3');
    hand.close();
    expect(() => createSqliteStreamLog({ path, parse })).toThrow('version 3');
    const text = join(folder, 'text');
    await writeFile(text, 'Not a database, and longer than the header of one would be. '.repeat(20));
    expect(() => createSqliteStreamLog({ path: text, parse })).toThrow('cannot be opened');
    expect(() => createSqliteStreamLog({ path: join(folder, 'no', 'log.sqlite'), parse })).toThrow('cannot be opened');
  });
});
