import type { Target } from '../core/provider-strategy.ts';

/** The longest a timer can run. */
const unlimited = 2 ** 31 - 1;

/**
 * The last target that is left: there is nowhere else to go, so it may take its time until the call's own deadline.
 * The same target for the same target, so that what is kept by identity stays.
 */
export function createPatience(): (target: Target) => Target {
  const patient = new WeakMap<Target, Target>();
  return (target) => {
    let found = patient.get(target);
    if (!found) {
      found = { ...target, timeouts: { ...target.timeouts, headers: unlimited, content: unlimited } };
      patient.set(target, found);
    }
    return found;
  };
}
