import { problem } from '@parley/contracts';
import type { ConversationId, UserId } from '@parley/contracts';
import type { FileRecord, FileRepository } from '../database/repositories/file-repository.ts';
import type { FileIntake } from './file-intake.ts';
import type { FileLimits } from './file-limits.ts';

/** Milliseconds that uploads wait for a prompt, and that files of what is no conversation are kept. */
const waitingLife = 24 * 3_600_000;
const sessionLife = 30 * 24 * 3_600_000;

/** Who has which workspaces. */
export interface Workspaces {
  /** Whether somebody has a workspace of that id. */
  has(userId: UserId, id: ConversationId): Promise<boolean>;
  /** Whether it belongs to no conversation, so that nobody will ever delete it. */
  isSession(id: ConversationId): boolean;
}

interface PublisherOptions {
  readonly records: FileRepository;
  readonly intake: Pick<FileIntake, 'discard' | 'remove'>;
  readonly limits: FileLimits;
  readonly workspaces: Workspaces;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Makes files of bytes that were received, and keeps the places of files in order. */
export interface FilePublisher {
  /** From here on it can be found, and is the one of its name. */
  publish(file: FileRecord): Promise<FileRecord>;
  /**
   * After all of something was published: throws `conversation-not-found`, and removes it, when its conversation was
   * deleted meanwhile; and lets the oldest go of what is not in the workspace any more.
   */
  tidy(userId: UserId, conversationId: ConversationId): Promise<void>;
  removeAll(conversationId: ConversationId): Promise<void>;
}

export function createFilePublisher({ records, intake, limits, workspaces, now }: PublisherOptions): FilePublisher {
  function expiryOf({ conversationId }: FileRecord, at: Date): Pick<FileRecord, 'expiresAt'> {
    if (conversationId === null) return { expiresAt: new Date(at.getTime() + waitingLife) };
    return workspaces.isSession(conversationId) ? { expiresAt: new Date(at.getTime() + sessionLife) } : {};
  }

  async function removeAll(conversationId: ConversationId): Promise<void> {
    for (const file of await records.listAll(conversationId)) await intake.remove(file);
  }

  return {
    async publish(file) {
      const at = new Date(now());
      const placedAt = file.conversationId === null ? null : at;
      const published = { ...file, placedAt, createdAt: at, ...expiryOf(file, at) };
      if (await records.add(published)) await records.settle(file.content);
      else {
        // The same file was kept before, by another process that ran the same code.
        await intake.discard(file.content);
        await records.place(file.id, at);
      }
      await records.displaceOlder(published, at);
      return published;
    },

    async tidy(userId, conversationId) {
      if (!(await workspaces.has(userId, conversationId))) {
        // Whoever deleted it, or removed this person, has let go of what was there; these came after that.
        for (const file of await records.listAll(conversationId)) if (file.userId === userId) await intake.remove(file);
        throw problem('conversation-not-found');
      }
      let size = 0;
      for (const [index, file] of (await records.listReplaced(userId, conversationId)).entries()) {
        size += file.size;
        if (size > limits.replacedBytes || index >= limits.replacedFiles) await intake.remove(file);
      }
    },

    removeAll,
  };
}
