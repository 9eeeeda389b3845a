import { percentile } from '../../report/percentile.ts';
import { printTable, say } from '../../report/print-table.ts';
import type { Cell } from '../cell.ts';
import { added, atLeast, atMost, costRatio, kept, medianOf, shown } from '../figures.ts';
import { alternate, faultsOf } from '../row.ts';
import type { Cells, Goal, RowContext, RowOutcome } from '../row.ts';

const question = { kind: 'whole', upstream: 'chat' } as const;
const totals = ({ totalMs }: Cell): readonly number[] => totalMs;

/** Whole answers of 1.3 kB by one, 16 and 64 clients at once. */
export async function wholeAnswers(context: RowContext): Promise<RowOutcome> {
  const { plan, subjects } = context;
  const taken = new Map<number, Cells>();
  for (const concurrency of [1, 16, 64]) {
    const measured = subjects.filter(({ name }) => name !== 'direct' || concurrency === 1);
    const load = { question, concurrency, until: { ms: plan.cellMs } };
    taken.set(concurrency, await alternate(context, measured, plan.rounds, load));
  }
  say('\nWhole answers of 1.3 kB');
  printTable(
    [
      'clients',
      'subject',
      'CPU µs',
      '× R',
      '× Portkey',
      'per second',
      'p50 ms',
      'p99 ms',
      'added p50',
      'added p99',
      'upstream µs',
      'loader µs',
    ],
    [...taken].flatMap(([concurrency, cells]) => rowsOf(concurrency, cells)),
  );
  return {
    figures: Object.fromEntries([...taken].map(([concurrency, cells]) => [concurrency, kept(cells)])),
    goals: [...taken].flatMap(([concurrency, cells]) => goalsOf(concurrency, cells)),
    faults: [...taken].flatMap(([concurrency, cells]) => faultsOf(`whole answers, ${concurrency} at once`, cells)),
  };
}

function rowsOf(concurrency: number, cells: Cells): string[][] {
  return [...cells.keys()].map((subject) => {
    const time = (share: number) => medianOf(cells, subject, ({ totalMs }) => percentile(totalMs, share) ?? 0);
    const isDirect = subject === 'direct';
    const addedAt = (share: number) => (isDirect ? undefined : added(cells, subject, share, totals));
    return [
      String(concurrency),
      subject,
      isDirect ? '–' : shown(medianOf(cells, subject, ({ microseconds }) => microseconds)),
      isDirect ? '–' : shown(costRatio(cells, subject, 'R'), 2),
      isDirect ? '–' : shown(costRatio(cells, subject, 'portkey'), 3),
      shown(
        medianOf(cells, subject, ({ perSecond }) => perSecond),
        0,
      ),
      shown(time(0.5), 3),
      shown(time(0.99), 3),
      shown(addedAt(0.5), 3),
      shown(addedAt(0.99), 3),
      shown(medianOf(cells, subject, ({ upstreamMicroseconds }) => upstreamMicroseconds)),
      shown(medianOf(cells, subject, ({ loaderMicroseconds }) => loaderMicroseconds)),
    ];
  });
}

function goalsOf(concurrency: number, cells: Cells): Goal[] {
  const clients = `${concurrency} ${concurrency === 1 ? 'client' : 'clients'}`;
  const cost = [
    ...atMost(`G1 CPU of a whole answer, ${clients}`, costRatio(cells, 'parley', 'R'), 1.6, ' × R'),
    ...atMost(`G1 against the peer, ${clients}`, costRatio(cells, 'parley', 'portkey'), 0.083, ' × Portkey', 3),
  ];
  if (concurrency === 64) {
    const microseconds = medianOf(cells, 'parley', (cell) => cell.microseconds);
    const [own, reference] = (['parley', 'R'] as const).map((name) => medianOf(cells, name, (cell) => cell.perSecond));
    const share = own === undefined || reference === undefined ? undefined : own / reference;
    return [
      ...cost,
      ...atMost('G1 processor time of a whole answer', microseconds, 110, ' core-µs', 0),
      ...atLeast('G5 answers per second of one worker', share, 0.65, ' × R'),
    ];
  }
  if (concurrency !== 1) return cost;
  const [own, reference] = (['parley', 'R'] as const).map((name) => added(cells, name, 0.5, totals));
  const ratio = own === undefined || reference === undefined ? undefined : own / reference;
  return [
    ...cost,
    ...atMost('G3 added at the median', own, 0.1, ' ms', 3),
    ...atMost('G3 added at the median, against R’s', ratio, 2, ' × R'),
    ...atMost(
      'G3 added at the 99th percentile (idle machine only)',
      added(cells, 'parley', 0.99, totals),
      0.3,
      ' ms',
      3,
    ),
  ];
}
