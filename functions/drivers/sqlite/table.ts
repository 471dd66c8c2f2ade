import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Clock } from '../../core/kernel/clock.port.ts';
import type { Result } from '../../core/kernel/result.ts';
import { err, ok } from '../../core/kernel/result.ts';
import { pageOf, startOf } from '../../core/kernel/table-page.ts';
import { itemOf, rowOf } from '../../core/kernel/table-row.ts';
import { checkKey, checkRange, checkWrites, nextVersion, secondsOf } from '../../core/kernel/table-rules.ts';
import type {
  Condition,
  ConditionFailed,
  IndexName,
  Item,
  Key,
  Page,
  Range,
  Table,
  Write,
} from '../../core/kernel/table.port.ts';
import { openDatabase } from './database.ts';
import { translateSqliteError } from './errors.ts';
import { ItemCache } from './item-cache.ts';
import { afterPrefix } from './prefix.ts';
import type { Source } from './statements.ts';
import { DELETE_ITEM, PURGE, PUT_ITEM, SELECT_ITEM, SELECT_VERSION, selectRange } from './statements.ts';

const BUSY_TIMEOUT_MS = 5_000;

/** SQLite orders every blob after every text, so an empty one ends a range that has no end. */
const AFTER_ALL_TEXT = new Uint8Array();

export interface SqliteTable extends Table {
  /** Removes the items that are past their `expires_at`; how many. */
  purgeExpired(): number;
  close(): void;
}

function holds(condition: Condition, version: unknown): boolean {
  if (condition === 'any') return true;
  return condition === 'absent' ? version === undefined : version === condition.version;
}

/**
 * `path` may be `:memory:`. Nobody else may write the file meanwhile: what this process reads, it remembers. Errors of
 * opening are those of `openDatabase`.
 */
export function openSqliteTable(options: {
  readonly path: string;
  readonly clock: Clock;
  readonly busyTimeoutMs?: number;
}): SqliteTable {
  const { path, clock } = options;
  const db = openDatabase(path, options.busyTimeoutMs ?? BUSY_TIMEOUT_MS);
  const prepare = preparer(db);
  const now = (): number => secondsOf(clock.now());
  const cache = new ItemCache();

  function translated<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw translateSqliteError(error, path);
    }
  }

  function list(source: Source, range: Range, index?: IndexName): Page {
    const limit = checkRange(range);
    const prefix = range.prefix ?? '';
    const start = startOf(range, index);
    const reverse = range.reverse ?? false;
    const bounds: SQLInputValue[] = [prefix, afterPrefix(prefix) ?? AFTER_ALL_TEXT];
    if (start) bounds.splice(reverse ? 1 : 0, 1, ...start);
    const statement = prepare(selectRange(source, { reverse, continued: start !== undefined }));
    const rows = translated(() => statement.all(range.pk, ...bounds, now(), limit + 1));
    return pageOf(rows.map(itemOf), limit, index);
  }

  function read(key: Key): Item | undefined {
    const known = cache.get(key);
    if (known !== undefined) {
      return known.expires_at === undefined || known.expires_at > now() ? known : undefined;
    }
    const row = prepare(SELECT_ITEM).get(key.pk, key.sk, now());
    const item = row && itemOf(row);
    if (item !== undefined) cache.put(item);
    return item;
  }

  function apply(write: Write): void {
    cache.forget(write.kind === 'put' ? write.item : write.key);
    if (write.kind === 'delete') prepare(DELETE_ITEM).run(write.key.pk, write.key.sk);
    if (write.kind === 'put') prepare(PUT_ITEM).run(rowOf(write.item, nextVersion(write)));
  }

  function transact(writes: readonly Write[]): Result<void, ConditionFailed> {
    const at = now();
    db.exec('BEGIN IMMEDIATE');
    try {
      const failed = writes.findIndex((write) => {
        const key = write.kind === 'put' ? write.item : write.key;
        return !holds(write.if, prepare(SELECT_VERSION).get(key.pk, key.sk, at)?.['version']);
      });
      if (failed < 0) writes.forEach(apply);
      db.exec('COMMIT');
      return failed < 0 ? ok(undefined) : err({ code: 'condition_failed', write: failed });
    } finally {
      if (db.isTransaction) db.exec('ROLLBACK');
    }
  }

  return {
    async get(key) {
      checkKey(key);
      return translated(() => read(key));
    },
    async query(range) {
      return list('table', range);
    },
    async queryIndex(index, range) {
      return list(index, range, index);
    },
    async write(writes) {
      checkWrites(writes);
      return translated(() => transact(writes));
    },
    purgeExpired: () => translated(() => Number(prepare(PURGE).run(now()).changes)),
    close: () => db.close(),
  };
}

/** A statement is compiled once; the set of texts is small and fixed. */
function preparer(db: DatabaseSync): (sql: string) => StatementSync {
  const statements = new Map<string, StatementSync>();
  return (sql) => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = db.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
}
