/**
 * How long a fuzz test runs: so many cases, or as many as fit into FUZZ_SECONDS. FUZZ_SEED repeats a run; fast-check
 * prints the seed of one that failed.
 */
export function fuzzRuns(cases: number): { numRuns: number; interruptAfterTimeLimit?: number; seed?: number } {
  const seconds = Number(process.env['FUZZ_SECONDS'] ?? 0);
  // A long run looks for what the seed of every day does not show.
  const seed = process.env['FUZZ_SEED'] ?? (seconds > 0 ? Date.now() % 2 ** 31 : undefined);
  return {
    numRuns: seconds > 0 ? 1_000_000_000 : cases,
    ...(seconds > 0 && { interruptAfterTimeLimit: seconds * 1000 }),
    ...(seed !== undefined && { seed: Number(seed) }),
  };
}

/**
 * For a fuzz test with a generator of its own: so many rounds, or as many as fit into FUZZ_SECONDS. Gives the seed,
 * which is to be told when something fails.
 */
export function fuzzRounds(rounds: number, everyDaySeed: number): { seed: number; each: () => Iterable<number> } {
  const { numRuns, interruptAfterTimeLimit = Number.POSITIVE_INFINITY, seed = everyDaySeed } = fuzzRuns(rounds);
  return {
    seed,
    each: function* each() {
      const end = Date.now() + interruptAfterTimeLimit;
      for (let round = 0; round < numRuns && Date.now() < end; round += 1) yield round;
    },
  };
}

/** The longest a fuzz test may take, in milliseconds. */
export const FUZZ_TIMEOUT = Number(process.env['FUZZ_SECONDS'] ?? 0) * 2000 + 60_000;
