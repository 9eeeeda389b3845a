import { playTurns } from '../../turns/play-turns.ts';
import { startProviderProcess } from '../../world/provider-process.ts';
import { newScript } from '../../world/provider-script.ts';
import { inWorld } from '../in-world.ts';
import { createTally } from '../row.ts';
import type { PerForm, Row } from '../row.ts';

const runs: PerForm = { short: 1, medium: 1, full: 5 };
const atOnce: PerForm = { short: 150, medium: 1_000, full: 1_000 };
const answer = { tokens: 40, paceMs: 500 };
const fault = '1,000 concurrent runs on one api';

export const manyRuns: Row = {
  id: 'many-runs',
  fault,
  async run(form) {
    const provider = await startProviderProcess();
    try {
      const shape = { replicas: 1, store: 'sqlite', gateway: 'none', providerUrl: provider.url } as const;
      return await inWorld(shape, async ({ addresses }, token) => {
        const tally = createTally(fault);
        for (let run = 0; run < runs[form]; run += 1) {
          const heldAs = `run ${run}`;
          const scripts = Array.from({ length: atOnce[form] }, () => newScript({ ...answer, heldAs }));
          const onAllBegun = () => provider.release(heldAs);
          const verdicts = await playTurns({
            addresses,
            token,
            scripts,
            askTogether: 50,
            patienceMs: 240_000,
            onAllBegun,
          });
          for (const verdict of verdicts) tally.add(verdict);
        }
        tally.note(`${atOnce[form]} at once, ${1_000 / answer.paceMs} tokens/s each`);
        return tally.result(runs[form]);
      });
    } finally {
      await provider.close();
    }
  },
};
