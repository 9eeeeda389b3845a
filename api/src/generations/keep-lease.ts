import type { Logger } from 'pino';

/** Milliseconds. A lease outlives three renewals that fail. */
export const leaseDuration = 10_000;
const renewalInterval = 3_000;

interface LeaseOptions {
  /** Prolongs the lease; resolves with whether it was still held. */
  readonly renew: () => Promise<boolean>;
  readonly onLost: () => void;
  readonly logger: Logger;
}

/** Renews a lease until the returned function is called. A renewal that fails is tried again with the next one. */
export function keepLease({ renew, onLost, logger }: LeaseOptions): () => void {
  let isKept = true;
  async function renewOnce(): Promise<void> {
    try {
      if (!(await renew()) && isKept) onLost();
    } catch (error) {
      logger.warn({ err: error }, 'The lease could not be renewed');
    }
  }
  const timer = setInterval(() => void renewOnce(), renewalInterval);
  return () => {
    isKept = false;
    clearInterval(timer);
  };
}
