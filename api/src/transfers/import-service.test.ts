import { randomUUID } from 'node:crypto';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { userIdSchema } from '@parley/contracts';
import type { Import, Message, UserId } from '@parley/contracts';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTestStore } from '../database/__fixtures__/open-test-store.ts';
import type { TestStore } from '../database/__fixtures__/open-test-store.ts';
import { connectDatabase } from '../database/connect.ts';
import type { Database } from '../database/connect.ts';
import { createImportRepository } from '../database/repositories/import-repository.ts';
import type { ImportRepository } from '../database/repositories/import-repository.ts';
import type { ImportDocument } from '../database/schemas/import-document.ts';
import { writerOptions } from './__fixtures__/writer-options.ts';
import { createImportService } from './import-service.ts';
import type { ImportService } from './import-service.ts';

const log = pino({ level: 'silent' });
let store: TestStore;
let database: Database;
let imports: ImportRepository;
let folder: string;
let userId: UserId;
const services: ImportService[] = [];

beforeAll(async () => {
  store = await openTestStore();
  database = await connectDatabase(store.uri);
  imports = createImportRepository(database.connection);
});
afterAll(async () => {
  await database.close();
  await store.close();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-imports-'));
  userId = userIdSchema.parse(randomUUID());
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()));
  await rm(folder, { recursive: true, force: true });
});

interface ServiceOptions {
  readonly add?: (message: Message) => Promise<void>;
  readonly isSoleProducer?: boolean;
  readonly own?: string;
}

function startService({ add = nothing, isSoleProducer = false, own = folder }: ServiceOptions = {}): ImportService {
  const service = createImportService({ ...writerOptions(add), imports, folder: own, isSoleProducer, log });
  services.push(service);
  return service;
}

const nothing = async (): Promise<void> => await Promise.resolve();

async function* threeChats(): AsyncGenerator<Uint8Array> {
  const chats = ['one', 'two', 'three'].map((uuid) => ({
    uuid,
    name: uuid,
    chat_messages: [{ uuid: 'a', sender: 'human', text: uuid }],
  }));
  yield await Promise.resolve(new TextEncoder().encode(JSON.stringify(chats)));
}

async function begin(service: ImportService): Promise<Import> {
  return await service.start(userId, 'chats.json', threeChats(), new AbortController().signal);
}

/** Ten seconds pass for the lease of an import, and for nothing else. */
async function endLease({ id }: Import): Promise<void> {
  const documents = database.connection.collection<ImportDocument>('imports');
  const stages = [{ $set: { leaseExpiresAt: { $subtract: ['$leaseExpiresAt', 10_000] } } }];
  await documents.updateOne({ _id: id }, stages);
}

async function endOf(service: ImportService, { id }: Import): Promise<Import> {
  return await vi.waitFor(async () => {
    const found = await service.get(userId, id);
    expect(found.state).not.toMatch(/waiting|running/);
    return found;
  });
}

/** A service that has begun to store an import and does not get on; `fail` ends what it tries. */
async function stuckService(): Promise<{ service: ImportService; begun: Import; fail: () => void }> {
  const { promise, reject } = Promise.withResolvers<void>();
  const stuck = vi.fn<() => Promise<void>>(() => promise);
  const service = startService({ add: stuck });
  const begun = await begin(service);
  await vi.waitFor(() => expect(stuck).toHaveBeenCalled());
  return { service, begun, fail: () => reject(new Error('The store is gone.')) };
}

describe('an import', () => {
  it('goes on elsewhere when nobody has renewed its lease, and whoever had it leaves it alone', async () => {
    const { service, begun, fail } = await stuckService();
    const other = startService();
    await other.resume();
    expect(await other.get(userId, begun.id)).toMatchObject({ state: 'running', added: 0 });

    await vi.waitFor(async () => {
      await endLease(begun);
      await other.resume();
      expect(await endOf(other, begun)).toMatchObject({ state: 'done', added: 3, messages: 3 });
    });
    const [before] = await imports.listOwn(userId);
    fail();
    await service.close();
    expect(await imports.listOwn(userId)).toEqual([before]);
    await expect(access(path.join(folder, `${begun.id}.json`))).rejects.toThrow('ENOENT');
  });

  it('goes on elsewhere at once when its process was stopped', async () => {
    const { service, begun, fail } = await stuckService();
    const closed = service.close();
    fail();
    await closed;
    const other = startService();
    await other.resume();
    expect(await endOf(other, begun)).toMatchObject({ state: 'done', added: 3 });
  });

  it('is left to the process that has its file, and is over where there is none', async () => {
    const { service, begun, fail } = await stuckService();
    const closed = service.close();
    fail();
    await closed;
    const elsewhere = path.join(folder, 'elsewhere');
    const other = startService({ own: elsewhere });
    await other.resume();
    expect(await other.get(userId, begun.id)).toMatchObject({ state: 'running' });
    const alone = startService({ own: elsewhere, isSoleProducer: true });
    await alone.resume();
    expect(await alone.get(userId, begun.id)).toMatchObject({ state: 'interrupted' });
  });
});
