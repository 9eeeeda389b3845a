import type { ExportFormat, SkipReason } from '@parley/contracts';
import { cleanLine } from '../clean-text.ts';
import type { ImportRecord } from '../database/repositories/import-repository.ts';
import { countLeftOut } from './foreign-conversation.ts';
import type { LeftOutCounts } from './foreign-conversation.ts';

/** What the person who imports is told in the end. */
type Counts = Pick<ImportRecord, 'format' | 'added' | 'present' | 'skipped' | 'messages' | 'leftOut' | 'skips'>;

/** Counts what becomes of a file of conversations. */
export interface ImportTally {
  added(format: ExportFormat, messages: number, leftOut: LeftOutCounts): void;
  present(format: ExportFormat): void;
  skipped(title: string, reason: SkipReason): void;
  counts(): Counts;
}

/** Skipped conversations that are listed. */
const mostSkips = 200;

/** Counts on from what was counted before. */
export function createImportTally(before: Counts): ImportTally {
  let { format, added, present, skipped, messages } = before;
  const leftOut: LeftOutCounts = new Map(before.leftOut.map(({ what, count }) => [what, count]));
  const skips = [...before.skips];

  return {
    added(its, count, without) {
      format = its;
      added += 1;
      messages += count;
      for (const [what, times] of without) countLeftOut(leftOut, what, times);
    },
    present(its) {
      format = its;
      present += 1;
    },
    skipped(title, reason) {
      skipped += 1;
      if (skips.length < mostSkips) skips.push({ title: cleanLine(title, 200), reason });
    },
    counts: () => ({
      ...(format === undefined ? {} : { format }),
      added,
      present,
      skipped,
      messages,
      leftOut: [...leftOut].map(([what, count]) => ({ what, count })),
      skips: [...skips],
    }),
  };
}
