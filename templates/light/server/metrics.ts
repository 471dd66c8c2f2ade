type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];
type Reader = () => Iterable<Sample> | Promise<Iterable<Sample>>;

export interface Counter {
  add(labels: Labels, by?: number): void;
}

export interface Histogram {
  observe(labels: Labels, value: number): void;
}

/**
 * Counts for Prometheus, in its text format. The usual client library takes 21 MB of each project's process, for
 * summaries and exemplars that nothing here has.
 */
export class Metrics {
  readonly #families: (() => Promise<string>)[] = [];
  readonly #common: Labels;

  /** `common`: what every sample is labelled with. */
  constructor(common: Labels = {}) {
    this.#common = common;
  }

  counter(name: string, help: string): Counter {
    const series = new Series(() => ({ count: 0 }));
    const samples = () => Array.from(series.all(), ([labels, { count }]): Sample => [labels, count]);
    this.#families.push(async () => this.#family(name, 'counter', help, samples()));
    return { add: (labels, by = 1) => void (series.of(labels).count += by) };
  }

  /** What is asked for when somebody looks; what fails to answer then has no samples. */
  gauge(name: string, help: string, read: Reader): void {
    this.#families.push(async () => this.#family(name, 'gauge', help, await asked(read)));
  }

  /** A counter that somebody else keeps. */
  total(name: string, help: string, read: Reader): void {
    this.#families.push(async () => this.#family(name, 'counter', help, await asked(read)));
  }

  /** `bounds` ascend; a last bucket without bound is always there. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    const ends = [...bounds, Infinity];
    const series = new Series(() => ({ buckets: ends.map(() => 0), sum: 0 }));
    const samples = () => Array.from(series.all());
    const counted = () =>
      samples().flatMap(([labels, { buckets }]) =>
        ends.map((end, at): Sample => [
          { ...labels, le: end === Infinity ? '+Inf' : String(end) },
          sumOf(buckets.slice(0, at + 1)),
        ]),
      );
    this.#families.push(
      async () =>
        this.#family(name, 'histogram', help, counted(), '_bucket') +
        this.#lines(
          `${name}_sum`,
          samples().map(([labels, { sum }]) => [labels, sum]),
        ) +
        this.#lines(
          `${name}_count`,
          samples().map(([labels, { buckets }]) => [labels, sumOf(buckets)]),
        ),
    );
    return {
      observe(labels, value) {
        const kept = series.of(labels);
        const at = ends.findIndex((end) => value <= end);
        kept.buckets[at] = (kept.buckets[at] ?? 0) + 1;
        kept.sum += value;
      },
    };
  }

  async text(): Promise<string> {
    return (await Promise.all(this.#families.map((write) => write()))).join('');
  }

  #family(name: string, type: string, help: string, samples: Iterable<Sample>, suffix = ''): string {
    return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${this.#lines(name + suffix, samples)}`;
  }

  #lines(name: string, samples: Iterable<Sample>): string {
    return Array.from(
      samples,
      ([labels, value]) => `${name}${braced({ ...this.#common, ...labels })} ${value}\n`,
    ).join('');
  }
}

async function asked(read: Reader): Promise<Iterable<Sample>> {
  try {
    return await read();
  } catch {
    return [];
  }
}

/** What is kept for each set of labels. */
class Series<Kept> {
  readonly #kept = new Map<string, readonly [Labels, Kept]>();
  readonly #begin: () => Kept;

  constructor(begin: () => Kept) {
    this.#begin = begin;
  }

  of(labels: Labels): Kept {
    const key = JSON.stringify(labels);
    const [, known] = this.#kept.get(key) ?? [];
    if (known !== undefined) return known;
    const begun = this.#begin();
    this.#kept.set(key, [labels, begun]);
    return begun;
  }

  all(): Iterable<readonly [Labels, Kept]> {
    return this.#kept.values();
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function braced(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
