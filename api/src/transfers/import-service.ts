import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { importIdSchema, longestImport, problem } from '@parley/contracts';
import type { Import, ImportId, UserId } from '@parley/contracts';
import type { Logger } from 'pino';
import { cleanLine } from '../clean-text.ts';
import type { ImportChange, ImportRecord, ImportRepository } from '../database/repositories/import-repository.ts';
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
  /** Goes on with what an earlier process left, where its file is still there. */
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
/** Milliseconds after which an import that says nothing is one whose process is dead. */
const longestSilence = 60_000;

export function createImportService(options: ImportServiceOptions): ImportService {
  const { imports, folder, isSoleProducer, log, now } = options;
  const closing = new AbortController();
  /** Those that wait or run here. */
  const here = new Map<ImportId, AbortController>();
  /** People whose files are being received. */
  const receiving = new Set<UserId>();
  let line: Promise<void> = Promise.resolve();

  const fileOf = (id: ImportId): string => path.join(folder, `${id}.json`);

  function isActive({ id, state, updatedAt }: ImportRecord): boolean {
    if (state !== 'waiting' && state !== 'running') return false;
    return here.has(id) || now() - updatedAt.getTime() < longestSilence;
  }

  function toImport(record: ImportRecord): Import {
    const { userId: _userId, entries: _entries, isCancelled: _isCancelled, createdAt, updatedAt, ...rest } = record;
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
    const signal = AbortSignal.any([closing.signal, controller.signal]);
    line = line.then(() => work(record, signal));
  }

  async function work(record: ImportRecord, signal: AbortSignal): Promise<void> {
    const { id } = record;
    try {
      const ended = await workThrough(record, signal);
      if (closing.signal.aborted && ended.state === 'cancelled') return;
      await imports.change(id, { ...ended, updatedAt: new Date(now()) });
      await rm(fileOf(id), { force: true });
    } catch (error) {
      // The database does not answer: the file stays, and the next process goes on with it.
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
      const told = await imports.change(id, {
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
        const record: ImportRecord = { ...place, ...counts, state: 'waiting', createdAt: at, updatedAt: at };
        await imports.add(record);
        enqueue(record);
        await forgetOld(userId);
        return toImport(record);
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
      return toImport((await imports.change(id, { isCancelled: true })) ?? record);
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
      const unfinished = isSoleProducer ? await imports.listUnfinished() : [];
      const kept = new Set<string>();
      for (const record of unfinished) {
        const isThere = await stat(fileOf(record.id)).then(
          () => true,
          () => false,
        );
        if (isThere) {
          kept.add(path.basename(fileOf(record.id)));
          enqueue(record);
        } else await imports.change(record.id, { state: 'interrupted', updatedAt: new Date(now()) });
      }
      if (!isSoleProducer) return;
      // Files that were not received whole.
      const files = await readdir(folder).catch(() => []);
      for (const file of files) if (!kept.has(file)) await rm(path.join(folder, file), { force: true });
    },

    async close() {
      closing.abort();
      await line;
    },
  };
}

function failureOf(error: unknown): NonNullable<Import['failure']> {
  if (!(error instanceof ExportError)) return { reason: 'server-error' };
  return { reason: error.reason, ...(error.at === undefined ? {} : { at: error.at }) };
}
