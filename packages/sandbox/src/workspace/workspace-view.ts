import type { WorkspaceFile } from '../core/run.ts';
import type { ExecRaw } from '../docker/exec-stream.ts';
import type { Collected, CollectLimits } from '../engine/sandbox-engine.ts';
import { createBoxDeadline } from './box-deadline.ts';
import { collectChanges } from './collect-changes.ts';
import type { ReadFile } from './file-archive.ts';
import type { KnownFile } from './plan-collection.ts';
import { checkTogether, putFiles } from './put-files.ts';
import { removeFiles } from './remove-files.ts';
import { foldNotes } from './skip-notes.ts';

/** The files of a box, and what is known of them. Its methods are called one after the other, with no program running. */
export interface WorkspaceView {
  /** Writes files in the place of those of the same name. */
  put(files: readonly WorkspaceFile[], read: ReadFile, signal: AbortSignal): Promise<void>;
  remove(names: readonly string[], signal: AbortSignal): Promise<void>;
  /**
   * What changed since the last call: what is gone, then files, then what is not kept, in few lines. A box with something
   * that is not kept holds more than the workspace: give it up.
   */
  collect(limits: CollectLimits, signal: AbortSignal): AsyncGenerator<Collected>;
}

interface WorkspaceViewOptions {
  readonly exec: ExecRaw;
  /** Where the files are, in the box. */
  readonly path?: string;
  /** A shell command before each look at the files, such as one that ends whatever still writes them. */
  readonly before?: string;
  /** Milliseconds after which a look that says nothing is begun anew, once; 10 s unless said. */
  readonly answerMs?: number;
}

/** Waiting for the box alone; what the caller does between two files is not counted. */
const longestCollectMs = 30_000;

const usualAnswerMs = 10_000;

/** A view of a box that was just made. Needs GNU `find`, `tar` and `sha256sum` in it; one process for each call. */
export function createWorkspaceView(options: WorkspaceViewOptions): WorkspaceView {
  const { exec, path = '/mnt/data', before = ':', answerMs = usualAnswerMs } = options;
  const folder = { exec, path, before };
  const known = new Map<string, KnownFile>();

  /** One process in some thousands is never heard of (Docker 20.10, under load): nothing was changed, so it is asked again. */
  async function look(limits: CollectLimits, signal: AbortSignal) {
    const impatient = createBoxDeadline(signal, answerMs);
    try {
      const changes = await collectChanges(folder, known, limits, impatient);
      impatient.prolong(longestCollectMs);
      return { changes, deadline: impatient };
    } catch (error) {
      const isSilent = impatient.signal.aborted && !signal.aborted;
      impatient.end();
      if (!isSilent) throw error;
    }
    const deadline = createBoxDeadline(signal, longestCollectMs);
    try {
      return { changes: await collectChanges(folder, known, limits, deadline), deadline };
    } catch (error) {
      deadline.end();
      throw error;
    }
  }

  return {
    async put(files, read, signal) {
      if (files.length === 0) return;
      checkTogether([...known.keys(), ...files.map((file) => file.name)]);
      const states = await putFiles(folder, files, read, signal);
      for (const { name, sha256 } of files) {
        const state = states.get(name);
        if (state !== undefined) known.set(name, { ...state, sha256 });
      }
    },

    async remove(names, signal) {
      if (names.length === 0) return;
      await removeFiles(folder, names, signal);
      for (const name of names) known.delete(name);
    },

    async *collect(limits, signal) {
      const { changes, deadline } = await look(limits, signal);
      try {
        if (changes === undefined) {
          yield { type: 'skipped', name: path, reason: 'it holds more files than can be looked through' };
          return;
        }
        const { plan, files, end } = changes;
        const missing = new Map(plan.wanted);
        deadline.hold();
        for (const name of plan.removed) {
          known.delete(name);
          yield { type: 'removed', name };
        }
        deadline.go();
        for await (const file of plan.wanted.size > 0 ? files : []) {
          const state = missing.get(file.name);
          if (state === undefined) continue;
          missing.delete(file.name);
          const isSame = known.get(file.name)?.sha256 === file.sha256;
          known.set(file.name, { ...state, size: file.bytes.length, sha256: file.sha256 });
          if (isSame) continue;
          deadline.hold();
          yield { type: 'file', ...file };
          deadline.go();
        }
        // A process that was asked for nothing has nothing to say at its end.
        if (plan.wanted.size > 0) await end();
        deadline.hold();

        const unread = [...missing.keys()].map((name) => ({ name, reason: 'it could not be read' }));
        for (const note of foldNotes([...plan.skipped, ...unread])) yield { type: 'skipped', ...note };
      } finally {
        deadline.end();
      }
    },
  };
}
