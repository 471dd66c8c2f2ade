import { DatabaseError } from 'pg';
import type { Sql } from '../../database/sql.ts';
import type { ChangesWanted } from '../ports.ts';
import type { Caller, CallerSessions } from '../rights/caller-sessions.ts';
import { conditionOf, TRUTHS } from './condition.ts';
import { ANY } from './entry.ts';
import { type Filter, parseFilters } from './filter.ts';
import { readTable, type Table } from './table.ts';

/** What Realtime allows in one `in`. */
const MOST_VALUES = 100;

/** A wish that can be granted, or why it cannot, in Realtime's words. */
export type Wish =
  | {
      readonly ok: true;
      readonly schema: string;
      readonly table: string;
      readonly filters: readonly Filter[];
      readonly select: readonly string[] | undefined;
    }
  | { readonly ok: false; readonly reason: string };

/** Names of errors of Postgres by their SQLSTATE, as far as the values of filters lead to them. */
const CONDITIONS: Readonly<Record<string, string>> = {
  '22003': 'numeric_value_out_of_range',
  '22007': 'invalid_datetime_format',
  '22008': 'datetime_field_overflow',
  '22P02': 'invalid_text_representation',
  '42501': 'insufficient_privilege',
  '42704': 'undefined_object',
  '42883': 'undefined_function',
};

export async function judgeWish(
  wanted: ChangesWanted,
  caller: Caller,
  { sql, sessions }: { readonly sql: Sql; readonly sessions: CallerSessions },
): Promise<Wish> {
  const { schema, table = ANY, select } = wanted;
  const parsed = parseFilters(wanted.filter ?? '');
  if (!parsed.ok) return { ok: false, reason: parsed.problem };
  const { filters } = parsed;
  const refused = (problem: string) =>
    `Unable to subscribe to changes with given parameters. ${problem}: [${printed(wanted, filters)}]`;
  if (select !== undefined && (schema === ANY || table === ANY))
    return {
      ok: false,
      reason:
        'Column selection is not supported for wildcard subscriptions. Provide an explicit schema and table name.',
    };
  const oids = await sql<{ oid: number }[]>`
    select c.oid::int8::float8 as oid
    from pg_publication_tables p
      join pg_namespace n on n.nspname = p.schemaname
      join pg_class c on c.relnamespace = n.oid and c.relname = p.tablename
    where p.pubname = 'supabase_realtime'
      and ${schema}::text in (p.schemaname, ${ANY}::text) and ${table}::text in (p.tablename, ${ANY}::text)`;
  if (oids.length === 0) {
    const reason = refused('Please check Realtime is enabled for the given connect parameters');
    return { ok: false, reason };
  }
  if (filters.length > 0 || select !== undefined) {
    for (const { oid } of oids) {
      const found = await readTable(sql, oid, [caller.role]);
      const problem = found && (await problemIn(found, { filters, select }, caller, sessions));
      if (problem === undefined) continue;
      const words = 'An exception happened so please check your connect parameters';
      return { ok: false, reason: `${refused(words)}. Exception: ${problem}` };
    }
  }
  return { ok: true, schema, table, filters, select };
}

async function problemIn(
  table: Table,
  {
    filters,
    select,
  }: { readonly filters: readonly Filter[]; readonly select: readonly string[] | undefined },
  caller: Caller,
  sessions: CallerSessions,
): Promise<string | undefined> {
  const selectable = table.selectable.get(caller.role);
  for (const filter of filters) {
    const column = table.columns.find(({ name }) => name === filter.column);
    if (column === undefined || !selectable?.has(column.name))
      return raised(`invalid column for filter ${filter.column}`);
    if (filter.operator === 'is') {
      if (!TRUTHS.includes(filter.value))
        return raised('invalid value for is filter: must be null, true, false, or unknown');
      if (filter.value !== 'null' && column.type !== 'bool')
        return raised(`is ${filter.value} filter requires a boolean column, got ${column.type}`);
    }
    try {
      const [row] = await sessions.read(caller, probeOf(filter, column));
      if (Number(row?.['count']) > MOST_VALUES)
        return raised(`too many values for \`in\` filter. Maximum ${MOST_VALUES}`);
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      const { code = '', message } = error;
      if (code === '2201B')
        return raised(`invalid regular expression for ${filter.operator} filter: ${message}`);
      if (code === '42883')
        return raised(
          `operator ${filter.operator} is not supported on column ${column.name} of type ${column.type}: ${message}`,
        );
      return `ERROR ${code} (${CONDITIONS[code] ?? 'error'}) ${message}`;
    }
  }
  const unknown = select?.find((name) => !selectable?.has(name));
  return unknown === undefined ? undefined : raised(`invalid column for select ${unknown}`);
}

function raised(message: string): string {
  return `ERROR P0001 (raise_exception) ${message}`;
}

/** Whether Postgres can read the value and compare with it. */
function probeOf(filter: Filter, column: Table['columns'][number]) {
  const { operator, value } = filter;
  // Something to match with, since nothing is matched with null, not even to see that the pattern is none.
  const text = operator === 'match' || operator === 'imatch' ? `''` : 'null';
  const condition = conditionOf(filter, column, text, '$1');
  if (operator === 'is') return { text: `select ${condition} as probe` };
  const count = operator === 'in' ? `cardinality($1::${column.sqlArray})` : '1';
  return { text: `select ${condition} as probe, ${count} as count`, values: [value] };
}

/** The parameters as Realtime's language prints them. */
function printed(wanted: ChangesWanted, filters: readonly Filter[]): string {
  const list = filters.map(
    ({ column, operator, value, isNegated }) =>
      `{${[column, operator, value].map((each) => JSON.stringify(each)).join(', ')}, ${isNegated}}`,
  );
  const select = wanted.select === undefined ? 'nil' : JSON.stringify(wanted.select);
  return [
    `event: ${wanted.event}`,
    `schema: ${wanted.schema}`,
    `table: ${wanted.table ?? ANY}`,
    `filters: [${list.join(', ')}]`,
    `select: ${select}`,
  ].join(', ');
}
