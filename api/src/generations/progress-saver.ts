import type { RunningMessage } from '@parley/contracts';

/** Milliseconds between a change and the save that holds it, at most. */
const interval = 2_000;

/** Saves a growing answer now and then. */
export interface ProgressSaver {
  /** Notes a newer state; it is saved within two seconds. */
  changed(message: RunningMessage): void;
  /** Resolves when the newest state is saved. */
  flush(): Promise<void>;
  /** Forgets what is not saved yet. */
  discard(): void;
}

/** `save` must not reject. Saves follow each other, so that an older state never replaces a newer one. */
export function createProgressSaver(save: (message: RunningMessage) => Promise<void>): ProgressSaver {
  let unsaved: RunningMessage | undefined;
  let saving = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  async function saveNewest(): Promise<void> {
    const newest = unsaved;
    unsaved = undefined;
    if (newest !== undefined) await save(newest);
  }

  function discardTimer(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  function flush(): Promise<void> {
    discardTimer();
    saving = saving.then(saveNewest);
    return saving;
  }

  return {
    changed(message) {
      unsaved = message;
      timer ??= setTimeout(() => void flush(), interval);
    },
    flush,
    discard() {
      discardTimer();
      unsaved = undefined;
    },
  };
}
