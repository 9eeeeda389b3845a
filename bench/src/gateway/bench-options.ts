import { parseArgs } from 'node:util';
import type { Plan } from './row.ts';
import { subjectNames } from './subject.ts';
import type { SubjectName } from './subject.ts';

export interface BenchOptions {
  readonly plan: Plan;
  readonly rows: readonly string[];
  readonly subjects: readonly SubjectName[];
  /** Seconds of a soak in the place of the rows. */
  readonly soakSeconds: number | undefined;
  readonly json: string | undefined;
}

/** The options of a command line, or what to tell instead of measuring, with an exit code. */
export function readOptions(
  parameters: readonly string[],
  rowNames: readonly string[],
): BenchOptions | { readonly text: string; readonly code: number } {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string' },
      subjects: { type: 'string', default: 'R,parley,portkey' },
      soak: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return { text: usage(rowNames), code: 0 };
  const rows = listed(values.only ?? rowNames.join(','));
  const wanted = listed(values.subjects);
  const unknown = [...rows.filter((name) => !rowNames.includes(name)), ...wanted.filter((name) => !isSubject(name))];
  if (unknown.length > 0) return { text: `Unknown: ${unknown.join(', ')}.\n\n${usage(rowNames)}`, code: 1 };
  const rounds = Math.max(1, Number(values.rounds ?? (values.quick ? 2 : 5)) || 1);
  return {
    plan: values.quick
      ? { rounds, warmUpMs: 600, cellMs: 500, longRounds: 1 }
      : { rounds, warmUpMs: 2_000, cellMs: 1_500, longRounds: Math.min(3, rounds) },
    rows,
    subjects: subjectNames.filter((name) => name === 'direct' || wanted.includes(name)),
    soakSeconds: values.soak === undefined ? undefined : Math.max(1, Number(values.soak) || 1),
    json: values.json,
  };
}

function listed(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

function isSubject(text: string): boolean {
  return subjectNames.some((name) => name === text);
}

function usage(rowNames: readonly string[]): string {
  return `What the gateway costs, against R (the smallest Node pass-through proxy) and against Portkey's gateway.

  node bench/src/gateway/gateway.ts [options]        about six minutes
  --quick                two short rounds, under 90 s: a direction, not figures to publish
  --rounds N             rounds of each load, 5 unless told; the order of the subjects rotates
  --only ROWS            some of ${rowNames.join(', ')}, separated by commas
  --subjects SUBJECTS    some of R, parley, portkey
  --soak SECONDS         in the place of the rows: a mixed load, a fifth of the clients leaving; how memory grows
  --json FILE            where the figures go; .cache/bench/gateway.json unless told
  -h, --help

CPU µs is processor time of the subject's process for each right answer (all its threads, as the kernel's scheduler
counts it). Ratios are taken in each round, and their median is told. A missed goal does not fail the run; a wrong
answer or a lost token does.`;
}
