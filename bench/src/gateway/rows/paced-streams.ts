import { say } from '../../report/print-table.ts';
import { atMost, costRatio, holds, kept, medianOf } from '../figures.ts';
import { alternate, faultsOf } from '../row.ts';
import type { Cells, Fault, Goal, RowContext, RowOutcome } from '../row.ts';
import { printStreams } from './burst-streams.ts';

const stallMs = 1_000;

/** Streams of 200 events, one every 20 ms, 64 and 512 of them at once. */
export async function pacedStreams(context: RowContext): Promise<RowOutcome> {
  const { plan, subjects } = context;
  const measured = subjects.filter(({ name }) => name !== 'direct');
  const figures: Record<string, object> = {};
  const goals: Goal[] = [];
  const faults: Fault[] = [];
  for (const concurrency of [64, 512]) {
    const load = {
      question: { kind: 'paced', upstream: 'chat' },
      concurrency,
      until: { requests: concurrency },
    } as const;
    const cells = await alternate(context, measured, plan.longRounds, load);
    say(`\nStreams of 200 events, one every 20 ms, ${concurrency} at once`);
    printStreams(cells);
    figures[concurrency] = kept(cells);
    goals.push(...(concurrency === 64 ? costGoals(cells) : manyGoals(cells)));
    faults.push(...faultsOf(`paced, ${concurrency} at once`, cells));
  }
  return { figures, goals, faults };
}

function costGoals(cells: Cells): Goal[] {
  return [
    ...atMost('G2 CPU of a stream, paced', costRatio(cells, 'parley', 'R'), 1.25, ' × R'),
    ...atMost('G2 against the peer, paced', costRatio(cells, 'parley', 'portkey'), 0.333, ' × Portkey', 3),
  ];
}

function manyGoals(cells: Cells): Goal[] {
  const taken = cells.get('parley');
  if (taken === undefined) return [];
  const stalls = taken.flatMap(({ gapMs }) => gapMs).filter((gap) => gap > stallMs).length;
  const faithful = Math.min(...taken.map(({ oneToOne }) => oneToOne));
  const whole = Math.min(...taken.map(({ requests }) => requests));
  return [
    ...atMost(
      'G6 512 paced streams',
      medianOf(cells, 'parley', ({ cores }) => cores),
      2,
      ' cores',
    ),
    holds('G6 whole and in order', `${whole} of 512`, '512 of 512', whole === 512),
    holds('G6 silences over a second', String(stalls), '0', stalls === 0),
    holds('G6 events one to one', `${Math.round(faithful * 100)} %`, '100 %', faithful === 1),
  ];
}
