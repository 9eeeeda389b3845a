import { afterAll, beforeAll, describe } from 'vitest';
import type { StreamStore } from '../stream-store.ts';
import { describeCreating } from './describe-creating.ts';
import { describeExpiry } from './describe-expiry.ts';
import { describeForks } from './describe-forks.ts';

/** A store under test. */
export interface StreamStoreSubject {
  readonly store: StreamStore;
  /** What the store's clock shows, in ms. */
  now(): number;
  /** Lets the store's clock reach a moment so many ms from now, or a little later. */
  pass(ms: number): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * The suite that every `StreamStore` passes besides `describeStreamLog` and the protocol's own: what the HTTP handler
 * relies on and neither of them sees.
 */
export function describeStreamStore(name: string, create: () => Promise<StreamStoreSubject>): void {
  describe(`${name} as a StreamStore`, () => {
    let subject: StreamStoreSubject;
    beforeAll(async () => {
      subject = await create();
    });
    afterAll(async () => {
      await subject.dispose();
    });

    describeCreating(() => subject.store);
    describeForks(() => subject.store);
    describeExpiry(() => subject);
  });
}
