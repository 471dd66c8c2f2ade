import { readFileSync, readdirSync } from 'node:fs';

/** Every process whose arguments mention the state directory, found without asking the cloud. Linux only. */
export function processesOf(home: string): readonly { readonly pid: number; readonly args: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), args: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ') }))
    .filter(({ args }) => args.includes(home));
}

/** Arguments of every process there is. */
export function allArguments(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' '))
    .join('\n');
}

/** Environment of every process there is that may be read. */
export function allEnvironments(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => read(`/proc/${pid}/environ`))
    .join('\n');
}

/** Proportional set size in MB, which counts shared pages once; of the process and all its descendants. */
export function memoryOf(pid: number): number {
  const kilobytes = Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter(
      (name) => / \S+ (\d+) /.exec(read(`/proc/${name}/stat`).replace(/^.*\)/, ''))?.[1] === String(pid),
    )
    .map((name) => memoryOf(Number(name)));
  return kilobytes / 1024 + children.reduce((sum, each) => sum + each, 0);
}

/** A process that ends while it is looked at leaves nothing to read. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
