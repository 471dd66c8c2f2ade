import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { PortError } from '../../core/kernel/errors.ts';
import { isBusy, translateSqliteError } from './errors.ts';

/** Each entry takes a file from the version that is its position to the next one. Only ever append. */
const MIGRATIONS = [
  `CREATE TABLE items (
     pk TEXT NOT NULL,
     sk TEXT NOT NULL,
     version INTEGER NOT NULL,
     index1pk TEXT,
     index1sk TEXT,
     index2pk TEXT,
     index2sk TEXT,
     expires_at INTEGER,
     data TEXT NOT NULL,
     PRIMARY KEY (pk, sk)
   ) STRICT;
   CREATE INDEX index1 ON items (index1pk, index1sk, pk, sk) WHERE index1pk IS NOT NULL;
   CREATE INDEX index2 ON items (index2pk, index2sk, pk, sk) WHERE index2pk IS NOT NULL;
   CREATE INDEX expiry ON items (expires_at) WHERE expires_at IS NOT NULL;`,
] as const;

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
}

function migrate(db: DatabaseSync): void {
  db.exec('BEGIN IMMEDIATE');
  for (const migration of MIGRATIONS.slice(versionOf(db))) db.exec(migration);
  db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  db.exec('COMMIT');
}

function prepareFile(db: DatabaseSync, path: string): void {
  const version = versionOf(db);
  if (version > MIGRATIONS.length) {
    throw new PortError(
      `${path} has version ${version}, and this program knows none above ${MIGRATIONS.length}.`,
      {
        suggestion: 'Start a newer Baseplane, or name another state directory.',
      },
    );
  }
  // FULL makes an acknowledged write survive a power cut; NORMAL would lose the last ones in WAL mode.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  if (version < MIGRATIONS.length) migrate(db);
}

/**
 * Opens the file, makes it when it is absent and brings it to this program's version.
 * PortError: of a newer version, locked by another process, not writable, damaged.
 */
export function openDatabase(path: string, busyTimeoutMs: number): DatabaseSync {
  try {
    // SQLite would make it as readable as the umask lets it.
    if (path !== ':memory:' && !existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw new PortError(`${path} cannot be created.`, {
      suggestion: 'Check that its folder is there and may be written to.',
      cause: error,
    });
  }
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: busyTimeoutMs });
    prepareFile(db, path);
    return db;
  } catch (error) {
    db?.close();
    if (!isBusy(error)) throw translateSqliteError(error, path);
    throw new PortError(`${path} is locked by another process.`, {
      suggestion: 'Stop the other process, or name another state directory.',
      cause: error,
    });
  }
}
