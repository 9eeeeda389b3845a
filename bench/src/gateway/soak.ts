import { printTable, say } from '../report/print-table.ts';
import { playCell } from './cell.ts';
import type { Stage } from './cell.ts';
import { atMost, holds, shown } from './figures.ts';
import { connectionsTo, memoryOf } from './process-figures.ts';
import type { RowOutcome } from './row.ts';
import type { Subject } from './subject.ts';
import { untilNothingRuns } from './until-nothing-runs.ts';

const sampleMs = 500;
/** A heap grows to its working size first: that part of the time does not count. */
const warmShare = 0.5;
const turnMs = 2_000;
const concurrency = 32;
const abortEvery = 5;
const millisecondsPerMinute = 60_000;

interface Sample {
  readonly at: number;
  readonly resident: number;
  readonly own: number;
}

/** Asks a subject for whole answers and streams in turn for so many seconds, every fifth client leaving early, and fits a line through its memory. */
export async function soak(stage: Stage, subject: Subject, seconds: number): Promise<RowOutcome> {
  const socketsBefore = connectionsTo(subject.pid, stage.upstream.port);
  const samples: Sample[] = [];
  const sampling = setInterval(() => {
    const { resident, own } = memoryOf(subject.pid);
    samples.push({ at: performance.now(), resident, own });
  }, sampleMs);
  const startedAt = performance.now();
  const failures = new Set<string>();
  let [requests, aborted] = [0, 0];
  while (performance.now() - startedAt < seconds * 1_000) {
    for (const kind of ['whole', 'burst', 'first'] as const) {
      const load = { question: { kind, upstream: 'chat' }, concurrency, until: { ms: turnMs }, abortEvery } as const;
      const cell = await playCell(stage, subject, load);
      requests += cell.requests;
      aborted += cell.aborted;
      for (const failure of Object.keys(cell.failures)) failures.add(failure);
    }
  }
  clearInterval(sampling);
  const inFlight = await untilNothingRuns(stage.upstream);
  const socketsAfter = connectionsTo(subject.pid, stage.upstream.port);
  const counted = samples.slice(Math.floor(samples.length * warmShare));
  const slopes = { resident: slope(counted, 'resident'), own: slope(counted, 'own') };
  const [first, last] = [counted[0], counted.at(-1)];
  say(`\nSoak of ${subject.name}: ${seconds} s, ${concurrency} clients, every fifth leaves early`);
  printTable(
    [
      'answers',
      'left early',
      'MB at first',
      'MB at last',
      'MB/min',
      'own MB/min',
      'sockets before',
      'after',
      'still under way',
    ],
    [
      [
        String(requests),
        String(aborted),
        ...[first?.resident, last?.resident].map((megabytes) => shown(megabytes)),
        ...[slopes.resident, slopes.own].map((each) => shown(each, 2)),
        ...[socketsBefore, socketsAfter, inFlight].map(String),
      ],
    ],
  );
  return {
    figures: { seconds, requests, aborted, slopes, socketsBefore, socketsAfter, inFlight, samples },
    goals: [
      ...atMost('G7 growth of the process’s own memory', slopes.own, 1, ' MB/min'),
      holds('G7 calls left at the upstream', String(inFlight), '0', inFlight === 0),
    ],
    faults: [...failures].map((failure) => ({ subject: subject.name, what: `soak, ${subject.name}: ${failure}` })),
  };
}

/** MB per minute of the line that fits the samples best. */
function slope(samples: readonly Sample[], figure: 'resident' | 'own'): number {
  const [meanAt, meanValue] = [mean(samples.map(({ at }) => at)), mean(samples.map((sample) => sample[figure]))];
  const covariance = mean(samples.map((sample) => (sample.at - meanAt) * (sample[figure] - meanValue)));
  const variance = mean(samples.map(({ at }) => (at - meanAt) ** 2));
  return variance === 0 ? 0 : (covariance / variance) * millisecondsPerMinute;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}
