import { literalOf } from '../sql-literal.ts';
import { HISTORY } from './history.ts';

export interface NewMigration {
  readonly query: string;
  readonly name?: string | undefined;
  readonly rollback?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly createdBy: string;
  /** Its version, unless that is taken. */
  readonly at: Date;
}

/** Any number, as long as all who change the history agree on it. */
const LOCK_KEY = 7_225_966_512;

/** Held until the transaction ends. In a block, for some servers cannot send what the function returns. */
export const LOCK = `do $lock$ begin perform pg_catalog.pg_advisory_xact_lock(${LOCK_KEY}); end $lock$`;

export const COMPLETE_HISTORY = [
  'create schema if not exists supabase_migrations',
  `create table if not exists ${HISTORY} (version text not null primary key)`,
  `alter table ${HISTORY} add column if not exists statements text[]`,
  `alter table ${HISTORY} add column if not exists name text`,
  `alter table ${HISTORY} add column if not exists created_by text`,
  `alter table ${HISTORY} add column if not exists idempotency_key text unique`,
  `alter table ${HISTORY} add column if not exists rollback text[]`,
] as const;

/** More migrations of one second than this are refused. */
const SPARE_VERSIONS = 1000;

export const textsLiteral = (texts: readonly string[] | null | undefined) =>
  `${literalOf(texts ?? null)}::text[]`;
export const statementsLiteral = (text: string | undefined) =>
  textsLiteral(text === undefined ? null : [text]);
export const textLiteral = (text: string | undefined) => `${literalOf(text ?? null)}::text`;

/** Adds the migration, if `condition` holds, under the first version from its instant on that is free. */
export function insertion(migration: NewMigration, condition = 'true', onConflict = ''): string {
  const { query, name, rollback, createdBy, idempotencyKey, at } = migration;
  const version = at.toISOString().replaceAll(/\D/g, '').slice(0, 14);
  return `insert into ${HISTORY} (version, name, statements, rollback, created_by, idempotency_key)
    select free.version, ${textLiteral(name)}, ${statementsLiteral(query)}, ${statementsLiteral(rollback)},
      ${textLiteral(createdBy)}, ${textLiteral(idempotencyKey)}
    from (
      select candidate::text as version
      from pg_catalog.generate_series(${version}, ${version} + ${SPARE_VERSIONS}) as candidate
      where not exists (select from ${HISTORY} taken where taken.version = candidate::text)
      order by candidate limit 1
    ) as free
    where ${condition} ${onConflict}`;
}
