import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second, whatever the kernel's own clock. */
const MICROSECONDS_PER_TICK = 10_000;

/** Fields of /proc/<pid>/stat after the name, which may hold blanks itself. */
function statOf(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** CPU time that a process has used so far, in microseconds. */
export function cpuOf(pid: number): number {
  const [user, system] = statOf(pid).slice(11, 13).map(Number);
  return ((user ?? 0) + (system ?? 0)) * MICROSECONDS_PER_TICK;
}

/** The same of all that it has started and that still runs. */
export function cpuOfChildren(pid: number): number {
  const children = readdirSync('/proc')
    .map(Number)
    .filter((candidate) => Number.isInteger(candidate) && isChild(candidate, pid));
  return children.reduce((sum, child) => sum + cpuOf(child), 0);
}

function isChild(candidate: number, parent: number): boolean {
  try {
    return statOf(candidate)[1] === String(parent);
  } catch {
    // It has ended since the folder was listed.
    return false;
  }
}

/** Memory that a process occupies, in megabytes. */
export function memoryOf(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
