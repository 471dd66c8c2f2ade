import { z } from 'zod';
import type { Clock } from '../kernel/clock.port.ts';
import type { DomainError } from '../kernel/errors.ts';
import { type ProjectRef, projectRefSchema } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Table, Write } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import { runQuery } from './run-query.ts';

/** Supabase's. */
const OVERRIDE_MS = 15 * 60 * 1000;

export type ReadOnlyPorts = Pick<ProjectPorts, 'databases'> & {
  readonly table: Table;
  readonly clock: Clock;
};

const overrideSchema = z.object({ ref: projectRefSchema, until: z.iso.datetime() });

/** All in one place, so that those whose time is over are found without looking at every project. */
const OVERRIDES = 'READ_ONLY_OVERRIDES';
const overrideKey = (ref: ProjectRef) => ({ pk: OVERRIDES, sk: ref });

export interface ReadOnlyState {
  /** Whether sessions begin read-only, or would if that were not overridden. */
  readonly enabled: boolean;
  readonly overrideUntil: string | undefined;
}

export async function readOnlyState(
  project: Project,
  ports: ReadOnlyPorts,
): Promise<Result<ReadOnlyState, DomainError>> {
  const item = await ports.table.get(overrideKey(project.ref));
  if (item !== undefined) return ok({ enabled: true, overrideUntil: overrideSchema.parse(item.data).until });
  const sql = "select current_setting('default_transaction_read_only') as setting";
  const read = await runQuery(project, { sql, readOnly: false }, ports);
  return read.ok ? ok({ enabled: read.value[0]?.['setting'] === 'on', overrideUntil: undefined }) : read;
}

/** Lets new sessions write for a while. Where they may anyway there is nothing to do. */
export async function overrideReadOnly(
  project: Project,
  actor: Actor,
  ports: ReadOnlyPorts,
): Promise<Result<undefined, DomainError>> {
  const state = await readOnlyState(project, ports);
  if (!state.ok) return state;
  if (!state.value.enabled) return ok(undefined);
  const { ref, organization } = project;
  const at = ports.clock.now();
  const until = new Date(at.getTime() + OVERRIDE_MS).toISOString();
  const audit = { organization, action: 'project.read_only.override', subject: ref, actor, at };
  // Kept before it is done: what ends it must know of it.
  await ports.table.write([overrideWrite(ref, until), auditWrite({ ...audit, details: { until } })]);
  // The session that does it begins read-only itself.
  const sql = `begin read write; ${settingSql('off')}; commit`;
  const done = await runQuery(project, { sql, readOnly: false }, ports);
  return done.ok ? ok(undefined) : done;
}

/** Has sessions begin read-only from now on, or no more. An override stands until it ends, unless there is nothing left to override. */
export async function setReadOnly(
  project: Project,
  value: 'on' | 'off',
  ports: ReadOnlyPorts,
): Promise<Result<undefined, DomainError>> {
  const state = await readOnlyState(project, ports);
  if (!state.ok) return state;
  const { enabled, overrideUntil } = state.value;
  if (value === 'on' ? enabled : !enabled) return ok(undefined);
  const sql = `begin read write; ${settingSql(value)}; ${END_OTHERS}; commit`;
  const done = await runQuery(project, { sql, readOnly: false }, ports);
  if (!done.ok) return done;
  if (overrideUntil !== undefined) {
    await ports.table.write([{ kind: 'delete', key: overrideKey(project.ref), if: 'any' }]);
  }
  return ok(undefined);
}

/**
 * A session keeps what it began with: those of the services are ended, and begun again at once. On a shared server the
 * owner of a database may end none but those of its own roles.
 */
const END_OTHERS = `select pg_terminate_backend(pid) from pg_stat_activity join pg_roles on pg_roles.oid = usesysid
  where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
    and not rolsuper and (pg_has_role('pg_signal_backend', 'usage') or pg_has_role(usesysid, 'usage'))`;

function overrideWrite(ref: ProjectRef, until: string): Write {
  return { kind: 'put', if: 'any', item: { ...overrideKey(ref), data: { ref, until } } };
}

function settingSql(value: 'on' | 'off'): string {
  return `do $$ begin
    execute format('alter database %I set default_transaction_read_only = ${value}', current_database());
  end $$`;
}

export interface DueOverride {
  readonly ref: ProjectRef;
  readonly version: number;
}

/** The overrides whose time is over. */
export async function dueOverrides({ table, clock }: Omit<ReadOnlyPorts, 'databases'>) {
  const now = clock.now().toISOString();
  const due: DueOverride[] = [];
  let cursor: string | undefined;
  do {
    const page = await table.query({ pk: OVERRIDES, ...(cursor === undefined ? {} : { cursor }) });
    for (const { data, version } of page.items) {
      const { ref, until } = overrideSchema.parse(data);
      if (until <= now) due.push({ ref, version });
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return due;
}

/** Makes sessions begin read-only again; `project` is undefined where it is gone. */
export async function endOverride(
  { ref, version }: DueOverride,
  project: Project | undefined,
  ports: ReadOnlyPorts,
): Promise<Result<undefined, DomainError>> {
  if (project !== undefined) {
    const done = await runQuery(project, { sql: settingSql('on'), readOnly: false }, ports);
    if (!done.ok) return done;
  }
  await ports.table.write([{ kind: 'delete', key: overrideKey(ref), if: { version } }]);
  return ok(undefined);
}
