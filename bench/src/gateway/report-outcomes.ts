import { availableParallelism, loadavg } from 'node:os';
import { rounded } from '../report/percentile.ts';
import { printTable, say } from '../report/print-table.ts';
import { writeReport } from '../report/write-report.ts';
import type { surroundings } from '../report/write-report.ts';
import { endedChildrenMicroseconds, machineMicroseconds, processorMicroseconds } from './process-figures.ts';
import type { Fault, Goal, RowOutcome } from './row.ts';

interface Report {
  /** Of the file. */
  readonly name: string;
  readonly outcomes: ReadonlyMap<string, RowOutcome>;
  readonly facts: object;
  readonly json: string | undefined;
}

/** From here on other users of the machine are watched. The returned function prints the goals, writes everything as JSON and tells the exit code. */
export function beginReport(atStart: ReturnType<typeof surroundings>): (report: Report) => number {
  const busyBefore = machineMicroseconds();
  const startedAt = performance.now();
  return ({ name, outcomes, facts, json }) => {
    const all = [...outcomes.values()];
    const goals = all.flatMap((outcome) => outcome.goals);
    const faults = all.flatMap((outcome) => outcome.faults);
    const seconds = rounded((performance.now() - startedAt) / 1_000, 0);
    const own = processorMicroseconds(process.pid) + endedChildrenMicroseconds();
    const othersCores = rounded(Math.max(0, machineMicroseconds() - busyBefore - own) / 1_000_000 / seconds, 2);
    if (goals.length > 0) printGoals(goals);
    say(`\n${seconds} s. Load before: ${atStart.loadOfLastMinute}, at the end: ${rounded(loadavg()[0] ?? 0, 2)}.`);
    sayHowBusy(othersCores);
    const figures = Object.fromEntries([...outcomes].map(([row, outcome]) => [row, outcome.figures]));
    writeReport(name, { ...atStart, seconds, othersCores, ...facts, rows: figures, goals, faults }, json);
    return sayFaults(faults);
  };
}

function printGoals(goals: readonly Goal[]): void {
  say('');
  printTable(
    ['goal', 'measured', 'wanted', ''],
    goals.map(({ name, measured, wanted, isMet }) => [name, measured, wanted, isMet ? 'met' : 'NOT MET']),
  );
}

/** Above this share of the machine, others spoil what a clock on the wall measures. */
const busyShare = 0.05;

function sayHowBusy(othersCores: number): void {
  const processors = availableParallelism();
  say(`Others used ${othersCores} of ${processors} processors meanwhile.`);
  if (othersCores > busyShare * processors)
    say('The machine was busy: latencies (G3, G4) and answers per second (G5) say little; CPU µs and its ratios hold.');
}

/** The peer's wrong answers are told, but do not fail the run. */
function sayFaults(faults: readonly Fault[]): number {
  const ours = faults.filter(({ subject }) => subject !== 'portkey');
  for (const { subject, what } of faults) say(`${subject === 'portkey' ? 'Wrong at the peer' : 'Broken'}: ${what}`);
  return ours.length === 0 ? 0 : 1;
}
