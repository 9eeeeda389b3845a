import type { Cell, CellLoad, Stage } from './cell.ts';
import { playCell } from './cell.ts';
import type { Subject, SubjectName } from './subject.ts';

/** How long and how often everything is measured. */
export interface Plan {
  readonly rounds: number;
  /** Milliseconds that a load lasts. */
  readonly cellMs: number;
  /** Milliseconds of each load before anything counts. */
  readonly warmUpMs: number;
  /** Rounds of what takes longer: paced streams. */
  readonly longRounds: number;
}

/** One thing that the gateway must reach, and whether it did. */
export interface Goal {
  /** The number of the goal in the gateway's design, and what it says. */
  readonly name: string;
  readonly measured: string;
  readonly wanted: string;
  readonly isMet: boolean;
}

export interface Fault {
  readonly subject: SubjectName;
  readonly what: string;
}

export interface RowOutcome {
  readonly figures: object;
  readonly goals: readonly Goal[];
  /** Wrong answers and lost tokens. They fail the bench unless they are the peer's; a missed goal does not. */
  readonly faults: readonly Fault[];
}

/** What a row works with. */
export interface RowContext extends Stage {
  readonly plan: Plan;
  /** Those that run; `direct` is the first. */
  readonly subjects: readonly Subject[];
}

export type Row = (context: RowContext) => Promise<RowOutcome>;

export type Cells = ReadonlyMap<SubjectName, readonly Cell[]>;

/** One load on each subject after the other, again and again in a rotated order, so that what else the machine does meets all of them. */
export async function alternate(
  stage: Stage,
  subjects: readonly Subject[],
  rounds: number,
  load: CellLoad,
): Promise<Cells> {
  const cells = new Map<SubjectName, Cell[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const shift = round % subjects.length;
    for (const subject of [...subjects.slice(shift), ...subjects.slice(0, shift)]) {
      cells.get(subject.name)?.push(await playCell(stage, subject, load));
    }
  }
  return cells;
}

/** What went wrong in some cells. */
export function faultsOf(row: string, cells: Cells): Fault[] {
  return [...cells].flatMap(([subject, taken]) =>
    taken.flatMap(({ failures, requests }, round) => {
      const reasons = Object.entries(failures).map(([reason, count]) => `${count} × ${reason}`);
      if (requests === 0) reasons.push('no right answer');
      return reasons.map((reason) => ({ subject, what: `${row}, ${subject}, round ${round + 1}: ${reason}` }));
    }),
  );
}
