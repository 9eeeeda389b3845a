import { refusals } from '../refusals.ts';
import { sourceOf } from './read-segments.ts';
import { type LogRow, rows } from './sqlite-rows.ts';
import type { Statements } from './sqlite-statements.ts';

export type Lifetimes = ReturnType<typeof createLifetimes>;

/** Finds streams that live, and ends those that should not; a stream that forks read from is kept for them. */
export function createLifetimes(statements: Statements, now: () => number) {
  function hasForks(row: LogRow): boolean {
    return statements.findFork.get(row.log) !== undefined;
  }

  function stateOf(row: LogRow | undefined): 'live' | 'missing' | 'gone' {
    if (row === undefined) return 'missing';
    if (row.removed_at !== null) return 'gone';
    if (row.due_at === null || row.due_at > now()) return 'live';
    return hasForks(row) ? 'gone' : 'missing';
  }

  function erase(row: LogRow): void {
    statements.removeEntries.run(row.log);
    statements.removeProducers.run(row.log);
    statements.removeLog.run(row.log);
    const source = sourceOf(statements, row);
    if (source !== undefined && source.removed_at !== null && !hasForks(source)) erase(source);
  }

  return {
    /** A stream with its state; `row` may be there for one that is missing, because its time has come. */
    find(id: string) {
      const row = rows.log(statements.findLog.get(id));
      return { row, state: stateOf(row) };
    },
    /** A live stream. Throws `missing`, `gone`. */
    mustFind(id: string): LogRow {
      const row = rows.log(statements.findLog.get(id));
      const state = stateOf(row);
      if (state === 'gone') throw refusals.gone(id);
      if (row === undefined || state === 'missing') throw refusals.missing(id);
      return row;
    },
    /** Removes a stream, or leaves what its forks need; with the last fork, its removed sources go, too. */
    end(row: LogRow): void {
      if (!hasForks(row)) {
        erase(row);
        return;
      }
      statements.markRemoved.run(now(), row.log);
      statements.removeProducers.run(row.log);
    },
  };
}
