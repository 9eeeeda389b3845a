/** Values of a metric's labels, in the order of its label names. */
export type LabelValues = readonly string[];

export interface Counter {
  add(amount: number, labels: LabelValues): void;
}

export interface Histogram {
  observe(value: number, labels: LabelValues): void;
}

export interface MetricOptions {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

export interface MetricRegistry {
  counter(options: MetricOptions): Counter;
  /** `buckets` are upper bounds, rising, without infinity. */
  histogram(options: MetricOptions & { readonly buckets: readonly number[] }): Histogram;
  /** Read when somebody looks: each entry is one series. */
  reading(
    options: MetricOptions & { readonly type: 'gauge' | 'counter' },
    read: () => Iterable<readonly [LabelValues, number]>,
  ): void;
  /** The same series under another name, each value (and bucket) times `scale`. */
  alias(options: { readonly name: string; readonly help: string; readonly of: string; readonly scale?: number }): void;
  /** Text exposition format 0.0.4 of Prometheus. */
  expose(): string;
  /** The sum of a counter (or of a histogram's observations) over all its series. */
  total(name: string): number;
  /** The sum over the series whose label at position `at` has that value. */
  totalWhere(name: string, at: number, value: string): number;
}

/** Series of one metric; what comes beyond is counted under `other`, so that no client can fill the memory. */
const mostSeries = 500;

interface Metric {
  readonly name: string;
  readonly help: string;
  expose(as: { readonly name: string; readonly help: string; readonly scale: number }): string[];
  series(): (readonly [LabelValues, number])[];
}

/** Counters and histograms that cost a map lookup each. */
export function createMetricRegistry(): MetricRegistry {
  const metrics: Metric[] = [];
  const aliases: { name: string; help: string; of: string; scale: number }[] = [];
  const seriesOf = (name: string) => metrics.find((metric) => metric.name === name)?.series() ?? [];
  return {
    counter(options) {
      const series = createSeries(() => ({ value: 0 }));
      metrics.push({
        name: options.name,
        help: options.help,
        expose: (as) => [
          ...heading(as, 'counter'),
          ...series.list().map(([labels, { value }]) => line(options, as.name, labels, value * as.scale)),
        ],
        series: () => series.list().map(([labels, { value }]) => [labels, value] as const),
      });
      return { add: (amount, labels) => void (series.of(labels).value += amount) };
    },
    histogram(options) {
      const { buckets } = options;
      const series = createSeries(() => ({ counts: new Float64Array(buckets.length + 1), sum: 0, count: 0 }));
      metrics.push({
        name: options.name,
        help: options.help,
        expose: (as) => [
          ...heading(as, 'histogram'),
          ...series.list().flatMap(([labels, held]) => bucketLines({ ...options, ...as }, labels, held)),
        ],
        series: () => series.list().map(([labels, { count }]) => [labels, count] as const),
      });
      return {
        observe(value, labels) {
          const held = series.of(labels);
          const at = bucketOf(buckets, value);
          held.counts[at] = (held.counts[at] ?? 0) + 1;
          held.sum += value;
          held.count += 1;
        },
      };
    },
    reading(options, read) {
      metrics.push({
        name: options.name,
        help: options.help,
        expose: (as) => [
          ...heading(as, options.type),
          ...[...read()].map(([labels, value]) => line(options, as.name, labels, value * as.scale)),
        ],
        series: () => [...read()],
      });
    },
    alias: (options) => void aliases.push({ scale: 1, ...options }),
    expose() {
      const own = metrics.flatMap((metric) => metric.expose({ name: metric.name, help: metric.help, scale: 1 }));
      const again = aliases.flatMap((as) => metrics.find(({ name }) => name === as.of)?.expose(as) ?? []);
      return `${[...own, ...again].join('\n')}\n`;
    },
    total: (name) => sum(seriesOf(name)),
    totalWhere: (name, at, value) => sum(seriesOf(name).filter(([labels]) => labels[at] === value)),
  };
}

/** What is known below one value of a label: the values of the next label, or a series. */
interface Branch<T> {
  readonly next: Map<string, Branch<T>>;
  series: T | undefined;
}

/** Looked up label by label: a key joined of all of them would be made and hashed for each figure of each request. */
function createSeries<T>(make: () => T) {
  const root: Branch<T> = { next: new Map(), series: undefined };
  const held: (readonly [LabelValues, T])[] = [];

  function find(labels: LabelValues): T | undefined {
    let branch: Branch<T> | undefined = root;
    for (const label of labels) {
      branch = branch.next.get(label);
      if (branch === undefined) return undefined;
    }
    return branch.series;
  }

  function plant(labels: LabelValues, series: T): T {
    let branch = root;
    for (const label of labels) {
      let next = branch.next.get(label);
      if (next === undefined) {
        next = { next: new Map(), series: undefined };
        branch.next.set(label, next);
      }
      branch = next;
    }
    branch.series = series;
    held.push([labels, series]);
    return series;
  }

  return {
    of(labels: LabelValues): T {
      const known = find(labels);
      if (known !== undefined) return known;
      const isTooMany = held.length >= mostSeries && !labels.every((label) => label === 'other');
      return isTooMany ? this.of(labels.map(() => 'other')) : plant(labels, make());
    },
    list: () => held,
  };
}

function sum(series: readonly (readonly [LabelValues, number])[]): number {
  return series.reduce((total, [, value]) => total + value, 0);
}

function bucketOf(buckets: readonly number[], value: number): number {
  let at = 0;
  while (at < buckets.length && value > (buckets[at] ?? Infinity)) at += 1;
  return at;
}

function heading({ name, help }: { readonly name: string; readonly help: string }, type: string): string[] {
  return [`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`, `# TYPE ${name} ${type}`];
}

function line({ labels: names }: MetricOptions, name: string, values: LabelValues, value: number): string {
  return `${name}${braces(names.map((label, index) => [label, values[index] ?? '']))} ${value}`;
}

function bucketLines(
  options: MetricOptions & { readonly buckets: readonly number[]; readonly scale: number },
  values: LabelValues,
  held: { readonly counts: Float64Array; readonly sum: number; readonly count: number },
): string[] {
  const pairs = options.labels.map((label, index): [string, string] => [label, values[index] ?? '']);
  let below = 0;
  const lines = [...options.buckets, Infinity].map((bound, index) => {
    below += held.counts[index] ?? 0;
    return `${options.name}_bucket${braces([...pairs, ['le', bound === Infinity ? '+Inf' : String(bound * options.scale)]])} ${below}`;
  });
  return [
    ...lines,
    `${options.name}_sum${braces(pairs)} ${held.sum * options.scale}`,
    `${options.name}_count${braces(pairs)} ${held.count}`,
  ];
}

function braces(pairs: readonly (readonly [string, string])[]): string {
  if (pairs.length === 0) return '';
  return `{${pairs.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
