/**
 * What the gateway costs: R, this gateway and Portkey's take turns in one run.
 *
 *   node bench/src/gateway/gateway.ts --quick --subjects R,parley            a direction in a minute
 *   node bench/src/gateway/gateway.ts --only whole,burst --subjects R,parley --rounds 9
 *   node bench/src/gateway/gateway.ts                                        everything, about six minutes
 *   node bench/src/gateway/gateway.ts --soak 600 --subjects parley
 *   node bench/src/gateway/gateway.ts --help
 */
import { say } from '../report/print-table.ts';
import { surroundings } from '../report/write-report.ts';
import { readOptions } from './bench-options.ts';
import type { BenchOptions } from './bench-options.ts';
import { startLoader, startUpstream } from './bench-processes.ts';
import { playCell } from './cell.ts';
import { governedBy } from './parley-settings.ts';
import { readBooks } from './read-books.ts';
import { beginReport } from './report-outcomes.ts';
import type { Row, RowContext, RowOutcome } from './row.ts';
import { burstStreams } from './rows/burst-streams.ts';
import { firstChunk } from './rows/first-chunk.ts';
import { memory } from './rows/memory.ts';
import { pacedStreams } from './rows/paced-streams.ts';
import { startTimes } from './rows/start-times.ts';
import { translatedStreams } from './rows/translated-streams.ts';
import { twoWorkers } from './rows/two-workers.ts';
import { wholeAnswers } from './rows/whole-answers.ts';
import { soak } from './soak.ts';
import { startSubject } from './start-subject.ts';
import type { Subject } from './subject.ts';

const rows: Readonly<Record<string, Row>> = {
  whole: wholeAnswers,
  burst: burstStreams,
  first: firstChunk,
  paced: pacedStreams,
  translated: translatedStreams,
  start: startTimes,
  memory,
  workers: twoWorkers,
};

/** Beyond this something hangs; a soak may take its time as well. */
const mostMs = 900_000;

const options = readOptions(process.argv.slice(2), Object.keys(rows));
if ('text' in options) {
  say(options.text);
  process.exit(options.code);
}
const giveUp = setTimeout(
  () => {
    say('It takes too long; something hangs.');
    process.exit(1);
  },
  mostMs + (options.soakSeconds ?? 0) * options.subjects.length * 1_000,
);
giveUp.unref();
const open: Subject[] = [];
try {
  process.exitCode = await main(options);
} catch (error) {
  say(`Broken: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  for (const subject of open) await subject.close();
}
process.exit();

async function main({ plan, rows: chosen, subjects, soakSeconds, json }: BenchOptions): Promise<number> {
  const finish = beginReport(surroundings());
  const stage = { upstream: await startUpstream(), loader: await startLoader() };
  for (const name of subjects) open.push(await startSubject(name, stage.upstream));
  say(`${subjects.join(', ')}; ${plan.rounds} rounds. Every request at parley passes ${governedBy}.`);
  const context: RowContext = { ...stage, plan, subjects: open };
  const outcomes = soakSeconds === undefined ? await playRows(context, chosen) : await playSoak(context, soakSeconds);
  const name = soakSeconds === undefined ? 'gateway' : 'gateway-soak';
  return finish({ name, outcomes, facts: { plan, governedBy }, json });
}

async function playRows(context: RowContext, chosen: readonly string[]): Promise<Map<string, RowOutcome>> {
  await warmUp(context);
  const outcomes = new Map<string, RowOutcome>();
  for (const name of chosen) {
    const row = rows[name];
    if (row !== undefined) outcomes.set(name, await playRow(row, context));
  }
  const parley = context.subjects.find(({ name }) => name === 'parley');
  if (parley !== undefined) outcomes.set('books', { figures: {}, goals: await readBooks(parley), faults: [] });
  return outcomes;
}

/** A row that cannot be measured is a fault, and the others are still measured. */
async function playRow(row: Row, context: RowContext): Promise<RowOutcome> {
  try {
    return await row(context);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return { figures: {}, goals: [], faults: [{ subject: 'parley', what }] };
  }
}

async function playSoak(context: RowContext, seconds: number): Promise<Map<string, RowOutcome>> {
  const outcomes = new Map<string, RowOutcome>();
  for (const subject of context.subjects) {
    if (subject.name !== 'direct') outcomes.set(subject.name, await soak(context, subject, seconds));
  }
  return outcomes;
}

/** So that every subject has compiled what it runs. */
async function warmUp(context: RowContext): Promise<void> {
  for (const subject of context.subjects) {
    for (const kind of ['whole', 'burst', 'first'] as const) {
      const question = { kind, upstream: 'chat' } as const;
      await playCell(context, subject, { question, concurrency: 16, until: { ms: context.plan.warmUpMs } });
    }
  }
}
