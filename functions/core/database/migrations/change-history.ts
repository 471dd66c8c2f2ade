import type { Clock } from '../../kernel/clock.port.ts';
import { characters } from '../../kernel/characters.ts';
import type { DomainError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { type Result, ok } from '../../kernel/result.ts';
import type { Table } from '../../kernel/table.port.ts';
import { auditWrite } from '../../organization/audit.ts';
import type { Actor } from '../../organization/principal.ts';
import type { QueryError } from '../../project/databases.port.ts';
import type { Project } from '../../project/project.ts';
import { type Rows, queryFailed, whileRunning } from '../run-query.ts';
import { type DatabasePorts, isComplete } from './history.ts';
import { COMPLETE_HISTORY, LOCK } from './record.ts';

export interface MigrationPorts extends DatabasePorts {
  readonly table: Table;
  readonly clock: Clock;
}

export interface HistoryChange {
  /** In Supabase's words, for who is told that it failed. */
  readonly what: string;
  /** The user's own SQL, to be run first. */
  readonly sql?: string;
  /** What is then done to the history. */
  readonly record: readonly string[];
  readonly action: string;
  readonly details: JsonObject;
}

/** Runs the user's SQL and records it, both or neither, one change of the history after the other. */
export async function changeHistory(
  project: Project,
  change: HistoryChange,
  actor: Actor,
  ports: MigrationPorts,
): Promise<Result<Rows, DomainError>> {
  const running = whileRunning(project);
  if (!running.ok) return running;
  const complete = await isComplete(project, ports);
  if (!complete.ok) return complete;
  const before = [LOCK, ...(complete.value ? [] : COMPLETE_HISTORY), ''].join(';\n');
  const own = change.sql ?? '';
  // A comment may end the user's SQL, and what it has set the role to must not be who writes the history.
  const after = ['', '', 'reset role', ...change.record].join('\n;\n');
  const sql = `${before}${own}${after}`;
  const result = await ports.databases.query(project.ref, { sql, readOnly: false });
  if (!result.ok) return queryFailed(change.what, own, within(own, characters(before), result.error));
  const { ref, organization } = project;
  const { action, details } = change;
  const audit = { organization, action, subject: ref, actor, at: ports.clock.now(), details };
  await ports.table.write([auditWrite(audit)]);
  return ok(result.value);
}

/** The failure with its place in the user's own SQL, if it is in there. */
export function within(own: string, before: number, { position, ...error }: QueryError): QueryError {
  const place = (position ?? 0) - before;
  return place > 0 && place <= characters(own) + 1 ? { ...error, position: place } : error;
}
