import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { supabaseAdmin } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { openSide, type Side } from './database-side.ts';

/** A type, and values of it that may be misread. What they are in JSON is what to_jsonb says. */
const VALUES: readonly (readonly [type: string, values: readonly string[]])[] = [
  ['boolean', ['true', 'false']],
  ['smallint', ['-32768']],
  ['integer', ['42']],
  ['bigint', ['9007199254740991', '-1']],
  ['numeric', ['1.50', '1e300', '-0.000001', `'NaN'`]],
  ['numeric(10, 2)', ['12.3']],
  ['real', ['1.5', `'Infinity'`]],
  ['double precision', ['0.1', '1e-300', `'-Infinity'`, `'NaN'`]],
  ['money', [`'1.50'`]],
  ['text', [`''`, `'a "quoted" \\ back, {brace} é 😀'`, `E'line\\nbreak\\ttab'`, `'null'`]],
  ['varchar(10)', [`'abc'`]],
  ['char(4)', [`'ab'`]],
  ['"char"', [`'x'`]],
  ['name', [`'name'`]],
  ['uuid', [`'00000000-0000-0000-0000-00000000000a'`]],
  ['oid', ['4294967295']],
  ['date', [`'2026-02-03'`, `'infinity'`, `'0044-03-15 BC'`]],
  ['time', [`'12:34:56.789'`]],
  ['timetz', [`'12:34:56+05:30'`]],
  ['timestamp', [`'2026-02-03 04:05:06.789'`, `'infinity'`]],
  ['timestamptz', [`'2026-02-03 04:05:06.789+05:30'`, `'-infinity'`, `'0044-03-15 12:00:00+00 BC'`]],
  ['interval', [`'1 day 02:03:04'`]],
  ['json', [`'{"a": [1, null, "x"]}'`]],
  ['jsonb', [`'{"a": {"b": 1.0}}'`, `'"text"'`, `'null'`]],
  ['bytea', [`'\\xdeadbeef'`]],
  ['inet', [`'10.0.0.1/8'`]],
  ['macaddr', [`'08:00:2b:01:02:03'`]],
  ['bit varying', [`B'1010'`]],
  ['point', [`'(1.5,2)'`]],
  ['int4range', [`'[1,5)'`, `'empty'`]],
  ['tstzrange', [`'[2026-01-01 00:00:00+00,)'`]],
  ['int4multirange', [`'{[1,2),[5,6)}'`]],
  ['tsvector', [`'a:1 b:2'`]],
  ['xml', [`'<a b="c"/>'`]],
  ['integer[]', [`'{}'`, `'{1,2,NULL}'`, `'{{1,2},{3,4}}'`, `'[0:1]={7,8}'`]],
  ['text[]', [`array['a,b', 'c"d', 'e\\f', '', 'NULL', null, '{x}', ' y ']`]],
  ['boolean[]', [`'{t,f}'`]],
  ['timestamptz[]', [`array['2026-02-03 04:05:06+00'::timestamptz]`]],
  ['jsonb[]', [`array['{"a": "b,c"}'::jsonb, '[1]'::jsonb]`]],
  ['numeric[]', [`'{1.5,NaN}'`]],
  ['box[]', [`'{(1,1),(0,0);(2,2),(1,1)}'`]],
  ['mood', [`'so so'`]],
  ['mood[]', [`'{glad,"so so"}'`]],
  ['positive', ['7']],
  ['positive[]', [`'{7}'`]],
  ['scores', [`'{1,2}'`]],
  ['spot', [`row(1, 'a, "b" (c)', '2026-01-01', null)`, `row(null, '', null, '{1,2}')`]],
  ['spot[]', [`array[row(1, 'a,b', null, '{3}')::spot]`]],
  ['nested', [`row(row(1, 'x"y', null, null)::spot, true)`]],
];

const SCHEMA = `
  create type mood as enum ('glad', 'so so');
  create domain positive as integer check (value > 0);
  create domain scores as integer[];
  create type spot as (x int, label text, day date, list int[]);
  create type nested as (spot spot, ok boolean);
  create table every (id int primary key${VALUES.map(([type], at) => `, c${at} ${type}`).join('')});
  alter publication supabase_realtime add table every;
`;

describe.runIf(postgresAvailable)('values in changes', () => {
  let side: Side;

  beforeAll(async () => {
    side = await openSide(supabaseAdmin);
    await side.project.sql(SCHEMA);
  });

  afterAll(() => side[Symbol.asyncDispose]());

  test('are what to_jsonb says, for every type', async () => {
    const { inbox, close } = await side.watch([{ table: 'every' }]);
    const most = Math.max(...VALUES.map(([, values]) => values.length));
    for (let row = 0; row < most; row += 1) {
      const values = VALUES.map(([type, list]) =>
        list[row] === undefined ? 'null' : `(${list[row]})::${type}`,
      );
      await side.project.sql(`insert into every values (${[row, ...values].join(', ')})`);
    }
    const changes = await inbox.take(most);
    const wanted = await side.project.as('postgres', async (db) => {
      await db.query(`set timezone = 'UTC'`);
      return db.query<{ row: unknown }>('select to_jsonb(every) as row from every order by id');
    });
    expect(changes.map(({ record }) => record)).toEqual(wanted.rows.map(({ row }) => row));
    const types = changes[0]?.columns.map(({ type }) => type);
    expect(types?.slice(0, 5)).toEqual(['int4', 'bool', 'int2', 'int4', 'int8']);
    expect(types).toContain('_text');
    expect(types).toContain('spot');
    close();
  });

  test('of computed columns, and of long ones that have stayed the same, are there too', async () => {
    await side.project.sql(`
      create table computed (
        id int primary key, net numeric, gross numeric generated always as (net * 2) stored, long text, secret text
      );
      alter table computed alter long set storage external;
      alter publication supabase_realtime add table computed;
      insert into computed values (1, 1.5, default, repeat('x', 100000), repeat('y', 100000));
    `);
    const { inbox, close } = await side.watch([{ table: 'computed' }]);
    await side.project.sql('update computed set net = 2.5');
    await side.project.sql('alter table computed replica identity full; update computed set net = 3');
    const [first, second] = await inbox.take(2);
    expect(first?.record).toEqual({
      id: 1,
      net: 2.5,
      gross: expect.any(Number),
      long: 'x'.repeat(100_000),
      secret: 'y'.repeat(100_000),
    });
    expect(first?.old_record).toEqual({ id: 1 });
    expect(second?.record).toMatchObject({ net: 3, gross: 6, long: 'x'.repeat(100_000) });
    expect(second?.old_record).toMatchObject({ net: 2.5, long: 'x'.repeat(100_000) });
    close();
  });

  test('of a change that is too large are left out', async () => {
    await side.project.sql(`
      create table large (id int primary key, note text, file text);
      alter publication supabase_realtime add table large`);
    const { inbox, close } = await side.watch([{ table: 'large' }]);
    await side.project.sql(`insert into large values (1, 'short', repeat('x', 1100000))`);
    const [change] = await inbox.take(1);
    expect(change).toMatchObject({
      record: { id: 1, note: 'short' },
      errors: ['Error 413: Payload Too Large'],
    });
    expect(change?.record).not.toHaveProperty('file');
    close();
  });
});
