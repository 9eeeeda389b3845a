import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { importIdSchema, longestImport, problem } from '@parley/contracts';
import type { Import, ImportId, UserId } from '@parley/contracts';
import type { Logger } from 'pino';
import { cleanLine } from '../clean-text.ts';
import type {
  ImportChange,
  ImportRecord,
  ImportRepository,
  NewImport,
} from '../database/repositories/import-repository.ts';
import { createLeases } from '../leases.ts';
import { sizeText } from '../size-text.ts';
import { ExportError } from './export-error.ts';
import { createImportTally } from './import-tally.ts';
import { createImportWriter } from './import-writer.ts';
import type { ImportWriterOptions } from './import-writer.ts';
import { readExport } from './read-export.ts';

/** Brings conversations along from files, one file at a time; whoever names an import of others gets `import-not-found`. */
export interface ImportService {
  /**
   * Keeps a file and begins to work through it. Throws `import-running`, `body-too-large` and `storage-full`; so does
   * `signal`, with its reason.
   */
  start(userId: UserId, name: string, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Import>;
  /** Newest first. */
  list(userId: UserId): Promise<Import[]>;
  get(userId: UserId, id: ImportId): Promise<Import>;
  cancel(userId: UserId, id: ImportId): Promise<Import>;
  /** Ends imports of somebody's and forgets them, with their files. */
  removePerson(userId: UserId): Promise<void>;
  /**
   * Goes on with what an earlier process left, where its file is still there, and from now on with what a process that
   * shares the folder leaves.
   */
  resume(): Promise<void>;
  /** Stops; what has not ended goes on in the next process. */
  close(): Promise<void>;
}

interface ImportServiceOptions extends ImportWriterOptions {
  readonly imports: ImportRepository;
  /** Where files are while they are worked through. */
  readonly folder: string;
  /** Nobody else works in this database. */
  readonly isSoleProducer: boolean;
  readonly log: Logger;
}

/** Imports of one person that are kept. */
const mostKept = 20;
/** Milliseconds between two notes about how far it is. */
const noteEvery = 500;
/** Milliseconds between two looks for imports that another process has left. */
const lookEvery = 10_000;
/** Milliseconds after the end of a lease in which somebody may still take the import over. */
const longestSilence = 60_000;
/** Milliseconds after which a file that no import is of is a left-over, if somebody else may be receiving it. */
const oldFile = 86_400_000;

export function createImportService(options: ImportServiceOptions): ImportService {
  const { imports, folder, isSoleProducer, log, now } = options;
  const owner = randomUUID();
  const leases = createLeases<ImportId>({ renew: (ids) => imports.renew(ids, owner), logger: log });
  const closing = new AbortController();
  /** Those that wait or run here. */
  const here = new Map<ImportId, AbortController>();
  /** People whose files are being received. */
  const receiving = new Set<UserId>();
  let line: Promise<void> = Promise.resolve();
  let looks: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  const fileOf = (id: ImportId): string => path.join(folder, `${id}.json`);

  function isActive({ id, state, leaseExpiresAt }: ImportRecord): boolean {
    if (state !== 'waiting' && state !== 'running') return false;
    return here.has(id) || now() - (leaseExpiresAt?.getTime() ?? 0) < longestSilence;
  }

  function toImport(record: ImportRecord): Import {
    const { userId: _userId, entries: _entries, isCancelled: _isCancelled, ...told } = record;
    const { leaseOwner: _owner, leaseExpiresAt: _expiry, createdAt, updatedAt, ...rest } = told;
    const isOver = rest.state !== 'waiting' && rest.state !== 'running';
    return {
      ...rest,
      state: isOver || isActive(record) ? rest.state : 'interrupted',
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    };
  }

  async function receive(id: ImportId, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<number> {
    let size = 0;
    async function* metered(): AsyncGenerator<Uint8Array> {
      for await (const bytes of content) {
        size += bytes.length;
        if (size > longestImport) {
          throw problem('body-too-large', { detail: `A file may have at most ${sizeText(longestImport)}.` });
        }
        yield bytes;
      }
    }
    await mkdir(folder, { recursive: true });
    try {
      await pipeline(metered(), createWriteStream(fileOf(id)), { signal });
    } catch (error) {
      await rm(fileOf(id), { force: true });
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC')
        throw problem('storage-full', { cause: error });
      throw signal.aborted ? signal.reason : error;
    }
    return size;
  }

  function enqueue(record: ImportRecord): void {
    const controller = new AbortController();
    here.set(record.id, controller);
    const endLease = leases.hold(record.id, () => controller.abort());
    const signal = AbortSignal.any([closing.signal, controller.signal]);
    line = line.then(() => work(record, signal)).finally(endLease);
  }

  async function work(record: ImportRecord, signal: AbortSignal): Promise<void> {
    const { id, userId } = record;
    try {
      const ended = await workThrough(record, signal);
      if (closing.signal.aborted && ended.state === 'cancelled') {
        await imports.release(id, owner);
        return;
      }
      const noted = await imports.note(id, owner, { ...ended, updatedAt: new Date(now()) });
      const isElsewhere = noted === undefined && (await imports.find(userId, id)) !== undefined;
      if (!isElsewhere) await rm(fileOf(id), { force: true });
    } catch (error) {
      // The database does not answer: the file stays, and whoever looks first goes on with it.
      log.error({ err: error, importId: id }, 'An import could not be ended');
    } finally {
      here.delete(id);
    }
  }

  async function workThrough(record: ImportRecord, signal: AbortSignal): Promise<ImportChange> {
    const { id, userId } = record;
    const tally = createImportTally(record);
    const writer = createImportWriter(options, userId, tally, signal);
    let read = 0;
    let entries = 0;
    let noted = 0;
    async function* bytesOf(): AsyncGenerator<Uint8Array> {
      for await (const bytes of createReadStream(fileOf(id), { signal })) {
        yield bytes;
        read += bytes.length;
      }
    }
    async function note(): Promise<void> {
      noted = now();
      const told = await imports.note(id, owner, {
        state: 'running',
        read,
        // What an earlier process has worked through is not done again, and not counted again.
        entries: Math.max(entries, record.entries),
        ...tally.counts(),
        updatedAt: new Date(noted),
      });
      if (told === undefined || told.isCancelled === true) here.get(id)?.abort();
    }
    try {
      for await (const entry of readExport(bytesOf())) {
        signal.throwIfAborted();
        if (now() - noted >= noteEvery && (await writer.settle(entry))) await note();
        if (entries >= record.entries) await writer.write(entry);
        entries += 1;
      }
      await writer.finish();
      return { state: 'done', read, entries, ...tally.counts() };
    } catch (error) {
      await writer.drop();
      const counts = tally.counts();
      if (signal.aborted) return { state: 'cancelled', read, ...counts };
      if (!(error instanceof ExportError)) log.error({ err: error, importId: id }, 'An import has failed');
      return { state: 'failed', read, ...counts, failure: failureOf(error) };
    }
  }

  /** Takes over what nobody works on any more. */
  async function look(): Promise<void> {
    for (const { id } of await imports.listUnfinished()) {
      if (here.has(id) || closing.signal.aborted) continue;
      const isThere = await stat(fileOf(id)).then(
        () => true,
        () => false,
      );
      // It may be on the disk of another process.
      if (!isThere && !isSoleProducer) continue;
      const taken = await imports.takeOver(id, owner, isSoleProducer ? 'any' : 'abandoned');
      if (taken === undefined) continue;
      if (isThere) enqueue(taken);
      else await imports.note(id, owner, { state: 'interrupted', updatedAt: new Date(now()) });
    }
  }

  /** Files that were not received whole. */
  async function removeLeftOvers(): Promise<void> {
    const kept = new Set((await imports.listUnfinished()).map(({ id }) => path.basename(fileOf(id))));
    for (const name of await readdir(folder).catch(() => [])) {
      const file = path.join(folder, name);
      if (kept.has(name)) continue;
      const age = await stat(file).then(
        ({ mtimeMs }) => now() - mtimeMs,
        () => 0,
      );
      if (isSoleProducer || age > oldFile) await rm(file, { force: true });
    }
  }

  async function forgetOld(userId: UserId): Promise<void> {
    const old = (await imports.list(userId, mostKept * 2)).slice(mostKept).filter((record) => !isActive(record));
    await imports.remove(old.map(({ id }) => id));
  }

  async function get(userId: UserId, id: ImportId): Promise<ImportRecord> {
    const record = await imports.find(userId, id);
    if (record === undefined) throw problem('import-not-found');
    return record;
  }

  return {
    async start(userId, name, content, signal) {
      const isBusy = (await imports.list(userId, mostKept)).some(isActive);
      if (isBusy || receiving.has(userId)) throw problem('import-running');
      receiving.add(userId);
      try {
        const id = importIdSchema.parse(randomUUID());
        const size = await receive(id, content, signal);
        const at = new Date(now());
        const counts = { added: 0, present: 0, skipped: 0, messages: 0, leftOut: [], skips: [] };
        const place = { id, userId, name: cleanLine(name, 200), size, read: 0, entries: 0 };
        const record: NewImport = { ...place, ...counts, state: 'waiting', createdAt: at, updatedAt: at };
        await imports.add(record, owner);
        const held = { ...record, leaseOwner: owner };
        enqueue(held);
        await forgetOld(userId);
        return toImport(held);
      } finally {
        receiving.delete(userId);
      }
    },

    list: async (userId) => (await imports.list(userId, mostKept)).map(toImport),
    get: async (userId, id) => toImport(await get(userId, id)),

    async cancel(userId, id) {
      const record = await get(userId, id);
      if (!isActive(record)) return toImport(record);
      here.get(id)?.abort();
      return toImport((await imports.requestCancel(id)) ?? record);
    },

    async removePerson(userId) {
      const own = await imports.listOwn(userId);
      for (const { id } of own) {
        here.get(id)?.abort();
        await rm(fileOf(id), { force: true });
      }
      await imports.remove(own.map(({ id }) => id));
    },

    async resume() {
      await look();
      await removeLeftOvers();
      looks ??= setInterval(() => {
        looking ??= look()
          .catch((error: unknown) => log.warn({ err: error }, 'Imports could not be looked for'))
          .finally(() => (looking = undefined));
      }, lookEvery).unref();
    },

    async close() {
      clearInterval(looks);
      closing.abort();
      await looking;
      await line;
    },
  };
}

function failureOf(error: unknown): NonNullable<Import['failure']> {
  if (!(error instanceof ExportError)) return { reason: 'server-error' };
  return { reason: error.reason, ...(error.at === undefined ? {} : { at: error.at }) };
}
