import { percentile, rounded } from '../report/percentile.ts';
import type { Cell } from './cell.ts';
import type { Cells, Goal } from './row.ts';
import type { SubjectName } from './subject.ts';

/** The middle of some values, 0 for none. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5) ?? 0;
}

/** The median of a figure over the rounds of a subject; undefined when it did not run. */
export function medianOf(cells: Cells, subject: SubjectName, figure: (cell: Cell) => number): number | undefined {
  const taken = (cells.get(subject) ?? []).filter(({ requests }) => requests > 0);
  return taken.length === 0 ? undefined : median(taken.map(figure));
}

/** Processor time for each answer of `subject`, as a multiple of that of `other`: the median over the rounds. */
export function costRatio(cells: Cells, subject: SubjectName, other: SubjectName): number | undefined {
  const [own, others] = [cells.get(subject) ?? [], cells.get(other) ?? []];
  const ratios = own.flatMap((cell, round) => {
    const against = others[round];
    return against === undefined || against.requests === 0 || cell.requests === 0
      ? []
      : [cell.microseconds / against.microseconds];
  });
  return ratios.length === 0 ? undefined : median(ratios);
}

/** Milliseconds that a subject adds to `direct` at a percentile: the median over the rounds. */
export function added(
  cells: Cells,
  subject: SubjectName,
  share: number,
  times: (cell: Cell) => readonly number[],
): number | undefined {
  const directs = cells.get('direct') ?? [];
  const differences = (cells.get(subject) ?? []).flatMap((cell, round) => {
    const through = percentile(times(cell), share);
    const past = percentile(times(directs[round] ?? cell), share);
    return through === undefined || past === undefined ? [] : [through - past];
  });
  return differences.length === 0 || directs.length === 0 ? undefined : median(differences);
}

/** A number for a table; a dash for what was not measured. */
export function shown(value: number | undefined, decimals = 1, unit = ''): string {
  return value === undefined ? '–' : `${rounded(value, decimals)}${unit}`;
}

/** A goal that a value is at most something, in a unit. Nothing to say when the value was not measured. */
export function atMost(name: string, value: number | undefined, limit: number, unit: string, decimals = 2): Goal[] {
  if (value === undefined) return [];
  const isMet = value <= limit;
  return [{ name, measured: shown(value, decimals, unit), wanted: `≤ ${limit}${unit}`, isMet }];
}

/** A goal that a value is at least something, in a unit. */
export function atLeast(name: string, value: number | undefined, limit: number, unit: string, decimals = 2): Goal[] {
  if (value === undefined) return [];
  const isMet = value >= limit;
  return [{ name, measured: shown(value, decimals, unit), wanted: `≥ ${limit}${unit}`, isMet }];
}

/** A goal that something holds. */
export function holds(name: string, measured: string, wanted: string, isMet: boolean): Goal {
  return { name, measured, wanted, isMet };
}

/** The figures of each subject as JSON keeps them: medians over the rounds. */
export function kept(cells: Cells): object {
  return Object.fromEntries(
    [...cells.keys()].map((subject) => {
      const of = (figure: (cell: Cell) => number) => rounded(medianOf(cells, subject, figure) ?? 0, 3);
      return [
        subject,
        {
          requests: (cells.get(subject) ?? []).reduce((sum, { requests }) => sum + requests, 0),
          microseconds: of(({ microseconds }) => microseconds),
          microsecondsOfRounds: (cells.get(subject) ?? []).map(({ microseconds }) => rounded(microseconds, 1)),
          upstreamMicroseconds: of(({ upstreamMicroseconds }) => upstreamMicroseconds),
          loaderMicroseconds: of(({ loaderMicroseconds }) => loaderMicroseconds),
          cores: of(({ cores }) => cores),
          perSecond: of(({ perSecond }) => perSecond),
          totalP50Ms: of(({ totalMs }) => percentile(totalMs, 0.5) ?? 0),
          totalP99Ms: of(({ totalMs }) => percentile(totalMs, 0.99) ?? 0),
          firstP50Ms: of(({ firstMs }) => percentile(firstMs, 0.5) ?? 0),
          firstP99Ms: of(({ firstMs }) => percentile(firstMs, 0.99) ?? 0),
          longestGapMs: Math.max(0, ...(cells.get(subject) ?? []).flatMap(({ gapMs }) => gapMs)),
        },
      ];
    }),
  );
}
