import { parseArgs } from 'node:util';
import { percentile, rounded } from '../report/percentile.ts';
import { printTable, say } from '../report/print-table.ts';
import { surroundings, writeReport } from '../report/write-report.ts';
import { startProviderProcess } from '../world/provider-process.ts';
import { countCommands } from './count-commands.ts';
import { startApiSubject, startReference } from './subject.ts';
import type { Latencies } from './read-stamps.ts';
import type { Pace, Subject } from './subject.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '8' }, json: { type: 'string' } } });
const rounds = Number(values.rounds);

/** A token at a time is never merged with another; at the quick pace several share one append. */
const paces: Readonly<Record<'steady' | 'quick', Pace>> = {
  steady: { tokens: 80, paceMs: 50 },
  quick: { tokens: 400, paceMs: 5 },
};
/** Goals: milliseconds that a log adds at the median, and Redis commands per second and live turn. */
const mostAdded = 5;
const mostCommands = 40;

const provider = await startProviderProcess();
const subjects: Subject[] = [];
try {
  subjects.push(await startReference(provider.url));
  for (const store of ['sqlite', 'redis'] as const) subjects.push(await startApiSubject(provider.url, store));
  process.exitCode = await measure(subjects);
} finally {
  for (const subject of subjects.toReversed()) await subject.close();
  await provider.close();
}
process.exit();

async function measure(all: readonly Subject[]): Promise<number> {
  const rows: object[] = [];
  const cells: string[][] = [];
  const broken: string[] = [];
  for (const [name, pace] of Object.entries(paces)) {
    const taken = await alternate(all, pace);
    const base = percentile([...(taken.get('no log')?.all ?? [])], 0.5) ?? 0;
    for (const [subject, { all: every, newest }] of taken) {
      const row = { pace: name, subject, ...summary('', every), ...summary('newest', newest) };
      const added = (percentile(every, 0.5) ?? 0) - base;
      rows.push({ ...row, addedP50Ms: rounded(added, 2) });
      cells.push([
        name,
        subject,
        ...figures(every),
        ...figures(newest),
        subject === 'no log' ? '–' : `+${rounded(added, 2)} ms`,
      ]);
      if (name === 'steady' && added > mostAdded) broken.push(`${subject} adds ${rounded(added, 1)} ms at the median`);
    }
  }
  say('');
  printTable(['pace', 'way', 'p50 ms', 'p95 ms', 'newest p50', 'newest p95', 'added p50'], cells);
  say(
    'steady: a token every 50 ms, never merged. quick: every 5 ms, merged for up to 30 ms; “newest” is the last token',
  );
  say(
    'of each piece, which did not wait for others. The way without a log is a bare Express handler of the same provider.\n',
  );
  const commands = await countRedis(all);
  if (commands !== undefined && commands.perSecondPerTurn > mostCommands) {
    broken.push(`${commands.perSecondPerTurn} Redis commands per second and turn`);
  }
  writeReport(
    'overhead',
    { ...surroundings(), rounds, paces, latencies: rows, redis: commands ?? null, broken },
    values.json,
  );
  for (const line of broken) say(`Missed: ${line}`);
  return broken.length === 0 ? 0 : 1;
}

/** One answer of each subject after the other, again and again, so that what else the machine does meets all of them. */
async function alternate(all: readonly Subject[], pace: Pace): Promise<Map<string, Latencies>> {
  const taken = new Map<string, Latencies>(all.map(({ name }) => [name, { all: [], newest: [] }]));
  for (let round = -1; round < rounds; round += 1) {
    for (const { name, play } of all) {
      const played = await play(pace);
      // The first round is for warming up.
      if (round < 0) continue;
      taken.get(name)?.all.push(...played.all);
      taken.get(name)?.newest.push(...played.newest);
    }
  }
  return taken;
}

async function countRedis(all: readonly Subject[]) {
  const subject = all.find(({ redis }) => redis !== undefined);
  const counted = subject === undefined ? undefined : await countCommands(subject);
  if (counted === undefined) return undefined;
  const { turns, tokensPerSecond, per1000Deltas, perSecondPerTurn, withScriptsPerSecondPerTurn } = counted;
  say(
    `Redis, ${turns} live turns of ${tokensPerSecond} tokens/s with a reader each: ${per1000Deltas} commands per 1,000 deltas,`,
  );
  say(
    `${perSecondPerTurn} per second and live turn (${withScriptsPerSecondPerTurn} with what scripts run inside Redis).`,
  );
  return counted;
}

function summary(prefix: string, latencies: readonly number[]): Record<string, number> {
  const [p50, p95] = figures(latencies).map(Number);
  return prefix === '' ? { p50Ms: p50 ?? 0, p95Ms: p95 ?? 0 } : { newestP50Ms: p50 ?? 0, newestP95Ms: p95 ?? 0 };
}

function figures(latencies: readonly number[]): string[] {
  return [0.5, 0.95].map((share) => String(rounded(percentile(latencies, share) ?? 0, 2)));
}
