import { mostPromptFiles } from '@parley/contracts';
import type { DraftPlace, FileRef } from '@parley/contracts';
import type { QueryClient } from '@tanstack/react-query';
import type { StoreApi } from 'zustand/vanilla';
import { newId } from '../../../../lib/new-id.ts';
import type { AttachedFile, AttachedState } from './attached-files.ts';
import { freeName, pastedName } from './file-names.ts';
import { canRunCode, dropFile, sendFile } from './send-file.ts';
import { readStoredFiles, storeFiles } from './stored-files.ts';

export interface FileWorkDependencies {
  readonly store: StoreApi<AttachedState>;
  readonly queryClient: QueryClient;
}

export type FileWork = ReturnType<typeof createFileWork>;

/** What is done with the files of unsent prompts: each is uploaded at once, whatever page is shown meanwhile. */
export function createFileWork({ store, queryClient }: FileWorkDependencies) {
  const uploads = new Map<string, AbortController>();
  const at = (place: DraftPlace) => store.getState().places.get(place) ?? [];

  function put(place: DraftPlace, files: readonly AttachedFile[]) {
    store.setState(({ places }) => ({ places: new Map(places).set(place, files) }));
  }

  function keep(place: DraftPlace) {
    storeFiles(
      place,
      at(place).flatMap(({ stored }) => stored ?? []),
    );
  }

  /** Changes one file wherever it has got to; what is gone stays gone. */
  function change(key: string, part: Partial<AttachedFile>) {
    for (const [place, files] of store.getState().places) {
      if (!files.some((file) => file.key === key)) continue;
      put(
        place,
        files.map((file) => (file.key === key ? { ...file, ...part } : file)),
      );
      if (part.stored) keep(place);
    }
  }

  async function askAboutCode() {
    store.setState({ canRunCode: await canRunCode(queryClient) });
  }

  async function upload({ key, name, source }: AttachedFile) {
    if (!source) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    uploads.set(key, leaving);
    change(key, { state: 'uploading', share: 0, cause: undefined });
    try {
      const asked = askAboutCode();
      const stored = await sendFile({ source, name, signal, onChange: (part) => change(key, part) });
      // What goes with it decides what the model may do.
      await asked;
      change(key, { state: 'ready', share: 1, stored });
    } catch (cause) {
      if (!signal.aborted) change(key, { state: 'failed', cause });
    } finally {
      if (uploads.get(key) === leaving) uploads.delete(key);
    }
  }

  return {
    /** Begins to upload files. Returns how many there was no place for. */
    add(place: DraftPlace, sources: readonly File[], arePasted = false): number {
      const held = at(place);
      const taken = sources.slice(0, Math.max(0, mostPromptFiles - held.length));
      const names = new Set(held.map(({ name }) => name));
      const added = taken.map((source): AttachedFile => {
        const name = freeName(arePasted ? pastedName(source.name, new Date()) : source.name, names);
        names.add(name);
        const { type: mimeType, size } = source;
        return { key: newId(), name, mimeType, size, state: 'uploading', share: 0, source };
      });
      put(place, [...held, ...added]);
      for (const file of added) void upload(file);
      return sources.length - taken.length;
    },

    /** Puts files that were uploaded before back beside the words they came with. */
    bring(place: DraftPlace, files: readonly FileRef[]) {
      const known = new Set(at(place).flatMap(({ stored }) => stored?.id ?? []));
      put(place, [...at(place), ...files.filter(({ id }) => !known.has(id)).map(readyFile)]);
      keep(place);
      void askAboutCode();
    },

    retry(file: AttachedFile) {
      uploads.get(file.key)?.abort();
      void upload(file);
    },

    remove(place: DraftPlace, { key, source, stored }: AttachedFile) {
      uploads.get(key)?.abort();
      put(
        place,
        at(place).filter((file) => file.key !== key),
      );
      keep(place);
      // What came back from a question may belong to it still.
      if (source && stored) void dropFile(stored.id);
    },

    /** Keeps what a place has now: what it had before is safe with its prompt. */
    keep,

    /** A chat got its conversation: what waits in it moves along. */
    move(from: DraftPlace, to: DraftPlace) {
      put(to, [...at(to), ...at(from)]);
      put(from, []);
      keep(from);
      keep(to);
    },

    restore() {
      for (const [place, files] of readStoredFiles()) {
        if (at(place).length === 0) put(place, files.map(readyFile));
      }
      if (store.getState().places.size > 0) void askAboutCode();
    },

    reset() {
      for (const leaving of uploads.values()) leaving.abort();
    },
  };
}

function readyFile(stored: FileRef): AttachedFile {
  const { id: key, name, mimeType, size } = stored;
  return { key, name, mimeType, size, state: 'ready', share: 1, stored };
}
