import type { GatewayLog } from '../../core/gateway-log.ts';
import { lowerErrorBound, proofLength, upperErrorBound } from './error-bounds.ts';

/** Counts how often hits are wrong, by those that were verified, and ends them when that is too often. */
export interface ErrorWatch {
  /** What the verification of one hit gave. */
  note(isRight: boolean): void;
  readonly isOff: boolean;
  readonly verified: number;
  readonly wrong: number;
  /** Of the share of wrong hits, at 95 %. 1 while nothing is known. */
  readonly upperBound: number;
  /** Why it is off, for people. */
  readonly reason: string | undefined;
}

/**
 * Switches off for good when the upper bound of wrong hits is above `maxErrorShare` although there is evidence enough
 * to have proved otherwise, or when even the lower bound is above it.
 */
export function createErrorWatch(maxErrorShare: number, log: GatewayLog): ErrorWatch {
  let verified = 0;
  let wrong = 0;
  let reason: string | undefined;
  const evidence = proofLength(maxErrorShare);

  return {
    get isOff() {
      return reason !== undefined;
    },
    get verified() {
      return verified;
    },
    get wrong() {
      return wrong;
    },
    get upperBound() {
      return upperErrorBound(wrong, verified);
    },
    get reason() {
      return reason;
    },
    note(isRight) {
      if (reason !== undefined) return;
      verified += 1;
      if (!isRight) wrong += 1;
      // A right one can only break the bound where the evidence becomes enough.
      if (isRight && verified !== evidence) return;
      const upper = upperErrorBound(wrong, verified);
      const isBroken = verified >= evidence ? upper > maxErrorShare : lowerErrorBound(wrong, verified) > maxErrorShare;
      if (!isBroken) return;
      reason = `${wrong} of ${verified} verified hits were wrong: up to ${percent(upper)}, allowed are ${percent(maxErrorShare)}`;
      log.error({ verified, wrong, upperBound: upper, maxErrorShare }, `semantic cache switched off: ${reason}`);
    },
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
