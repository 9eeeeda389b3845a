import { percentile } from '../../report/percentile.ts';
import { printTable, say } from '../../report/print-table.ts';
import { atMost, costRatio, kept, medianOf, shown } from '../figures.ts';
import { alternate, faultsOf } from '../row.ts';
import type { Cells, Fault, Goal, RowContext, RowOutcome } from '../row.ts';

/** Streams of 200 events that the upstream writes at once, by 16 clients: those that ask for usage, and those that do not. */
export async function burstStreams(context: RowContext): Promise<RowOutcome> {
  const { plan, subjects } = context;
  const measured = subjects.filter(({ name }) => name !== 'direct');
  const figures: Record<string, object> = {};
  const goals: Goal[] = [];
  const faults: Fault[] = [];
  for (const hidesUsage of [false, true]) {
    const question = { kind: 'burst', upstream: 'chat', hidesUsage } as const;
    const load = { question, concurrency: 16, until: { ms: plan.cellMs } };
    const cells = await alternate(context, measured, plan.rounds, load);
    const name = hidesUsage ? 'burst, usage hidden' : 'burst';
    say(`\nStreams of 200 events in a burst, 16 clients that ${hidesUsage ? 'do not ask' : 'ask'} for usage`);
    printStreams(cells);
    figures[name] = kept(cells);
    goals.push(
      ...atMost(`G2 CPU of a stream, ${name}`, costRatio(cells, 'parley', 'R'), 1.25, ' × R'),
      ...atMost(`G2 against the peer, ${name}`, costRatio(cells, 'parley', 'portkey'), 0.333, ' × Portkey', 3),
    );
    faults.push(...faultsOf(name, cells));
  }
  return { figures, goals, faults };
}

/** The table of rows with streams. */
export function printStreams(cells: Cells): void {
  printTable(
    [
      'subject',
      'CPU µs/stream',
      '× R',
      '× Portkey',
      'streams/s',
      'cores',
      'p50 ms',
      'pieces',
      'one to one',
      'longest gap ms',
      'upstream µs',
      'loader µs',
    ],
    [...cells.keys()].map((subject) => [
      subject,
      shown(
        medianOf(cells, subject, ({ microseconds }) => microseconds),
        0,
      ),
      shown(costRatio(cells, subject, 'R'), 2),
      shown(costRatio(cells, subject, 'portkey'), 3),
      shown(
        medianOf(cells, subject, ({ perSecond }) => perSecond),
        0,
      ),
      shown(
        medianOf(cells, subject, ({ cores }) => cores),
        2,
      ),
      shown(
        medianOf(cells, subject, ({ totalMs }) => percentile(totalMs, 0.5) ?? 0),
        1,
      ),
      shown(
        medianOf(cells, subject, ({ piecesEach }) => piecesEach),
        0,
      ),
      `${shown(100 * (medianOf(cells, subject, ({ oneToOne }) => oneToOne) ?? 0), 1)} %`,
      shown(Math.max(0, ...(cells.get(subject) ?? []).flatMap(({ gapMs }) => gapMs)), 0),
      shown(
        medianOf(cells, subject, ({ upstreamMicroseconds }) => upstreamMicroseconds),
        0,
      ),
      shown(
        medianOf(cells, subject, ({ loaderMicroseconds }) => loaderMicroseconds),
        0,
      ),
    ]),
  );
}
