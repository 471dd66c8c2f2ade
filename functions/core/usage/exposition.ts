/** A sample of Prometheus's text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** The samples of a page in Prometheus's text format; what is none is passed over. */
export function readExposition(page: string): readonly Sample[] {
  return page.split('\n').flatMap((line) => {
    const [, name, labels = '', number] = LINE.exec(line) ?? [];
    const value = Number(number);
    if (name === undefined || !Number.isFinite(value)) return [];
    const read = Array.from(
      labels.matchAll(LABEL),
      ([, key = '', text = '']) => [key, unescaped(text)] as const,
    );
    return [{ name, labels: Object.fromEntries(read), value }];
  });
}

const unescaped = (text: string) =>
  text.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));

/** Over all its labels; undefined: there is no such metric. */
export function sumOf(samples: readonly Sample[], name: string): number | undefined {
  const found = samples.filter((sample) => sample.name === name);
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}

/** All samples of one name, with what they mean. */
export interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: readonly Omit<Sample, 'name'>[];
}

/** As Prometheus reads it, in its text format. */
export function writeExposition(families: readonly Family[]): string {
  return families
    .flatMap(({ name, type, help, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(({ labels, value }) => `${name}${braced(labels)} ${value}`),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

function braced(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (text: string) =>
  text.replaceAll(/[\\"\n]/g, (each) => (each === '\n' ? '\\n' : `\\${each}`));
