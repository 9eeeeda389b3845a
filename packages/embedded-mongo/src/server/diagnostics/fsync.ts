import { readArguments } from '../../commands/arguments.ts';
import type { Reply } from '../../commands/command.ts';
import type { Connection } from '../../store/connection.ts';
import type { WriteQueue } from '../../store/write-queue.ts';
import { CommandError } from '../command-error.ts';
import type { SessionCommands } from '../sessions/session-commands.ts';

/** The names of the commands about the disk. */
export const FSYNC_COMMAND_NAMES = ['fsync', 'fsyncUnlock'] as const;

/** The lock `fsync` can put on all writes, and the commands that set and release it. */
export interface Fsync {
  readonly commands: SessionCommands;
  /** Whether writes have to wait. */
  isLocked(): boolean;
  /** Resolves when writes may go on. */
  whenUnlocked(): Promise<void>;
}

const FIELDS: Readonly<Record<(typeof FSYNC_COMMAND_NAMES)[number], ReadonlySet<string>>> = {
  fsync: new Set(['fsync', 'lock', 'forBackup', 'fsyncLockAcquisitionTimeoutMillis']),
  fsyncUnlock: new Set(['fsyncUnlock']),
};

/** Creates `fsync` and `fsyncUnlock` (MongoDB manual "fsync", "fsyncUnlock"). */
export function createFsync(queue: WriteQueue, writer: Connection): Fsync {
  let locks = 0;
  let unlocked = Promise.withResolvers<void>();

  /** Presses what is committed out of the write-ahead log; commits are whole already, but `normal` does not sync them. */
  const sync = async (): Promise<void> => {
    do await queue.run(() => undefined);
    while (writer.isInTransaction());
    writer.all('PRAGMA wal_checkpoint(PASSIVE)');
  };

  const lock = async (): Promise<Reply> => {
    locks += 1;
    try {
      // Waits for an open transaction; new ones already find the lock.
      await sync();
    } catch (error) {
      unlock();
      throw error;
    }
    return {
      info: 'now locked against writes, use db.fsyncUnlock() to unlock',
      lockCount: BigInt(locks),
      seeAlso: 'http://dochub.mongodb.org/core/fsynccommand',
    };
  };

  const unlock = (): Reply => {
    if (locks === 0) throw new CommandError('IllegalOperation', 'fsyncUnlock called when not locked');
    locks -= 1;
    if (locks === 0) {
      unlocked.resolve();
      unlocked = Promise.withResolvers<void>();
    }
    return { info: 'fsyncUnlock completed', lockCount: BigInt(locks) };
  };

  const commands: SessionCommands = new Map(
    FSYNC_COMMAND_NAMES.map((name) => [
      name,
      async ({ body, database, use }) => {
        if (database !== 'admin') {
          throw new CommandError('Unauthorized', `${name} may only be run against the admin database.`);
        }
        if (use.kind === 'transaction') {
          throw new CommandError(
            'OperationNotSupportedInTransaction',
            `Cannot run '${name}' in a multi-document transaction.`,
          );
        }
        const values = readArguments(name, body, FIELDS[name]);
        if (name === 'fsyncUnlock') return unlock();
        values.count('fsyncLockAcquisitionTimeoutMillis');
        if (values.flag('lock')) return lock();
        await sync();
        return { numFiles: 1 };
      },
    ]),
  );
  return {
    commands,
    isLocked: () => locks > 0,
    whenUnlocked: () => (locks > 0 ? unlocked.promise : Promise.resolve()),
  };
}
