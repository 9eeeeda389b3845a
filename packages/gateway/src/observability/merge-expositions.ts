interface Family {
  /** `# HELP` and `# TYPE`, as they came first. */
  readonly comments: string[];
  /** By name and labels. */
  readonly series: Map<string, number>;
}

/** Gauges of which the highest says more than the sum. */
const highestCounts = /uptime|_state\b|_ratio\b|_delay_ms\b/;

/**
 * One exposition for several processes that do the same work: counters, histograms and most gauges are added up, of
 * states and ages the highest is taken. The texts are those of a `MetricRegistry`.
 */
export function mergeExpositions(texts: readonly string[]): string {
  const families = new Map<string, Family>();
  for (const text of texts) readInto(families, text);
  const lines = [...families.values()].flatMap(({ comments, series }) => [
    ...comments,
    ...[...series].map(([name, value]) => `${name} ${value}`),
  ]);
  return `${lines.join('\n')}\n`;
}

/** The sum over all series of `name` in an exposition, or over those with a label such as `kind="input"`. */
export function sumOfSeries(exposition: string, name: string, label = ''): number {
  let sum = 0;
  for (const line of exposition.split('\n')) {
    const isOfName = line.startsWith(`${name} `) || line.startsWith(`${name}{`);
    if (isOfName && line.includes(label)) sum += Number(line.slice(line.lastIndexOf(' ') + 1));
  }
  return sum;
}

function readInto(families: Map<string, Family>, text: string): void {
  let family: Family | undefined;
  for (const line of text.split('\n')) {
    const [, name] = /^# (?:HELP|TYPE) (\S+)/.exec(line) ?? [];
    if (name !== undefined) {
      family = families.get(name) ?? { comments: [], series: new Map() };
      families.set(name, family);
      if (!family.comments.includes(line) && family.comments.length < 2) family.comments.push(line);
      continue;
    }
    const space = line.lastIndexOf(' ');
    if (family === undefined || space < 0) continue;
    const series = line.slice(0, space);
    const value = Number(line.slice(space + 1));
    const known = family.series.get(series);
    const merged = known === undefined ? value : highestCounts.test(series) ? Math.max(known, value) : known + value;
    family.series.set(series, merged);
  }
}
