import type { DraftPlace, FileId, FileRef } from '@parley/contracts';
import type { QueryClient } from '@tanstack/react-query';
import { createStore } from 'zustand/vanilla';
import { draftFilesPrefix } from '../draft-storage.ts';
import type { FileWork } from './file-work.ts';

/** A file beside the words of a prompt that has not been sent. */
export interface AttachedFile {
  readonly key: string;
  readonly name: string;
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
  /** `waiting`: the server cannot be reached, and it goes by itself. `failed`: the server would not take it. */
  readonly state: 'uploading' | 'waiting' | 'failed' | 'ready';
  /** How much of it has left, from 0 to 1. */
  readonly share: number;
  /** Why it waits or failed. */
  readonly cause?: unknown;
  /** What is uploaded; absent after a reload of the page. */
  readonly source?: File;
  /** What it is called by, once it is uploaded. */
  readonly stored?: FileRef;
}

export interface AttachedState {
  readonly places: ReadonlyMap<DraftPlace, readonly AttachedFile[]>;
  /** Whether the model may run code; `undefined` until that was asked. */
  readonly canRunCode: boolean | undefined;
}

const nothing: AttachedState = { places: new Map(), canRunCode: undefined };

export type AttachedFiles = ReturnType<typeof createAttachedFiles>;

/** The files of prompts that have not been sent, by place. What is done with them is loaded when it is wanted. */
export function createAttachedFiles({ queryClient }: { readonly queryClient: QueryClient }) {
  const store = createStore<AttachedState>(() => nothing);
  const sent = new Map<FileId, FileRef>();
  let opening: Promise<FileWork> | undefined;

  async function open(): Promise<FileWork> {
    opening ??= import('./file-work.ts').then(({ createFileWork }) => createFileWork({ store, queryClient }));
    try {
      return await opening;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  }

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    /** Rejects when the page could not load what it takes. */
    open,
    /** What goes with a prompt that is being sent. The composer has it no more; a reload still has, until `keep`. */
    take(place: DraftPlace): FileRef[] {
      const { places } = store.getState();
      const files = (places.get(place) ?? []).flatMap(({ stored }) => stored ?? []);
      if (files.length > 0) store.setState({ places: new Map(places).set(place, []) });
      for (const file of files) sent.set(file.id, file);
      return files;
    },
    /** What a file that was sent from this page is called. */
    known: (id: FileId) => sent.get(id),
    /** A prompt is safe, and so is what it brought along: only what its place has now is kept. */
    keep(place: DraftPlace) {
      open().then(
        (work) => work.keep(place),
        () => undefined,
      );
    },
    /** Brings back what this browser kept. */
    restore() {
      const isKept = Object.keys(localStorage).some((key) => key.startsWith(draftFilesPrefix));
      // Without its code, they stay where they are for the next visit.
      if (isKept)
        open().then(
          (work) => work.restore(),
          () => undefined,
        );
    },
    /** Forgets everything: somebody else may sign in next. */
    reset() {
      sent.clear();
      void opening?.then((work) => work.reset());
      store.setState(nothing);
    },
  };
}
