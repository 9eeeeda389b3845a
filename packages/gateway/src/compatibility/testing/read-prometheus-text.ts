/** One line of an exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All series of one metric. */
export interface MetricFamily {
  readonly type: string;
  readonly samples: readonly Sample[];
}

const labelPair = /([a-zA-Z_]\w*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/y;

/**
 * Reads Prometheus' text format 0.0.4 as strictly as Prometheus does, and more so: throws for a sample without a type,
 * a metric or series told twice, a label or number it cannot read, and buckets that do not rise or do not add up.
 */
export function readPrometheusText(text: string): ReadonlyMap<string, MetricFamily> {
  if (!text.endsWith('\n')) throw new Error('The last line does not end.');
  const families = new Map<string, { type: string; samples: Sample[] }>();
  const seen = new Set<string>();
  for (const line of text.slice(0, -1).split('\n')) {
    if (/^# HELP [a-zA-Z_:][\w:]* ./.test(line)) continue;
    const [, typed, type] = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary)$/.exec(line) ?? [];
    if (typed !== undefined && type !== undefined) {
      if (families.has(typed)) throw new Error(`${typed} is told twice.`);
      families.set(typed, { type, samples: [] });
      continue;
    }
    const sample = readSample(line);
    const series = line.slice(0, line.lastIndexOf(' '));
    if (seen.has(series)) throw new Error(`A series is told twice: ${line}`);
    seen.add(series);
    familyOf(families, sample.name).samples.push(sample);
  }
  for (const [name, family] of families) if (family.type === 'histogram') checkHistogram(name, family.samples);
  return families;
}

/** The sum of a metric over all its series. */
export function totalOf(families: ReadonlyMap<string, MetricFamily>, name: string): number {
  const family = families.get(name);
  if (!family) throw new Error(`There is no metric ${name}.`);
  const wanted = family.type === 'histogram' ? `${name}_count` : name;
  return family.samples.filter((sample) => sample.name === wanted).reduce((sum, { value }) => sum + value, 0);
}

function readSample(line: string): Sample {
  const [, name, braces = '', number = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  const value = number === '+Inf' ? Infinity : Number(number);
  if (name === undefined || number === '' || Number.isNaN(value)) throw new Error(`Not a sample: ${line}`);
  const labels: Record<string, string> = {};
  labelPair.lastIndex = 0;
  while (labelPair.lastIndex < braces.length) {
    const [, label, text] = labelPair.exec(braces) ?? [];
    if (label === undefined || text === undefined || label in labels) throw new Error(`Wrong labels: ${line}`);
    labels[label] = text;
  }
  return { name, labels, value };
}

function familyOf<T extends { type: string }>(families: ReadonlyMap<string, T>, sample: string): T {
  const family = families.get(sample) ?? families.get(sample.replace(/_(?:bucket|sum|count)$/, ''));
  if (!family || (families.has(sample) && family.type === 'histogram')) throw new Error(`${sample} has no type.`);
  return family;
}

function checkHistogram(name: string, samples: readonly Sample[]): void {
  const counts = samples.filter((sample) => sample.name === `${name}_count`);
  for (const { labels, value } of counts) {
    const mine = samples.filter(
      (sample) =>
        sample.name === `${name}_bucket` &&
        Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
    );
    const bounds = mine.map((sample) => (sample.labels['le'] === '+Inf' ? Infinity : Number(sample.labels['le'])));
    const isStrict = new Set(bounds).size === bounds.length;
    if (!isStrict || !isRising(bounds) || bounds.at(-1) !== Infinity)
      throw new Error(`Buckets of ${name} do not rise.`);
    if (!isRising(mine.map((sample) => sample.value)) || mine.at(-1)?.value !== value) {
      throw new Error(`Buckets of ${name} do not add up.`);
    }
  }
}

function isRising(numbers: readonly number[]): boolean {
  return numbers.every((one, index) => index === 0 || one >= (numbers[index - 1] ?? 0));
}
