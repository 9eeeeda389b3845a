import { percentile } from '../../report/percentile.ts';
import { printTable, say } from '../../report/print-table.ts';
import type { Cell } from '../cell.ts';
import { added, atMost, holds, kept, medianOf, shown } from '../figures.ts';
import { alternate, faultsOf } from '../row.ts';
import type { Cells, Goal, RowContext, RowOutcome } from '../row.ts';
import type { SubjectName } from '../subject.ts';

const firsts = ({ firstMs }: Cell): readonly number[] => firstMs;
const gaps = ({ gapMs }: Cell): readonly number[] => gapMs;
/** Upper ends in milliseconds. A delayed acknowledgement that meets a held small packet shows from 35 to 60. */
const classes = [1, 2, 5, 10, 20, 35, 60, Infinity];
const suspect = 60;
const toleratedShare = 0.005;

/** When the first token of a stream reaches one client, and whether any piece waits for an acknowledgement. */
export async function firstChunk(context: RowContext): Promise<RowOutcome> {
  const { plan, subjects } = context;
  const load = { question: { kind: 'first', upstream: 'chat' }, concurrency: 1, until: { ms: plan.cellMs } } as const;
  const cells = await alternate(context, subjects, plan.rounds, load);
  const names = [...cells.keys()];
  say('\nFirst token of a stream, one client; and the longest wait between two pieces, which come every 2 ms');
  printTable(
    ['subject', 'CPU µs/stream', 'first p50 ms', 'first p99 ms', 'added p50', 'added p99', ...classes.map(classLabel)],
    names.map((subject) => [
      subject,
      subject === 'direct'
        ? '–'
        : shown(
            medianOf(cells, subject, ({ microseconds }) => microseconds),
            0,
          ),
      shown(
        medianOf(cells, subject, ({ firstMs }) => percentile(firstMs, 0.5) ?? 0),
        3,
      ),
      shown(
        medianOf(cells, subject, ({ firstMs }) => percentile(firstMs, 0.99) ?? 0),
        3,
      ),
      ...[0.5, 0.99].map((share) => (subject === 'direct' ? '–' : shown(added(cells, subject, share, firsts), 3))),
      ...histogram(cells, subject).map(String),
    ]),
  );
  say('The classes count first tokens and longest waits together.');
  const [own, reference] = (['parley', 'R'] as const).map((name) => added(cells, name, 0.5, firsts));
  const ratio = own === undefined || reference === undefined ? undefined : own / reference;
  return {
    figures: {
      classes,
      ...kept(cells),
      histograms: Object.fromEntries(names.map((name) => [name, histogram(cells, name)])),
    },
    goals: [
      ...atMost('G4 added to the first token, median, against R’s', ratio, 1.3, ' × R'),
      ...atMost('G4 added to the first token, 99th percentile', added(cells, 'parley', 0.99, firsts), 1, ' ms', 3),
      ...noFortyMilliseconds(cells),
    ],
    faults: faultsOf('first token', cells),
  };
}

/** A busy machine delays every way, so that only what comes on top of `direct` counts. */
function noFortyMilliseconds(cells: Cells): Goal[] {
  if (!cells.has('parley')) return [];
  const share = Math.max(0, suspectShare(cells, 'parley') - suspectShare(cells, 'direct'));
  const name = `G4 no class of 40 ms (${classes[classes.indexOf(suspect) - 1]} to ${suspect}), beyond direct’s`;
  return [holds(name, `${shown(100 * share, 2)} %`, `< ${100 * toleratedShare} %`, share < toleratedShare)];
}

function suspectShare(cells: Cells, subject: SubjectName): number {
  const counts = histogram(cells, subject);
  return (counts[classes.indexOf(suspect)] ?? 0) / counts.reduce((sum, each) => sum + each, 0);
}

function histogram(cells: Cells, subject: SubjectName): number[] {
  const times = (cells.get(subject) ?? []).flatMap((cell) => [...firsts(cell), ...gaps(cell)]);
  return classes.map((end, index) => times.filter((time) => time < end && time >= (classes[index - 1] ?? 0)).length);
}

function classLabel(end: number, index: number): string {
  return end === Infinity ? `≥ ${classes[index - 1]}` : `< ${end}`;
}
