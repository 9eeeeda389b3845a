import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedMongo } from '@parley/embedded-mongo';
import type { EmbeddedMongo } from '@parley/embedded-mongo';
import { Schema } from 'mongoose';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase } from './connect.ts';
import { duplicateKeyField } from './duplicate-key.ts';
import { openDatabase } from './open-database.ts';

let store: EmbeddedMongo;

beforeAll(async () => {
  store = await startEmbeddedMongo({ path: ':memory:' });
});

afterAll(async () => {
  await store.close();
});

describe('a connection', () => {
  it('uses the database that the address names, else one of our own', async () => {
    const ours = await connectDatabase(store.uri);
    expect(ours.connection.name).toBe('parley');
    await ours.close();
    const named = await connectDatabase(store.uri.replace('/?', '/team?'));
    expect(named.connection.name).toBe('team');
    await named.close();
  });

  it('creates indexes when it is told to, and they hold', async () => {
    const database = await connectDatabase(store.uri);
    const schema = new Schema({ _id: String, place: { type: String } }, { versionKey: false });
    schema.index({ place: 1 }, { unique: true });
    const model = database.connection.model('Seat', schema);
    await database.createIndexes();
    await database.createIndexes();
    await model.create([{ _id: 'a', place: 'front' }]);
    const taken = await model.create([{ _id: 'b', place: 'front' }]).catch((error: unknown) => error);
    expect(duplicateKeyField(taken)).toBe('place');
    expect(duplicateKeyField(new Error('other'))).toBeUndefined();
    await database.close();
  });

  it('refuses a query for a field that does not exist instead of finding everything', async () => {
    const database = await connectDatabase(store.uri);
    const model = database.connection.model('Chair', new Schema({ _id: String }));
    await expect(model.find({ colour: 'red' }).exec()).rejects.toThrow(/strictQuery/);
    await database.close();
  });

  it('answers a ping while the store is there', async () => {
    const passing = await startEmbeddedMongo({ path: ':memory:' });
    const database = await connectDatabase(passing.uri);
    await expect(database.ping()).resolves.toBeUndefined();
    await passing.close();
    await expect(database.ping()).rejects.toBeInstanceOf(Error);
    await database.close();
  });
});

it('opens one store for one process only', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-database-'));
  const log = pino({ level: 'silent' });
  const first = await openDatabase({ dataDir }, log);
  await expect(openDatabase({ dataDir }, log)).rejects.toMatchObject({ name: 'StartError' });
  await first.close();
  const again = await openDatabase({ dataDir }, log);
  await again.close();
  await rm(dataDir, { recursive: true });
});
