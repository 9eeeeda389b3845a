import { parseArgs } from 'node:util';
import { createDockerEngine, createRunner, defaultLimits, dockerAddress, imageTag, languages } from '@parley/sandbox';
import type { SandboxRunner } from '@parley/sandbox';
import { percentile, rounded } from '../report/percentile.ts';
import { printTable, say } from '../report/print-table.ts';
import { surroundings, writeReport } from '../report/write-report.ts';
import { runBare } from './bare-docker.ts';
import { measureLatencies } from './latencies.ts';
import type { Latencies } from './latencies.ts';
import { runOnce } from './one-run.ts';
import { programs as allPrograms } from './programs.ts';
import type { Program } from './programs.ts';
import { countLeaks } from './server-kills.ts';
import { measureThroughput } from './throughput.ts';
import type { Throughput } from './throughput.ts';

/**
 * What running code costs: each language in a new container, one kept ready and one in use, beside `docker run` of the
 * same program; how many runs a second go through; and whether kills of the server leave a container behind.
 */
const { values } = parseArgs({
  options: {
    /** With commas; absent: those whose images are built. */
    languages: { type: 'string' },
    rounds: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '8' },
    /** Runs during which the server is killed; 0 leaves that out. */
    kills: { type: 'string', default: '0' },
    /** Only the kills. */
    'only-kills': { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});

const engine = createDockerEngine({
  docker: dockerAddress(process.env['DOCKER_HOST']),
  instance: `bench-${String(process.pid)}`,
  limits: defaultLimits,
});
const runnerOf = (warm: Readonly<Partial<Record<'python' | 'node', number>>>): SandboxRunner =>
  createRunner({ engine, warm, concurrency: 32, perOwner: 32 });
const cold = runnerOf({});
const warm = runnerOf({ python: 1, node: 1 });

const status = await cold.status({ fresh: true });
if (!status.enabled) {
  say(`Code cannot be run here: ${status.reason ?? ''} ${status.remedy ?? ''}`);
  process.exit(1);
}
const ready = new Set(status.languages.flatMap(({ id, ready: isReady }) => (isReady ? [id] : [])));
const asked = values.languages?.split(',');
const programs = allPrograms.filter(
  ({ language }) => ready.has(language) && (asked === undefined || asked.includes(language)),
);
say(`${programs.length} programs, engine ${status.engine?.version ?? ''} (${status.engine?.runtime ?? ''})`);

try {
  const figures = values['only-kills'] ? {} : await measureSpeed();
  const runs = Number(values.kills);
  const kills = runs === 0 ? undefined : await measureKills(runs);
  writeReport('sandbox', { ...surroundings(), ...figures, ...(kills === undefined ? {} : { kills }) }, values.json);
  process.exitCode = kills !== undefined && kills.leftAfterEnd + kills.leftAfterStart > 0 ? 1 : 0;
} finally {
  await Promise.all([cold.close(), warm.close()]);
  await engine.close();
}

async function measureSpeed() {
  const latencies = await measureLatencies(programs, { cold, warm }, imageOf, Number(values.rounds));
  printTable(
    ['ms p50/p95', 'docker run', 'cold', 'ratio', 'warm', 'sticky', 'ratio', 'goal cold', 'goal sticky'],
    latencies.map(latencyRow),
  );
  const rows = await measureRates();
  printTable(
    ['runs a second', 'at', 'per second', 'p50 ms', 'p95 ms', 'failed'],
    rows.map(({ name, width, rate }) => [
      name,
      String(width),
      String(rounded(rate.perSecond)),
      figure(rate.all, 0.5),
      figure(rate.all, 0.95),
      String(rate.failures),
    ]),
  );
  return { latencies, rates: rows };
}

async function measureRates(): Promise<{ name: string; width: number; rate: Throughput }[]> {
  const seconds = Number(values.seconds);
  const program = programs.find(({ language }) => language === 'python') ?? programs[0];
  if (program === undefined) return [];
  const ways: readonly (readonly [string, (caller: string) => Promise<number>])[] = [
    ['docker run', () => runBare(imageOf(program), program)],
    ['cold', (caller) => coldRun(program, caller)],
    ['sticky', async (caller) => (await runOnce(cold, program, { owner: caller, workspace: 'rate' })).ms],
  ];
  const rows: { name: string; width: number; rate: Throughput }[] = [];
  for (const width of [8, 32]) {
    for (const [name, run] of ways) rows.push({ name, width, rate: await measureThroughput(width, seconds, run) });
  }
  return rows;
}

async function coldRun(program: Program, caller: string): Promise<number> {
  const place = { owner: caller, workspace: crypto.randomUUID() };
  const { ms } = await runOnce(cold, program, place);
  await cold.closeWorkspace(place.owner, place.workspace);
  return ms;
}

async function measureKills(runs: number) {
  const quick = programs.filter(({ name }) => ['python', 'javascript', 'php', 'c'].includes(name));
  const report = await countLeaks({ runs, width: 4, programs: quick, everyMs: 4_000 });
  say(
    `${report.runs} runs, the server killed ${report.kills} times (${report.repeated} attempts repeated, ${Math.round(report.seconds)} s): ` +
      `${report.leftAfterStart} containers left when it had started again, ${report.leftAfterEnd} when it had ended.`,
  );
  return report;
}

function imageOf({ language }: Program): string {
  const image = languages.find(({ id }) => id === language)?.image;
  if (image === undefined) throw new Error(`There is no language ${language}.`);
  return imageTag(image);
}

function latencyRow({ program, bare, cold: new_, warm: kept, sticky }: Latencies): string[] {
  const ratio = (all: readonly number[]): string => `${rounded(median(all) / median(bare), 2)}×`;
  const { goals } = program;
  return [
    program.name,
    pair(bare),
    pair(new_),
    ratio(new_),
    pair(kept),
    pair(sticky),
    ratio(sticky),
    String(goals.cold),
    String(goals.sticky),
  ];
}

function median(all: readonly number[]): number {
  return percentile(all, 0.5) ?? Number.NaN;
}

function pair(all: readonly number[]): string {
  return all.length === 0 ? '–' : `${figure(all, 0.5)}/${figure(all, 0.95)}`;
}

function figure(all: readonly number[], share: number): string {
  return String(rounded(percentile(all, share) ?? Number.NaN, 0));
}
