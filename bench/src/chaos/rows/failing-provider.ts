import { newScript } from '../../world/provider-script.ts';
import type { ProviderFault } from '../../world/provider-script.ts';
import { inWorld } from '../in-world.ts';
import { createTally } from '../row.ts';
import type { PerForm, Row } from '../row.ts';
import { beginWatched, randomBelow } from '../watched-turn.ts';

const turns: PerForm = { short: 24, medium: 75, full: 300 };
const stalls: PerForm = { short: 4, medium: 12, full: 60 };
const atOnce = 12;
const answer = { tokens: 80, paceMs: 5 };
/** A provider that always fails does so to every repetition. */
const always = 1_000;
/** A provider is given a minute of silence, and perhaps more than one try. */
const stallPatience = 400_000;

const broken = 'provider cuts, sends an error, or answers 500 after n tokens';
const silent = 'provider falls silent after n tokens';

/** Half of the faults strike once, the other half every time. */
export const failingProvider: Row = {
  id: 'failing-provider',
  fault: broken,
  run: (form) => runFaults(broken, turns[form], ['cut', 'error', 'status'], atOnce),
};

export const stallingProvider: Row = {
  id: 'stalling-provider',
  fault: silent,
  waitsFor: 'silence',
  run: (form) => runFaults(silent, stalls[form], ['stall'], stalls[form]),
};

async function runFaults(fault: string, count: number, kinds: readonly ProviderFault['kind'][], together: number) {
  return await inWorld(
    { replicas: 1, store: 'sqlite', gateway: 'embedded' },
    async ({ addresses, provider }, token) => {
      const tally = createTally(fault, { answers: 'whole-or-told' });
      let whole = 0;
      let told = 0;
      for (let done = 0; done < count; done += together) {
        const scripts = Array.from({ length: Math.min(together, count - done) }, (_, index) => {
          const kind = kinds[(done + index) % kinds.length] ?? 'cut';
          // Before its first token a model may think for minutes; that is no fault.
          const after = kind === 'status' ? 0 : 1 + randomBelow(answer.tokens - 1);
          return newScript({ ...answer, fault: { kind, after, calls: index % 2 === 0 ? 1 : always } });
        });
        const watched = await Promise.all(
          scripts.map((script) => beginWatched({ script, token, addresses, patienceMs: stallPatience })),
        );
        for (const { turn, judge } of watched) {
          const verdict = await judge();
          tally.add(verdict);
          tally.addCalls(provider.calls(turn.script.id));
          if (verdict.isWhole) whole += 1;
          else if (verdict.error !== '') told += 1;
        }
      }
      tally.note(`${whole} whole, ${told} with an error part`);
      return tally.result(count);
    },
  );
}
