import { problem } from '@parley/contracts';
import type { FilePlace, FileRecord, FileRepository } from '../database/repositories/file-repository.ts';
import { currentFiles } from './current-files.ts';
import { sizeText } from '../size-text.ts';
import type { FileLimits } from './file-limits.ts';
import type { Workspaces } from './publish-files.ts';

/** Holds room for bytes that are coming in. */
interface Hold {
  /** Throws `workspace-full` when there is no room for that many of them. */
  grow(size: number): Promise<void>;
}

/** How full the places of files are. */
export interface FileRoom {
  /** Bytes of the files that count. */
  used(place: FilePlace): Promise<number>;
  /**
   * Room for bytes under a key that was loosened. Whoever comes in at the same time holds room too, so that together
   * they never get more than there is; where it is that tight, both may be refused.
   */
  hold(place: FilePlace, key: string, name: string): Hold;
}

interface FileRoomOptions {
  readonly records: FileRepository;
  readonly limits: FileLimits;
  readonly workspaces: Pick<Workspaces, 'isSession'>;
}

export function createFileRoom({ records, limits, workspaces }: FileRoomOptions): FileRoom {
  async function countingIn({ userId, conversationId }: FilePlace): Promise<readonly FileRecord[]> {
    if (conversationId === null) return await records.listWaiting(userId);
    return currentFiles(await records.listPlaced(userId, conversationId));
  }

  async function fits(place: FilePlace, name: string): Promise<boolean> {
    // In this order: what stops being loose in between is among the files by then.
    const coming = await records.listLoose(place);
    const there = await countingIn(place);
    const staying = place.conversationId === null ? there : there.filter((file) => file.name !== name);
    const size = sumOf(coming) + sumOf(staying);
    if (size > roomOf(place) || staying.length + coming.length > limits.files) return false;
    return !isSession(place) || (await records.sumExpiring(place.userId)) <= limits.sessionBytes;
  }

  function roomOf({ conversationId }: FilePlace): number {
    return conversationId === null ? limits.waitingBytes : limits.workspaceBytes;
  }

  function isSession({ conversationId }: FilePlace): boolean {
    return conversationId !== null && workspaces.isSession(conversationId);
  }

  function full(place: FilePlace): Error {
    const room = sizeText(roomOf(place));
    if (isSession(place)) {
      const all = sizeText(limits.sessionBytes);
      const detail = `The files of a session may take up ${room}, and all that belong to no conversation ${all}. Remove some of them.`;
      return problem('workspace-full', { detail });
    }
    const detail =
      place.conversationId === null
        ? `Files that wait for their question may take up ${room} and be ${limits.files}. Send some of them, or remove some.`
        : `A conversation’s files may take up ${room} and be ${limits.files}. Remove some of them.`;
    return problem('workspace-full', { detail });
  }

  return {
    used: async (place) => sumOf(await countingIn(place)),

    hold(place, key, name) {
      let held = -1;
      return {
        async grow(size) {
          if (size <= held) return;
          // Twice as much each time, so that it is not asked for each piece; what is needed where that is too much.
          const generous = Math.min(limits.fileBytes, Math.max(size, held * 2));
          for (const wanted of new Set([generous, size])) {
            await records.resize(key, wanted);
            if (await fits(place, name)) {
              held = wanted;
              return;
            }
          }
          throw full(place);
        },
      };
    },
  };
}

function sumOf(items: readonly { readonly size: number }[]): number {
  return items.reduce((sum, { size }) => sum + size, 0);
}
