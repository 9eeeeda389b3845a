import type { WriteView } from '../catalogue/catalogue-state.ts';
import type { WriteTracker } from './write-tracker.ts';

/** Runs work under a savepoint: if it throws, its writes and catalogue changes are undone. */
export function atomically<T>(view: WriteView, tracker: WriteTracker, work: (view: WriteView) => T): T {
  const before = view.catalogue();
  const mark = tracker.mark();
  view.connection.run('SAVEPOINT work');
  try {
    const result = work(view);
    view.connection.run('RELEASE work');
    return result;
  } catch (error) {
    view.setCatalogue(before);
    tracker.backTo(mark);
    // Some failures, such as a full disk, make SQLite roll the whole transaction back by itself.
    if (view.connection.isInTransaction()) {
      view.connection.run('ROLLBACK TO work');
      view.connection.run('RELEASE work');
    }
    throw error;
  }
}
