import type { IntrospectResult } from '@supabase/lite';
import { schemaOfType } from './types.ts';

type Column = IntrospectResult['columns'][number];

const READ_PARAMETERS = ['select', 'order', 'limit', 'offset'].map((name) => ({
  name,
  in: 'query',
  type: 'string',
  required: false,
}));

export function tablePaths(content: IntrospectResult): Record<string, object> {
  return Object.fromEntries(
    relationNames(content).map((table) => {
      const filters = columnsOf(content, table).map(({ name }) => ({
        name,
        in: 'query',
        type: 'string',
        required: false,
      }));
      const row = { $ref: `#/definitions/${table}` };
      const body = { name: table, in: 'body', required: false, schema: row };
      const rows = { '200': { description: 'OK', schema: { type: 'array', items: row } } };
      const done = { '204': { description: 'No Content' } };
      const tags = [table];
      return [
        `/${table}`,
        {
          get: { tags, parameters: [...filters, ...READ_PARAMETERS], responses: rows },
          post: { tags, parameters: [body], responses: { '201': { description: 'Created' } } },
          patch: { tags, parameters: [...filters, body], responses: done },
          delete: { tags, parameters: filters, responses: done },
        },
      ];
    }),
  );
}

export function tableDefinitions(content: IntrospectResult): Record<string, object> {
  return Object.fromEntries(
    relationNames(content).map((table) => {
      const columns = columnsOf(content, table);
      return [
        table,
        {
          type: 'object',
          required: columns.filter(({ nullable }) => !nullable).map(({ name }) => name),
          properties: Object.fromEntries(
            columns.map((column) => [column.name, describeColumn(content, column)]),
          ),
        },
      ];
    }),
  );
}

function describeColumn({ foreign_keys: keys }: IntrospectResult, column: Column): object {
  const key = keys.find(({ table, column: name }) => table === column.table && name === column.name);
  const notes = [
    ...(column.is_primary_key ? ['This is a Primary Key.<pk/>'] : []),
    ...(key === undefined
      ? []
      : [
          `This is a Foreign Key to \`${key.ref_table}.${key.ref_column}\`.<fk table='${key.ref_table}' column='${key.ref_column}'/>`,
        ]),
  ];
  return {
    ...schemaOfType(column.type),
    ...(column.default_value === null || column.default_value === undefined
      ? {}
      : { default: column.default_value }),
    ...(notes.length === 0 ? {} : { description: `Note:\n${notes.join('\n')}` }),
  };
}

function relationNames({ tables, views }: IntrospectResult): string[] {
  return [...new Set([...tables, ...views].map(({ name }) => name))].toSorted();
}

function columnsOf({ columns }: IntrospectResult, table: string): Column[] {
  return columns.filter((column) => column.table === table);
}
