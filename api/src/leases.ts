import type { Logger } from 'pino';

/** Milliseconds between two renewals: a lease of ten seconds outlives three that fail. */
const renewalInterval = 3_000;

/** The leases of what this process works on, renewed together. */
export interface Leases<Id> {
  /** Keeps a lease until the returned function is called; `onLost` when somebody else has taken it. */
  hold(id: Id, onLost: () => void): () => void;
}

interface LeasesOptions<Id> {
  /** Prolongs leases and resolves with those that are still held. */
  readonly renew: (ids: readonly Id[]) => Promise<ReadonlySet<Id>>;
  readonly logger: Logger;
}

/** One write renews all leases of a process. A renewal that fails is tried again with the next one. */
export function createLeases<Id>({ renew, logger }: LeasesOptions<Id>): Leases<Id> {
  const held = new Map<Id, () => void>();
  let timer: NodeJS.Timeout | undefined;
  let isRenewing = false;

  async function renewAll(): Promise<void> {
    const asked = new Map(held);
    const kept = await renew([...asked.keys()]);
    for (const [id, onLost] of asked) {
      if (kept.has(id) || held.get(id) !== onLost) continue;
      held.delete(id);
      onLost();
    }
  }

  function tick(): void {
    if (isRenewing) return;
    isRenewing = true;
    renewAll()
      .catch((error: unknown) => logger.warn({ err: error }, 'Leases could not be renewed'))
      .finally(() => (isRenewing = false));
  }

  function stopIfIdle(): void {
    if (held.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    hold(id, onLost) {
      held.set(id, onLost);
      timer ??= setInterval(tick, renewalInterval);
      return () => {
        if (held.get(id) === onLost) held.delete(id);
        stopIfIdle();
      };
    },
  };
}
