import { parseArgs } from 'node:util';
import { printTable, say } from '../report/print-table.ts';
import { surroundings, writeReport } from '../report/write-report.ts';
import { isNginxInstalled } from '../world/nginx-process.ts';
import type { Form, Row, RowResult } from './row.ts';
import { awkwardReaders } from './rows/awkward-readers.ts';
import { droppedReaders } from './rows/dropped-readers.ts';
import { failingProvider, stallingProvider } from './rows/failing-provider.ts';
import { killApi } from './rows/kill-api.ts';
import { killGateway } from './rows/kill-gateway.ts';
import { killProducerEmbedded, killProducerSeparate, killProducerSkewed } from './rows/kill-producer.ts';
import { manyReaders } from './rows/many-readers.ts';
import { manyRuns } from './rows/many-runs.ts';
import { redisFull, redisReadOnly } from './rows/refusing-redis.ts';
import { redisEmpty, redisOldCopy, redisWhole } from './rows/restart-redis.ts';
import { rollingRestart } from './rows/rolling-restart.ts';

const allRows: readonly Row[] = [
  killApi,
  killProducerEmbedded,
  killProducerSeparate,
  killProducerSkewed,
  killGateway,
  redisWhole,
  redisEmpty,
  redisOldCopy,
  redisFull,
  redisReadOnly,
  rollingRestart,
  droppedReaders,
  failingProvider,
  stallingProvider,
  manyReaders,
  manyRuns,
  awkwardReaders,
];

const usage = `bench:chaos [--short | --runs short|medium|full] [--only row,row] [--json FILE]
rows: ${allRows.map(({ id }) => id).join(', ')}`;

const { values } = parseArgs({
  options: {
    short: { type: 'boolean' },
    runs: { type: 'string', default: 'medium' },
    only: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean' },
  },
});

const forms: readonly Form[] = ['short', 'medium', 'full'];
const form = values.short === true ? 'short' : forms.find((name) => name === values.runs);
const chosen = values.only?.split(',');
const rows = allRows.filter(({ id }) => chosen === undefined || chosen.includes(id));
if (values.help === true || form === undefined || rows.length === 0) {
  say(usage);
  process.exit(values.help === true ? 0 : 2);
}

const results = await runAll(rows, form);
print(results);
writeReport('chaos', { form, ...surroundings(), rows: results }, values.json);
const broken = results.flatMap(({ fault, broken: promises }) => promises.map((promise) => `${fault}: ${promise}`));
say(
  broken.length === 0
    ? 'Every promise was kept.'
    : `\nBroken promises:\n${broken.map((line) => `- ${line}`).join('\n')}`,
);
process.exit(broken.length === 0 ? 0 : 1);

/**
 * Rows run one after another; those that wait for minutes beside them, and in the short form those that wait for leases,
 * too, although that makes its times less exact.
 */
async function runAll(given: readonly Row[], size: Form): Promise<RowResult[]> {
  const lanes = Object.groupBy(given, ({ waitsFor = 'nothing' }) =>
    waitsFor === 'lease' && size !== 'short' ? 'nothing' : waitsFor,
  );
  const ofLanes = await Promise.all(Object.values(lanes).map((lane) => runInTurn(lane ?? [], size)));
  return ofLanes.flat().toSorted((a, b) => placeOf(a) - placeOf(b));
}

async function runInTurn(lane: readonly Row[], size: Form): Promise<RowResult[]> {
  const done: RowResult[] = [];
  for (const row of lane) done.push(await runRow(row, size));
  return done;
}

function placeOf({ fault }: RowResult): number {
  return allRows.findIndex((row) => row.fault === fault);
}

/** A row that cannot even be played has broken its promise. */
async function runRow(row: Row, size: Form): Promise<RowResult> {
  const nothing = { fault: row.fault, runs: 0, turns: 0, lost: 0, doubled: 0, neverEnded: 0, seconds: 0, notes: [] };
  try {
    if (row.id === 'rolling-restart' && !isNginxInstalled()) throw new Error('nginx is not installed');
    const result = await row.run(size);
    say(
      `${result.broken.length === 0 ? 'kept  ' : 'BROKEN'}  ${row.id} (${result.seconds} s)${result.broken.map((promise) => `\n        ${promise}`).join('')}`,
    );
    return result;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    say(`BROKEN  ${row.id}: ${reason}`);
    return { ...nothing, broken: [reason] };
  }
}

function print(all: readonly RowResult[]): void {
  say('');
  printTable(
    ['fault', 'runs', 'turns', 'lost', 'doubled', 'never ended', 'resume p50 ms', 'p95 ms', '2nd calls', 's', 'notes'],
    all.map((row) => [
      row.broken.length === 0 ? row.fault : `! ${row.fault}`,
      ...[row.runs, row.turns, row.lost, row.doubled, row.neverEnded].map(String),
      ...[row.resumeP50Ms, row.resumeP95Ms, row.secondCalls].map((value) =>
        value === undefined ? '–' : String(value),
      ),
      String(row.seconds),
      row.notes.join('; '),
    ]),
  );
  say('');
}
