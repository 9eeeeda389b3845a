import { say } from '../../report/print-table.ts';
import { playCell } from '../cell.ts';
import type { CellLoad } from '../cell.ts';
import { atMost, costRatio, kept } from '../figures.ts';
import { alternate, faultsOf } from '../row.ts';
import type { RowContext, RowOutcome } from '../row.ts';
import type { Subject } from '../subject.ts';
import { printStreams } from './burst-streams.ts';

const question = { kind: 'burst', upstream: 'messages' } as const;

/** The client speaks chat completions, the upstream Anthropic messages; R passes the upstream's bytes to a client of that. */
export async function translatedStreams(context: RowContext): Promise<RowOutcome> {
  const { plan } = context;
  const subjects: Subject[] = [];
  for (const subject of context.subjects) {
    if (subject.name !== 'direct' && (await isAvailable(context, subject))) subjects.push(subject);
  }
  // What translates has not been compiled yet.
  for (const subject of subjects) await playCell(context, subject, loadOf(plan.warmUpMs));
  const cells = await alternate(context, subjects, plan.rounds, loadOf(plan.cellMs));
  say('\nTranslated streams: 200 events of Anthropic messages in a burst to a client of chat completions, 16 clients');
  printStreams(cells);
  return {
    figures: kept(cells),
    goals: [
      ...atMost('G2 CPU of a translated stream', costRatio(cells, 'parley', 'R'), 2, ' × R'),
      ...atMost('G2 translated, against the peer', costRatio(cells, 'parley', 'portkey'), 0.333, ' × Portkey', 3),
    ],
    faults: faultsOf('translated', cells),
  };
}

function loadOf(ms: number): CellLoad {
  return { question, concurrency: 16, until: { ms } };
}

/** A gateway that does not know the upstream's dialect answers 400 or 404: it is left out, and that is said. */
async function isAvailable(context: RowContext, subject: Subject): Promise<boolean> {
  const trial = await playCell(context, subject, { question, concurrency: 1, until: { requests: 4 } });
  const [fault = ''] = Object.keys(trial.failures);
  if (!/^status 40[04]/.test(fault)) return true;
  say(`\nTranslated streams, ${subject.name}: not available (${fault})`);
  return false;
}
