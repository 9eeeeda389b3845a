import { beginTurn } from '../../turns/api-client.ts';
import { connectLate } from '../../turns/connect-late.ts';
import { startReader } from '../../turns/generation-reader.ts';
import { judgeTurn } from '../../turns/judge-turn.ts';
import type { Verdict } from '../../turns/judge-turn.ts';
import { percentile, rounded } from '../../report/percentile.ts';
import { startProviderProcess } from '../../world/provider-process.ts';
import { newScript } from '../../world/provider-script.ts';
import { inWorld } from '../in-world.ts';
import { createTally } from '../row.ts';
import type { PerForm, Row } from '../row.ts';

const runs: PerForm = { short: 1, medium: 2, full: 5 };
const crowd: PerForm = { short: 150, medium: 500, full: 500 };
const answer = { tokens: 400, paceMs: 20 };
/** How much longer the crowd may make an answer. */
const slowestWriter = 1.1;
const fault = '500 readers on one run';

/** A turn with one reader and the same turn with a crowd, in turns. */
export const manyReaders: Row = {
  id: 'many-readers',
  fault,
  async run(form) {
    const provider = await startProviderProcess();
    try {
      const shape = { replicas: 1, store: 'sqlite', gateway: 'none', providerUrl: provider.url } as const;
      return await inWorld(shape, async ({ addresses }, token) => {
        const tally = createTally(fault);
        const alone: number[] = [];
        const watched: number[] = [];
        for (let run = 0; run < runs[form]; run += 1) {
          for (const [readers, times] of [
            [1, alone],
            [crowd[form], watched],
          ] as const) {
            const { verdict, durationMs } = await play(addresses, token, readers);
            tally.add(verdict);
            times.push(durationMs);
          }
        }
        const ratio = (percentile(watched, 0.5) ?? 0) / (percentile(alone, 0.5) ?? 1);
        tally.note(`${crowd[form]} readers: the answer took ${rounded(ratio, 3)} times as long as with one`);
        if (form !== 'short' && ratio > slowestWriter)
          tally.breaks(`the writer was slowed by ${rounded((ratio - 1) * 100)} %, promised 10 %`);
        return tally.result(runs[form]);
      });
    } finally {
      await provider.close();
    }
  },
};

interface Played {
  readonly verdict: Verdict;
  /** From the question to the last word, by the server's clock. */
  readonly durationMs: number;
}

async function play(addresses: readonly string[], token: string, count: number): Promise<Played> {
  const startedAt = Date.now();
  const turn = await beginTurn(addresses, token, newScript(answer));
  const seat = { turn, token, addresses, connect: connectLate, live: 'sse', patienceMs: 120_000 } as const;
  const readers = Array.from({ length: count }, () => startReader(seat));
  const verdict = await judgeTurn({ turn, readers, addresses, token });
  const endedAt = Date.parse(readers[0]?.transcript.finished()?.at ?? '');
  return { verdict, durationMs: endedAt - startedAt };
}
