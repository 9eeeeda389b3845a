import { availableParallelism } from 'node:os';
import { printTable, say } from '../../report/print-table.ts';
import { playCell } from '../cell.ts';
import type { Cell } from '../cell.ts';
import { atLeast, median, shown } from '../figures.ts';
import type { RowContext, RowOutcome } from '../row.ts';
import { startSubject } from '../start-subject.ts';
import type { Subject } from '../subject.ts';

const question = { kind: 'whole', upstream: 'chat' } as const;
const workers = 2;
/** Two workers, the loader and the upstream. */
const processorsNeeded = 4;
const nothing: RowOutcome = { figures: {}, goals: [], faults: [] };

/** Whole answers per second of two workers against one, by 64 clients. */
export async function twoWorkers(context: RowContext): Promise<RowOutcome> {
  const one = context.subjects.find(({ name }) => name === 'parley');
  if (one === undefined) return nothing;
  const two = await startTwo(context);
  if (two === undefined) return nothing;
  const taken: { readonly ofOne: Cell[]; readonly ofTwo: Cell[] } = { ofOne: [], ofTwo: [] };
  const load = { question, concurrency: 64, until: { ms: context.plan.cellMs } };
  try {
    // Each of the two compiles on its own.
    await playCell(context, two, { ...load, until: { ms: workers * context.plan.warmUpMs } });
    for (let round = 0; round < context.plan.rounds; round += 1) {
      const playOne = async () => void taken.ofOne.push(await playCell(context, one, load));
      const playTwo = async () => void taken.ofTwo.push(await playCell(context, two, load));
      for (const play of round % 2 === 0 ? [playOne, playTwo] : [playTwo, playOne]) await play();
    }
  } finally {
    await two.close();
  }
  return report(taken);
}

async function startTwo({ upstream }: RowContext): Promise<Subject | undefined> {
  try {
    return await startSubject('parley', upstream, workers);
  } catch (error) {
    say(
      `\nTwo workers: not available (${error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').slice(0, 200) : ''})`,
    );
    return undefined;
  }
}

const perSecond = (cells: readonly Cell[]): number => median(cells.map((cell) => cell.perSecond));
const microseconds = (cells: readonly Cell[]): number => median(cells.map((cell) => cell.microseconds));

function report(taken: { readonly ofOne: readonly Cell[]; readonly ofTwo: readonly Cell[] }): RowOutcome {
  const rows = { 'one worker': taken.ofOne, 'two workers': taken.ofTwo };
  const each = perSecond(taken.ofTwo) / perSecond(taken.ofOne) / workers;
  say('\nTwo workers against one, whole answers, 64 clients');
  printTable(
    ['', 'CPU µs', 'per second', 'cores'],
    Object.entries(rows).map(([name, cells]) => [
      name,
      shown(microseconds(cells)),
      shown(perSecond(cells), 0),
      shown(median(cells.map(({ cores }) => cores)), 2),
    ]),
  );
  const isRoomy = availableParallelism() >= processorsNeeded;
  if (!isRoomy)
    say('Two workers, the loader and the upstream share fewer than four processors: only CPU µs is comparable.');
  return {
    figures: { each, microseconds: { one: microseconds(taken.ofOne), two: microseconds(taken.ofTwo) } },
    goals: isRoomy ? atLeast('G5 two workers', each * workers, 0.9 * workers, ' × one') : [],
    faults: Object.entries(rows).flatMap(([name, cells]) =>
      cells.flatMap(({ failures }) =>
        Object.keys(failures).map((reason) => ({ subject: 'parley', what: `${name}: ${reason}` }) as const),
      ),
    ),
  };
}
