import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PortError } from '../../functions/core/kernel/errors.ts';

/** Others may pass through the state directory (Postgres runs under a uid of its own) but not list it. */
const HOME_MODE = 0o711;
/** https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

/** A connection that nobody refers to is collected and closed, and its lock with it. */
const held = new Set<DatabaseSync>();

export interface StateLock {
  release(): void;
}

function ownerOf(home: string): string {
  try {
    return ` (process ${readFileSync(join(home, 'lock.pid'), 'utf8').trim()})`;
  } catch {
    return '';
  }
}

function inUse(home: string, cause: unknown): PortError {
  return new PortError(`${home} is in use by another Baseplane${ownerOf(home)}.`, {
    suggestion: 'Stop it, or set BASEPLANE_HOME to another directory.',
    cause,
  });
}

/**
 * Makes the directory when it is absent and claims it for this process. The claim is SQLite's lock on a file, which
 * the operating system drops with the process, however that ends, and which children do not inherit: no process id to
 * compare, none to be mistaken for another. PortError: in use, or not writable.
 */
export function lockState(home: string): StateLock {
  const file = join(home, 'lock');
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(home, { recursive: true, mode: HOME_MODE });
    db = new DatabaseSync(file, { timeout: 0 });
    db.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
    writeFileSync(join(home, 'lock.pid'), `${process.pid}\n`);
  } catch (error) {
    db?.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY)
      throw inUse(home, error);
    throw new PortError(`${home} cannot be used as the state directory.`, {
      suggestion: 'Check that it is a directory which the user that starts the server may write to.',
      cause: error,
    });
  }
  const lock = db;
  held.add(lock);
  return {
    release() {
      rmSync(join(home, 'lock.pid'), { force: true });
      lock.close();
      held.delete(lock);
    },
  };
}
