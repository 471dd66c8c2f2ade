/** Names and values as SQL holds them, whatever they hold. */
export const quoteName = (name: string) => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** What completion offers. */
export const COLUMNS_SQL = `select c.table_schema as schema, c.table_name as table,
  array_agg(c.column_name::text order by c.ordinal_position) as columns
from information_schema.columns c
where c.table_schema not in ('pg_catalog', 'information_schema')
group by 1, 2 order by 1, 2`;

/** Marks a run, so that it is found among those that are under way. At the end, so that positions in errors hold. */
export const marked = (sql: string, mark: string) => `${sql}\n/* run ${mark} */`;

export const cancelSql = (mark: string) =>
  `select pg_cancel_backend(pid) from pg_stat_activity
where query like ${quoteText(`%/* run ${mark} */`)} and pid <> pg_backend_pid()`;
