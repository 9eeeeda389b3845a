import { setTimeout as delay } from 'node:timers/promises';
import { printTable, say } from '../../report/print-table.ts';
import { playCell } from '../cell.ts';
import { atMost, holds, shown } from '../figures.ts';
import { connectionsTo, memoryOf } from '../process-figures.ts';
import type { MemoryFigures } from '../process-figures.ts';
import type { Goal, RowContext, RowOutcome } from '../row.ts';
import { startSubject } from '../start-subject.ts';
import type { SubjectName } from '../subject.ts';
import { untilNothingRuns } from '../until-nothing-runs.ts';

const idleMs = 1_000;
const sampleMs = 50;

interface MemoryOfSubject {
  readonly idle: MemoryFigures;
  /** The most, with whole answers to 64 clients. */
  readonly whole: MemoryFigures;
  /** The most, with streams in bursts to 64 clients as well. */
  readonly streams: MemoryFigures;
  /** Sockets to the upstream that stay open for the next request. */
  readonly kept: number;
  /** Answers that the upstream still writes after the last client has gone. */
  readonly inFlight: number;
  readonly failures: readonly string[];
}

/** What a fresh process keeps in memory: idle, and at most while 64 clients ask for whole answers and for streams. */
export async function memory(context: RowContext): Promise<RowOutcome> {
  const names = context.subjects.map(({ name }) => name).filter((name) => name !== 'direct');
  const measured = new Map<SubjectName, MemoryOfSubject>();
  for (const name of names) measured.set(name, await measure(context, name, context.plan.cellMs));
  say(
    '\nMemory in MB of a fresh process, idle and at most with 64 clients: resident, and its own (anonymous and swapped)',
  );
  printTable(
    ['subject', 'idle', 'own', 'whole', 'own', 'streams', 'own', 'sockets kept', 'still under way'],
    [...measured].map(([name, { idle, whole, streams, kept, inFlight }]) => [
      name,
      ...[idle.resident, idle.own, whole.resident, whole.own, streams.resident, streams.own].map((each) => shown(each)),
      String(kept),
      String(inFlight),
    ]),
  );
  const own = measured.get('parley');
  return {
    figures: Object.fromEntries(measured),
    goals: own === undefined ? [] : goalsOf(own),
    faults: [...measured].flatMap(([subject, { failures }]) =>
      failures.map((failure) => ({ subject, what: `memory, ${subject}: ${failure}` })),
    ),
  };
}

async function measure(context: RowContext, name: SubjectName, ms: number): Promise<MemoryOfSubject> {
  const subject = await startSubject(name, context.upstream);
  await delay(idleMs);
  const idle = memoryOf(subject.pid);
  const failures: string[] = [];
  const busyWith = async (kind: 'whole' | 'burst'): Promise<MemoryFigures> => {
    const load = { question: { kind, upstream: 'chat' }, concurrency: 64, until: { ms: 2 * ms } } as const;
    const samples: MemoryFigures[] = [];
    const sampling = setInterval(() => samples.push(memoryOf(subject.pid)), sampleMs);
    failures.push(...Object.keys((await playCell(context, subject, load)).failures));
    clearInterval(sampling);
    return mostOf([...samples, memoryOf(subject.pid)]);
  };
  const whole = await busyWith('whole');
  const streams = await busyWith('burst');
  const inFlight = await untilNothingRuns(context.upstream);
  const kept = connectionsTo(subject.pid, context.upstream.port);
  await subject.close();
  return { idle, whole, streams, kept, inFlight, failures };
}

function mostOf(samples: readonly MemoryFigures[]): MemoryFigures {
  const most = (of: (sample: MemoryFigures) => number): number => Math.max(...samples.map(of));
  return { resident: most(({ resident }) => resident), own: most(({ own }) => own) };
}

function goalsOf({ idle, whole, streams, inFlight }: MemoryOfSubject): Goal[] {
  return [
    ...atMost('G7 memory idle', idle.own, 90, ' MB', 0),
    ...atMost('G7 memory, 64 clients, whole answers', whole.own, 130, ' MB', 0),
    ...atMost('G7 memory, 64 clients, streams as well', streams.own, 130, ' MB', 0),
    holds('G7 calls left at the upstream', String(inFlight), '0', inFlight === 0),
  ];
}
