import { expect, test } from 'vitest';
import { planRead } from './plan-read.ts';

const columns = new Map([
  ['id', 'int8'],
  ['na"me', 'text'],
  ['name', 'text'],
  ['tags', '_text'],
]);

const planOf = (query: string, single = false) =>
  planRead({
    schema: 'public',
    relation: 'notes',
    columns,
    query: new URLSearchParams(query),
    single,
    maxRows: 100,
  });

const FOUND = 'as _found';
const ALL = `select coalesce(json_agg(_found), '[]')::text, count(*) from (select * from "public"."notes"`;

test.each([
  ['', `${ALL} limit $1) ${FOUND}`, ['100']],
  ['select=*&id=eq.1', `${ALL} where "id" = $1 limit $2) ${FOUND}`, ['1', '100']],
  [
    'id=gte.1&id=not.lt.5',
    `${ALL} where "id" >= $1 and not ("id" < $2) limit $3) ${FOUND}`,
    ['1', '5', '100'],
  ],
  ['name=ilike.*a%25', `${ALL} where "name" ilike $1 limit $2) ${FOUND}`, ['%a%', '100']],
  ['id=in.(1,2)', `${ALL} where "id" = any($1) limit $2) ${FOUND}`, ['{"1","2"}', '100']],
  ['tags=not.is.null', `${ALL} where not ("tags" is null) limit $1) ${FOUND}`, ['100']],
  ['na"me=neq.x', `${ALL} where "na""me" <> $1 limit $2) ${FOUND}`, ['x', '100']],
  [
    'order=id.desc.nullslast,name&limit=5&offset=10',
    `${ALL} order by "notes"."id" desc nulls last, "notes"."name" limit $1 offset $2) ${FOUND}`,
    ['5', '10'],
  ],
  ['limit=500', `${ALL} limit $1) ${FOUND}`, ['100']],
])('%s is one statement', (query, text, values) => {
  expect(planOf(query)).toMatchObject({ text, values });
});

test('columns may have other names, and one row may be an object', () => {
  expect(planOf('select=id,title:name', true)?.text).toBe(
    `select (json_agg(_found) -> 0)::text, count(*) from (select "id", "name" as "title" from "public"."notes" limit $1) ${FOUND}`,
  );
});

test.each([
  'select=id,id',
  'select=id,',
  'select=id,lines(body)',
  'select=id::text',
  'select=data->a',
  'select=count()',
  'select=none',
  'select=id&select=name',
  'none=eq.1',
  'lines.id=eq.1',
  'or=(id.eq.1,id.eq.2)',
  'and=(id.eq.1)',
  'not.or=(id.eq.1)',
  'id=eq."1"',
  'id=like(any).{a}',
  'id=any.1',
  'id=is.not_null',
  'id=in.()',
  'id=in.("a,b",c)',
  'tags=in.({a},{b})',
  'tags=in.(a)',
  'tags=cs.{a}',
  'name=fts.x',
  'order=id.up',
  'order=none',
  'order=lines(id)',
  'limit=-1',
  'limit=x',
  'offset=99999999999',
  'columns=id',
  'on_conflict=id',
])('%s is left to lite', (query) => {
  expect(planOf(query)).toBeUndefined();
});
