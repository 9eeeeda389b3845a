import { printTable, say } from '../../report/print-table.ts';
import { atMost, median, shown } from '../figures.ts';
import type { RowContext, RowOutcome } from '../row.ts';
import { startSubject } from '../start-subject.ts';

const fewestStarts = 3;

/** From the start of a process until it answers that it is well. */
export async function startTimes({ plan, subjects, upstream }: RowContext): Promise<RowOutcome> {
  const names = subjects.map(({ name }) => name).filter((name) => name !== 'direct');
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < Math.max(fewestStarts, plan.rounds); round += 1) {
    for (const name of names) {
      const subject = await startSubject(name, upstream);
      times.get(name)?.push(subject.startMs);
      await subject.close();
    }
  }
  say('\nFrom the start of the process until it answers (of R: until it listens)');
  printTable(
    ['subject', 'starts', 'median ms', 'fastest ms'],
    [...times].map(([name, taken]) => [
      name,
      String(taken.length),
      shown(median(taken), 0),
      shown(Math.min(...taken), 0),
    ]),
  );
  const own = times.get('parley');
  return {
    figures: Object.fromEntries(times),
    goals: atMost('G14 start', own && median(own), 250, ' ms', 0),
    faults: [],
  };
}
