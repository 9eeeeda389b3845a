import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { ProblemError } from '@parley/contracts';
import type { ConversationId, FileId, FileRef, UserId } from '@parley/contracts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import { importedFileId } from './import-ids.ts';
import type { ExportedFile } from './own-export.ts';

/** The files of one conversation that is imported, each told of first and then given piece by piece. */
export interface ImportedFiles {
  begin(file: ExportedFile): Promise<void>;
  /** Resolves when there is room for more. Bytes that belong to no file are dropped. */
  add(bytes: Uint8Array): Promise<void>;
  /** Completes the last one. */
  end(): Promise<void>;
  /** Lets go of one that will not be completed. */
  drop(): void;
  /** What a file of the export is called here; `undefined` where it could not be taken. */
  find(id: FileId): FileRef | undefined;
  /** How many could not be taken. */
  lost(): number;
}

interface ImportedFilesOptions {
  readonly files: Pick<WorkspaceFiles, 'bring'>;
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  readonly signal: AbortSignal;
}

/** Ids are made of conversation and file, so that a file that is imported again is there once. */
export function createImportedFiles({ files, userId, conversationId, signal }: ImportedFilesOptions): ImportedFiles {
  const taken = new Map<FileId, FileRef>();
  let lost = 0;
  let open: { readonly pipe: PassThrough; readonly outcome: Promise<void> } | undefined;

  async function take({ id, ...file }: ExportedFile, pipe: PassThrough): Promise<void> {
    const ending = AbortSignal.any([signal, whenClosed(pipe)]);
    try {
      const newId = importedFileId(conversationId, id);
      const stored = await files.bring(userId, conversationId, { ...file, id: newId, content: pipe }, ending);
      taken.set(id, { id: stored.id, name: stored.name, mimeType: stored.mimeType, size: stored.size });
    } catch (error) {
      signal.throwIfAborted();
      // It is broken, or there is no room for it: its conversation comes without it.
      if (!(error instanceof ProblemError) && !ending.aborted) throw error;
      lost += 1;
    } finally {
      pipe.destroy();
    }
  }

  async function end(): Promise<void> {
    if (open === undefined) return;
    const { pipe, outcome } = open;
    open = undefined;
    pipe.end();
    await outcome;
  }

  return {
    async begin(file) {
      await end();
      const pipe = new PassThrough();
      const outcome = take(file, pipe);
      // Heard by whoever awaits it; until then it must not count as unhandled.
      outcome.catch(() => undefined);
      open = { pipe, outcome };
    },

    async add(bytes) {
      if (open === undefined || open.pipe.destroyed || open.pipe.write(bytes)) return;
      await Promise.race([once(open.pipe, 'drain'), once(open.pipe, 'close')]);
    },

    end,

    drop() {
      open?.pipe.destroy();
      open = undefined;
    },

    find: (id) => taken.get(id),
    lost: () => lost,
  };
}

/** Aborts when a stream is closed before its end. */
function whenClosed(pipe: PassThrough): AbortSignal {
  const closed = new AbortController();
  pipe.once('close', () => {
    if (!pipe.readableEnded) closed.abort(new Error('The file was not given to its end.'));
  });
  return closed.signal;
}
