import type { AnyAST, IntrospectResult } from '@supabase/lite';
import { describe, expect, test } from 'vitest';
import { planRequest } from './plan-request.ts';
import { WireValue } from './wire-value.ts';
import { isFields } from './written-values.ts';

const column = (name: string, type: string) => ({
  schema: 'public',
  table: 'notes',
  name,
  type,
  pg_type: type,
  nullable: true,
  default_value: null,
  is_primary_key: false,
  ordinal_position: 1,
  collation: '',
  character_maximum_length: null,
  precision: null,
  is_identity: false,
});

const table = (name: string, rows: number) => ({
  schema: 'public',
  name,
  rows,
  type: 'table' as const,
  sql: '',
  engine: '',
  collation: '',
});

const schema: IntrospectResult = {
  tables: [table('notes', 10), table('many', 100_000)],
  columns: [column('id', 'int8'), column('title', 'text'), column('meta', 'jsonb'), column('list', '_jsonb')],
  indexes: [],
  foreign_keys: [],
  primary_keys: [],
  views: [],
  check_constraints: [],
  unique_constraints: [],
  comments: [],
  custom_types: [],
  triggers: [],
  database_name: '',
  version: '',
};

const plan = (ast: AnyAST, body = '') => planRequest({ from: 'notes', ...ast }, schema, body, 1000);
const asTexts = (value: unknown): unknown => {
  if (value instanceof WireValue) return `wire:${value.toString()}`;
  if (Array.isArray(value)) return value.map(asTexts);
  return isFields(value)
    ? Object.fromEntries(Object.entries(value).map(([name, field]) => [name, asTexts(field)]))
    : value;
};

describe('rows to write', () => {
  test('texts go as they are, JSON columns get the value itself', () => {
    const values = { id: '9007199254740993', title: 'true', meta: 'text', list: ['a', { b: 1 }, null] };
    expect(asTexts(plan({ type: 'update', values }).values)).toEqual({
      id: 'wire:9007199254740993',
      title: 'wire:true',
      meta: 'wire:"text"',
      list: ['"a"', '{"b":1}', null],
    });
    expect(
      asTexts(
        plan({
          type: 'insert',
          values: [
            { meta: true, title: { a: 1 } },
            { meta: null, title: null },
          ],
        }).values,
      ),
    ).toEqual([
      { meta: 'wire:true', title: 'wire:{"a":1}' },
      { meta: null, title: null },
    ]);
  });

  test('numbers longer than a double come from the body as it was sent', () => {
    const body = '[{"id":9007199254740993,"meta":{"n":9007199254740993}},{"id":1}]';
    const { values } = plan({ type: 'insert', values: JSON.parse(body) }, body);
    expect(asTexts(values)).toEqual([
      { id: 'wire:9007199254740993', meta: 'wire:{"n":9007199254740993}' },
      { id: 1, meta: null },
    ]);
  });

  test('what a row lacks is null, or the default where that is preferred; an update leaves it', () => {
    const values = [{ id: 1, title: 'a' }, { id: 2 }];
    const columns = ['id', 'title', 'meta'];
    expect(asTexts(plan({ type: 'insert', values, $meta: { columns } }).values)).toEqual([
      { id: 1, title: 'wire:a', meta: null },
      { id: 2, title: null, meta: null },
    ]);
    const preferring = plan({ type: 'insert', values, $meta: { columns, missing: 'default' } }).values;
    expect(Array.isArray(preferring) && Object.keys(preferring[1])).toEqual(columns);
    expect(Array.isArray(preferring) && preferring[1].title).not.toBeNull();
    expect(plan({ type: 'update', values: { id: 1 }, $meta: { columns } }).values).toEqual({ id: 1 });
  });

  test('what is no row is left for lite to refuse', () => {
    const values = [[1], [2]];
    expect(plan({ type: 'insert', values }).values).toBe(values);
  });
});

test('an estimate is a count for tables of one page, a guess for larger ones', () => {
  expect(plan({ type: 'query', $meta: { count: 'estimated' } }).$meta).toEqual({ count: 'exact' });
  expect(plan({ type: 'query', from: 'many', $meta: { count: 'estimated' } }).$meta).toEqual({
    count: 'planned',
  });
  expect(plan({ type: 'query', from: 'many', $meta: { count: 'exact' } }).$meta).toEqual({ count: 'exact' });
});

test('a client does not decide how a transaction ends', () => {
  expect(plan({ type: 'query', $meta: { tx: 'rollback', head: true } }).$meta).toEqual({ head: true });
});

test('a function that takes JSON gets what was sent', () => {
  const functions = [
    {
      schema: 'public',
      name: 'f',
      arg_names: ['j', 't'],
      arg_types: ['jsonb', 'text'],
      arg_defaults: 0,
      has_variadic: false,
      volatility: 'v',
      return_type: 'void',
      return_is_setof: false,
      return_typtype: 'p',
      has_out_args: false,
    },
  ];
  const call = (args: object, httpMethod: 'GET' | 'POST' = 'POST') =>
    planRequest({ type: 'rpc', function: 'f', httpMethod, args }, { ...schema, functions }, '', 1000).args;
  expect(call({ j: { a: 1 }, t: 'x' })).toEqual({ j: '{"a":1}', t: 'x' });
  expect(call({ j: 'text', t: null })).toEqual({ j: '"text"', t: null });
  expect(call({ j: null })).toEqual({ j: null });
  expect(call({ j: '{"a":1}' }, 'GET')).toEqual({ j: '{"a":1}' });
});
