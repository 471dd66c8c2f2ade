import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { codeOf } from './failures.ts';

export interface ProcessEntry {
  readonly pid: number;
  /** Tells this process from a later one that got the same pid. */
  readonly started: string;
  /** The whole command line, joined by spaces; a process may have rewritten it. */
  readonly command: string;
}

/** The living processes of the machine, but for this one. */
export async function listProcesses(): Promise<readonly ProcessEntry[]> {
  const entries = process.platform === 'linux' ? readProc() : await askPs();
  return entries.filter((entry) => entry.pid !== process.pid);
}

/** Signals the process unless it has ended meanwhile, even when its pid belongs to another one by now. */
export async function signalEntry(entry: ProcessEntry, signal: NodeJS.Signals): Promise<void> {
  if (!(await isAlive(entry))) return;
  try {
    process.kill(entry.pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

export async function isAlive(entry: ProcessEntry): Promise<boolean> {
  const now =
    process.platform === 'linux'
      ? readEntry(entry.pid)
      : (await askPs()).find((other) => other.pid === entry.pid);
  return now?.started === entry.started;
}

function readProc(): readonly ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readEntry(Number(name)) ?? []);
}

/** Reading /proc takes no disk and no waiting, so it is done without leaving the thread. */
function readEntry(pid: number): ProcessEntry | undefined {
  try {
    // The name in parentheses may hold spaces and parentheses itself; the state and the rest follow the last one.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const started = fields[19];
    if (started === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trimEnd();
    return { pid, started, command };
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

async function askPs(): Promise<readonly ProcessEntry[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,lstart=,args='], {
    env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' },
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout.split('\n').flatMap((line) => {
    // lstart is five words: Thu Jan  1 00:00:00 2026
    const [, pid, started, command] = /^\s*(\d+)\s+((?:\S+\s+){4}\d{4})\s+(.*)$/.exec(line) ?? [];
    return pid === undefined || started === undefined || command === undefined
      ? []
      : [{ pid: Number(pid), started, command }];
  });
}
