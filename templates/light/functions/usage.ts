import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What a process has taken from the machine; read from outside, since one that loops answers no question. */
export interface Usage {
  readonly cpuMs: number;
  /** Memory that is its own: not the pages of the program, which all processes share. */
  readonly memoryBytes: number;
}

/** Linux reports CPU time in hundredths of a second, whatever its clock's real rate is. */
const TICK_MS = 10;

/** Undefined when the process is gone. */
export async function readUsage(pid: number): Promise<Usage | undefined> {
  try {
    return process.platform === 'linux' ? await readProc(pid) : await askPs(pid);
  } catch (error) {
    // ESRCH: it ended between the opening and the reading of its file; 1 is how ps says that there is none.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 1) return undefined;
    throw error;
  }
}

async function readProc(pid: number): Promise<Usage> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  // Fields are counted from behind the program's name, which may hold spaces: utime and stime are the 12th and 13th.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(status) ?? [];
  return { cpuMs: (Number(user) + Number(system)) * TICK_MS, memoryBytes: Number(kilobytes) * 1024 };
}

async function askPs(pid: number): Promise<Usage> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'time=,rss=', '-p', String(pid)], {
    env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' },
  });
  const [time = '', kilobytes] = stdout.trim().split(/\s+/);
  // [hours:]minutes:seconds.hundredths
  const seconds = time.split(':').reduce((total, part) => total * 60 + Number(part), 0);
  return { cpuMs: seconds * 1000, memoryBytes: Number(kilobytes) * 1024 };
}
