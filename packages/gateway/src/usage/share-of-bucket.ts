import type { Exchange, Exchanged } from './ledger-store.ts';

/** A lease is this part of what is free, so that many workers find something, and at most so many calls' worth. */
const leaseShare = 16;
const leaseUnits = 64;

/**
 * What a worker gets of a bucket of which others hold `others`. As long as there is plenty it gets a lease for calls to
 * come; when little is left, just what the call may cost; when even that is not there, the rest, and nobody else
 * anything. The Lua script of the Redis store says the same.
 */
export function shareOfBucket(
  { limit, keep, want, unit, mayTakeRest }: Exchange,
  { spent, others }: { readonly spent: number; readonly others: number },
): Exchanged {
  const free = limit - spent - others - keep;
  if (want > 0 && free < want) {
    const isRest = mayTakeRest && free > 0;
    return { spent, lease: isRest ? keep + free : keep, granted: isRest ? 'rest' : 'none' };
  }
  const share = Math.min(Math.floor((free - want) / leaseShare), leaseUnits * unit);
  return { spent, lease: keep + want + (unit > 0 && share >= unit ? share : 0), granted: 'whole' };
}
