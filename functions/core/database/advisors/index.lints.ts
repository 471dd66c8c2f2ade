import type { Lint } from './lint.ts';

/** Indexes and keys: those that are missing, and those that are too many. */
export const INDEX_LINTS: readonly Lint[] = [
  {
    name: 'unindexed_foreign_keys',
    number: '0001',
    title: 'Unindexed foreign keys',
    level: 'INFO',
    category: 'PERFORMANCE',
    description:
      'A foreign key has no index: deleting a referenced row, and joining by the key, reads the whole table.',
    remediation: 'Create an index that begins with the columns of the key.',
    sql: `
      select schema, relname as name, 'table' as type, concat_ws('_', schema, relname, conname) as key,
        jsonb_build_object('fkey_name', conname, 'fkey_columns', conkey) as foreign_key,
        format('Table \`%s.%s\` has a foreign key \`%s\` without a covering index.', schema, relname, conname)
          as detail
      from relation join pg_catalog.pg_constraint k on k.conrelid = relation.oid
      where contype = 'f' and conparentid = 0
        and not exists (
          select from pg_catalog.pg_index i
          where i.indrelid = k.conrelid and i.indisvalid and i.indpred is null
            and (string_to_array(i.indkey::text, ' ')::int2[])[1:cardinality(conkey)] @> conkey
        )`,
  },
  {
    name: 'unused_index',
    number: '0005',
    title: 'Unused Index',
    level: 'INFO',
    category: 'PERFORMANCE',
    description: 'An index has never been used since statistics are kept; every write keeps it up to date.',
    remediation: 'Drop the index, unless a query that is yet to come needs it.',
    sql: `
      select schema, relation.relname as name, 'table' as type,
        concat_ws('_', schema, relation.relname, s.indexrelname) as key, null::jsonb as foreign_key,
        format('Index \`%s\` on table \`%s.%s\` has not been used.', s.indexrelname, schema, relation.relname)
          as detail
      from relation
        join pg_catalog.pg_stat_user_indexes s on s.relid = relation.oid
        join pg_catalog.pg_index i on i.indexrelid = s.indexrelid
      where s.idx_scan = 0 and not i.indisunique and not i.indisreplident`,
  },
  {
    name: 'duplicate_index',
    number: '0009',
    title: 'Duplicate Index',
    level: 'WARN',
    category: 'PERFORMANCE',
    description: 'Two or more indexes of a table are the same but for their names.',
    remediation: 'Drop all of them but one.',
    sql: `
      select schema, relation.relname as name, 'table' as type,
        concat_ws('_', schema, relation.relname, string_agg(c.relname, '_' order by c.relname)) as key,
        null::jsonb as foreign_key,
        format('Table \`%s.%s\` has identical indexes: %s.', schema, relation.relname,
          string_agg(c.relname, ', ' order by c.relname)) as detail
      from relation
        join pg_catalog.pg_index i on i.indrelid = relation.oid
        join pg_catalog.pg_class c on c.oid = i.indexrelid
      group by schema, relation.relname, replace(pg_get_indexdef(c.oid), quote_ident(c.relname) || ' ON', '')
      having count(*) > 1`,
  },
  {
    name: 'no_primary_key',
    number: '0004',
    title: 'No Primary Key',
    level: 'INFO',
    category: 'PERFORMANCE',
    description:
      'A table has no primary key: its rows cannot be told apart, found fast or replicated one by one.',
    remediation: 'Add a primary key to the table.',
    sql: `
      select schema, relname as name, 'table' as type, concat_ws('_', schema, relname) as key, null::jsonb as foreign_key,
        format('Table \`%s.%s\` does not have a primary key.', schema, relname) as detail
      from relation
      where relkind in ('r', 'p') and not relispartition
        and not exists (
          select from pg_catalog.pg_index i where i.indrelid = relation.oid and i.indisprimary
        )`,
  },
];
