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

  counter(name: string, help: string): Counter {
    const series = new Series();
    this.#families.push(async () => family(name, 'counter', help, series.samples()));
    return { add: (labels, by = 1) => series.add(labels, by) };
  }

  /** What is asked for when somebody looks; what fails to answer then has no samples. */
  gauge(name: string, help: string, read: Reader): void {
    this.#families.push(async () => family(name, 'gauge', help, await asked(read)));
  }

  /** A counter that somebody else keeps. */
  total(name: string, help: string, read: Reader): void {
    this.#families.push(async () => family(name, 'counter', help, await asked(read)));
  }

  /** `bounds` ascend; a last bucket without bound is always there. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    const [buckets, sums, counts] = [new Series(), new Series(), new Series()];
    this.#families.push(
      async () =>
        family(name, 'histogram', help, buckets.samples(), '_bucket') +
        lines(`${name}_sum`, sums.samples()) +
        lines(`${name}_count`, counts.samples()),
    );
    return {
      observe(labels, value) {
        for (const bound of bounds) buckets.add({ ...labels, le: String(bound) }, value <= bound ? 1 : 0);
        buckets.add({ ...labels, le: '+Inf' }, 1);
        sums.add(labels, value);
        counts.add(labels, 1);
      },
    };
  }

  async text(): Promise<string> {
    return (await Promise.all(this.#families.map((write) => write()))).join('');
  }
}

async function asked(read: Reader): Promise<Iterable<Sample>> {
  try {
    return await read();
  } catch {
    return [];
  }
}

/** Values by labels. */
class Series {
  readonly #values = new Map<string, { labels: Labels; value: number }>();

  add(labels: Labels, by: number): void {
    const key = JSON.stringify(labels);
    const known = this.#values.get(key);
    if (known === undefined) this.#values.set(key, { labels, value: by });
    else known.value += by;
  }

  *samples(): Iterable<Sample> {
    for (const { labels, value } of this.#values.values()) yield [labels, value];
  }
}

function family(name: string, type: string, help: string, samples: Iterable<Sample>, suffix = ''): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines(name + suffix, samples)}`;
}

function lines(name: string, samples: Iterable<Sample>): string {
  return Array.from(samples, ([labels, value]) => `${name}${braced(labels)} ${value}\n`).join('');
}

function braced(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
